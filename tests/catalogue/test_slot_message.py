"""What whole messages say of persons, ages, places, names, numbers and times."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from catalogue.place import Gazetteer
from catalogue.slot.reader import read_slots
from catalogue.slot.turkic import read_turkic_slots
from catalogue.understanding import Slots

GAZETTEER = Gazetteer.load()
TODAY = date(2026, 11, 23)
MESSAGES = Path(__file__).parents[1] / "data" / "slot_messages.tsv"
# Of these a part is enough.
PARTLY = ("when", "frequency")


def messages() -> Iterator[Any]:
    for row in MESSAGES.read_text("utf-8").splitlines():
        if not row.startswith("#"):
            language, wanted, text = row.split("\t")
            yield pytest.param(language, json.loads(wanted), text, id=text[:40])


def read(text: str, language: str) -> Slots:
    if language == "zh":
        return read_slots(text, GAZETTEER, today=TODAY)
    return read_turkic_slots(text, language, GAZETTEER)


def told(slots: Slots) -> dict[str, Any]:
    return {
        "about": slots.about,
        "relation": slots.relation,
        "age": slots.age,
        "place": slots.place.place.code if slots.place else None,
        "name": slots.name,
        "phone": slots.phone,
        "when": slots.when_words,
        "frequency": slots.frequency_words,
    }


@pytest.mark.parametrize(("language", "wanted", "text"), list(messages()))
def test_slots_are_read_when_a_message_says_them(language: str, wanted: dict[str, Any], text: str) -> None:
    found = told(read(text, language))
    wrong = {
        key: found[key]
        for key, value in wanted.items()
        if not (value in found[key] if key in PARTLY else value == found[key])
    }
    assert wrong == {}


@pytest.mark.parametrize(
    "number",
    ["13980776655", "139 80 77 66 55", "139-8077-6655", "+86 139 8077 6655", "0994-2345678", "0994 234 5678"],
)
@pytest.mark.parametrize("text", ["我妈一个人，{}", "我爸 {} 瘫了", "找我奶奶，{}，快八十了", "电话{}，我自己用"])
def test_a_number_to_call_is_no_age_when_a_person_is_named(text: str, number: str) -> None:
    assert read(text.format(number), "zh").age in (None, 80)


def test_an_age_and_a_number_are_both_read_when_they_stand_together() -> None:
    slots = read("我爸86 139 8077 6655", "zh")
    assert (slots.age, slots.phone) == (86, "13980776655")
