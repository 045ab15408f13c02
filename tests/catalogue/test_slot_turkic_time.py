"""Times in Kazakh and Uyghur messages, in all of their scripts."""

from __future__ import annotations

import pytest

from catalogue.place import Gazetteer
from catalogue.slot.turkic import read_turkic_slots
from catalogue.understanding import Slots


@pytest.fixture(scope="module")
def gazetteer() -> Gazetteer:
    return Gazetteer.load()


def _read(gazetteer: Gazetteer, language: str, text: str) -> Slots:
    return read_turkic_slots(text, language, gazetteer)


@pytest.mark.parametrize(
    ("language", "text", "when", "hour"),
    [
        ("kk", "ертең келсе екен", "ертең", False),
        ("kk", "ертең сағат үш жарымда келсе", "ертең сағат үш жарымда", True),
        ("kk", "сағат 10-да келіңізші", "сағат 10-да", True),
        ("kk", "түстен кейін 3-те келсін", "түстен кейін 3-те", True),
        ("kk", "дүйсенбі күні емханаға апарса", "дүйсенбі күні", False),
        ("kk", "ертең 10:30", "ертең 10:30", True),
        ("kk", "бүгін түнде керек", "бүгін түнде", False),
        ("kk", "қыстаққа көштік, көмек болса", "", False),
        ("kk", "кеше құлап қалды", "", False),
        ("kk", "шешем түнде ұйықтай алмайды", "", False),
        ("kk", "ەرتەڭ تۇستەن كەيىن كەلسەڭىزدەر", "ەرتەڭ تۇستەن كەيىن", False),
        ("ug", "ئەتە كەلسەڭلار", "ئەتە", False),
        ("ug", "ئەتە ئەتىگەن سائەت 10 دا كەلسەڭلار", "ئەتە ئەتىگەن سائەت 10 دا", True),
        ("ug", "دۈشەنبە ۋە چارشەنبە كۈنى", "دۈشەنبە ۋە چارشەنبە كۈنى", False),
        ("ug", "چۈشتىن كېيىن 3 تە كەلسە بولامدۇ", "چۈشتىن كېيىن 3 تە", True),
        ("ug", "كېلەر ھەپتە بىللە بارسا", "كېلەر ھەپتە", False),
        ("ug", "تۈنۈگۈن يىقىلىپ چۈشتى", "", False),
        ("ug", "كېچىسى ئۇخلىيالمايدۇ", "", False),
        ("ug", "ete etigen saet 10 da kelse bolamdu", "ete etigen saet 10 da", True),
    ],
)
def test_time_is_kept_as_spoken_when_it_is_to_come(
    gazetteer: Gazetteer, language: str, text: str, when: str, hour: bool
) -> None:
    slots = _read(gazetteer, language, text)
    assert (slots.when_words, slots.hour_named) == (when, hour)


@pytest.mark.parametrize(
    ("language", "text", "clock"),
    [
        ("kk", "бейжиң уақыты 10-да келсін", "beijing"),
        ("kk", "шинжяң уақытымен сағат 9-да", "xinjiang"),
        ("kk", "بەيجيڭ ۋاقىتى ساعات 11 دە", "beijing"),
        ("kk", "сағат 9-да", ""),
        ("ug", "شىنجاڭ ۋاقتى سائەت توققۇزدا", "xinjiang"),
        ("ug", "beyjing waqti saet 12 de", "beijing"),
        ("ug", "سائەت توققۇزدا", ""),
    ],
)
def test_clock_is_read_when_it_is_named(gazetteer: Gazetteer, language: str, text: str, clock: str) -> None:
    assert _read(gazetteer, language, text).clock == clock


@pytest.mark.parametrize(
    ("language", "text", "frequency"),
    [
        ("kk", "аптасына екі рет келсе", "аптасына екі рет"),
        ("kk", "күн сайын тамақ керек", "күн сайын"),
        ("kk", "اپتاسىنا ەكى رەت", "اپتاسىنا ەكى رەت"),
        ("kk", "ертең бір рет", ""),
        ("ug", "ھەپتىدە ئۈچ قېتىم", "ھەپتىدە ئۈچ قېتىم"),
        ("ug", "ھەر كۈنى تاماق كېرەك", "ھەر كۈنى"),
        ("ug", "her küni tamaq kérek", "her küni"),
        ("ug", "ئەتە كەلسەڭلار", ""),
    ],
)
def test_frequency_is_kept_as_spoken_when_said(gazetteer: Gazetteer, language: str, text: str, frequency: str) -> None:
    assert _read(gazetteer, language, text).frequency_words == frequency
