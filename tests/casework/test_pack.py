"""What to bring: counted for the visits, and a wrong file is named with the service and the remedy."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.pack import Pack, PackDataError, Packs, bag, load_packs, packs, refuse_other_services
from catalogue.service import CODES
from locales.text import Texts

KNOWN = Packs(
    Pack({"vest": 1}, {"gloves": 2}),
    {
        "bathing": Pack({"tub": 1, "forms": 1}, {"pads": 2}),
        "home-care": Pack({"forms": 2}, {"pads": 6}),
    },
)


def test_tools_come_once_and_what_is_used_up_for_every_door() -> None:
    counted = bag([("bathing",), ("bathing", "home-care"), ("unknown",)], KNOWN)
    assert counted == {"vest": 1, "tub": 1, "forms": 2, "gloves": 6, "pads": 10}


def test_what_every_trip_needs_is_there_when_nobody_is_visited() -> None:
    assert bag([], KNOWN) == {"vest": 1}


def test_every_service_has_its_entry_and_every_item_its_words() -> None:
    refuse_other_services(packs(), CODES)
    for language in Texts().languages:
        for item in packs().items:
            assert "3" in Texts().say(language)(f"pack.{item}", count=3)


@pytest.mark.parametrize(
    ("text", "service", "remedy"),
    [
        ("[always]\ntrip = {}\nvisit = {}\n[service.meals]\ntrip = {}\n", "meals", "Give it trip and visit"),
        ("[always]\ntrip = {vest = 0}\nvisit = {}\n", "always", "from 1 to 99"),
        ("[always]\ntrip = {vest = true}\nvisit = {}\n", "always", "from 1 to 99"),
        ("[always]\ntrip = {Vest = 1}\nvisit = {}\n", "always", "small letters"),
        ("[always]\ntrip = 1\nvisit = {}\n", "always", "item = number"),
        ("[service.meals]\ntrip = {}\nvisit = {}\n", "always", "Give it trip and visit"),
        ("[elsewhere]\n", "elsewhere", "Write \\[always\\]"),
        ("no toml", "file", "Restore the file"),
    ],
)
def test_the_service_and_the_remedy_are_named_when_the_file_is_wrong(
    tmp_path: Path, text: str, service: str, remedy: str
) -> None:
    path = tmp_path / "packs.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(PackDataError, match=remedy) as caught:
        load_packs(path)
    assert caught.value.service == service
    assert str(path) in str(caught.value)


def test_a_service_too_few_or_too_many_is_named() -> None:
    with pytest.raises(PackDataError, match=r"meals.*missing"):
        refuse_other_services(KNOWN, ["bathing", "home-care", "meals"])
    with pytest.raises(PackDataError, match=r"home-care.*no such service"):
        refuse_other_services(KNOWN, ["bathing"])
