"""The phrase files, as someone who is no programmer edits them."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path

import pytest

from catalogue.phrase import PHRASES, PhraseError, load_phrases
from catalogue.referral import load_referrals
from catalogue.service import CODES


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return Path(shutil.copytree(PHRASES / "zh", tmp_path / "zh"))


def _load(folder: Path) -> None:
    load_phrases(folder, load_referrals())


def test_every_service_has_sixty_phrases_when_loaded() -> None:
    counts = Counter(phrase.key for phrase in load_phrases(PHRASES / "zh", load_referrals()))
    assert min(counts[code] for code in CODES) >= 60


def test_comments_and_headings_are_no_phrases_when_loaded(folder: Path) -> None:
    (folder / "meals.txt").write_text("# note\n## situations\n\n想吃口热饭了呀\n", "utf-8")
    phrases = [phrase for phrase in load_phrases(folder, load_referrals()) if phrase.key == "meals"]
    assert [(phrase.text, phrase.section, phrase.line) for phrase in phrases] == [("想吃口热饭了呀", "situations", 4)]


def test_both_places_are_told_when_a_phrase_stands_under_two_services(folder: Path) -> None:
    with (folder / "bathing.txt").open("a", encoding="utf-8") as file:
        file.write("送饭\n")
    with pytest.raises(PhraseError, match=r"bathing\.txt:\d+: '送饭' stands already in meals\.txt"):
        _load(folder)


def test_file_is_named_when_it_is_empty(folder: Path) -> None:
    (folder / "respite.txt").write_text("# only a note\n", "utf-8")
    with pytest.raises(PhraseError, match=r"respite\.txt:0: no phrases"):
        _load(folder)


def test_line_is_named_when_encoding_is_wrong(folder: Path) -> None:
    (folder / "mobility.txt").write_bytes("下楼\n".encode() + "出门".encode("gbk") + b"\n")
    with pytest.raises(PhraseError, match=r"mobility\.txt:2: not UTF-8"):
        _load(folder)


def test_file_is_named_when_it_is_missing(folder: Path) -> None:
    (folder / "errands.txt").unlink()
    with pytest.raises(PhraseError, match=r"errands\.txt"):
        _load(folder)


def test_file_is_refused_when_no_service_has_its_name(folder: Path) -> None:
    (folder / "gardening.txt").write_text("种花\n", "utf-8")
    with pytest.raises(PhraseError, match=r"gardening\.txt"):
        _load(folder)
