"""The scripts of Kazakh and Uyghur: one word, however it is written."""

from __future__ import annotations

import pytest

from catalogue.script import kazakh, to_arabic_kazakh, uyghur

# Cyrillic, Arabic as in Xinjiang.
KAZAKH = """
көмек كومەك|шешем شەشەم|жәрдем جاردەم|әке اكە|үй ءۇي|мектеп مەكتەپ|тамақ تاماق|дәрі ءدارى|дәрігер دارىگەر|ауру اۋرۋ
бала بالا|жүре جۇرە|су سۋ|сөз ءسوز|қалай قالاي|өмір ءومىر|ғылым عىلىم|жаңа جاڭا|баспана باسپانا|ана انا
ата اتا|әже اجە|кісі كىسى|керек كەرەك|жоқ جوق|бар بار|адам ادام|қарт قارت|мүгедек مۇگەدەك|жалғыз جالعىز
нан نان|көше كوشە|қала قالا|ауыл اۋىل|жол جول|дене دەنە|бас باس|қол قول|аяқ اياق|көз كوز
құлақ قۇلاق|тіс ءتىس|жүрек جۇرەك|қан قان|қыс قىس|жаз جاز|күн كۇن|түн ءتۇن|тәулік تاۋلىك|ай اي
жыл جىل|бүгін بۇگىن|ертең ەرتەڭ|сағат ساعات|ақша اقشا|жұмыс جۇمىس|киім كيىم|шаш شاش|тырнақ تىرناق|оқушы وقۋشى
мұғалім مۇعالىم|сабақ ساباق|ұл ۇل|қыз قىز|інім ءىنىم|әпке اپكە|хат حات|қаһарман قاھارمان|чемодан چەمودان|фабрика فابريكا
"""
CYRILLIC_ARABIC = [tuple(pair.split()) for pair in KAZAKH.replace("\n", "|").split("|") if pair]

# Cyrillic, Latin of 2021, of 2018 or as typed on phones.
CYRILLIC_LATIN = [
    ("көмек", "kömek"), ("шешем", "sheshem"),
    ("шешем", "şeşem"), ("жәрдем", "zhardem"), ("жоқ", "joq"), ("жоқ", "zhok"),
    ("ғылым", "ǵylym"), ("жаңа", "jańa"), ("жаңа", "zhanga"), ("қалай", "qalai"), ("қалай", "kalay"), ("үй", "üi"),
]  # fmt: skip

# Arabic, Latin (ULY) or as typed on phones.
UYGHUR = [
    ("ياردەم", "yardem"), ("كېسەل", "késel"), ("كېسەل", "kesel"), ("دوختۇرخانا", "doxturxana"), ("ئۆيدە", "öyde"),
    ("ئۆيدە", "oyde"), ("ياخشىمۇسىز", "yaxshimusiz"), ("ياخشىمۇسىز", "yahshimusiz"), ("مېنىڭ", "méning"),
    ("چۈشلۈك", "chüshlük"), ("چۈشلۈك", "chushluk"), ("يالغۇز", "yalghuz"), ("ژۇرنال", "zhurnal"), ("ۋاقىت", "waqit"),
    ("قىلىش", "qilix"), ("بەش", "bex"), ("ئاپام", "apam"), ("ئاپام", "اپام"), ("ئانام", "انام"),
]  # fmt: skip


@pytest.mark.parametrize(("cyrillic", "other"), [*CYRILLIC_ARABIC, *CYRILLIC_LATIN])
def test_kazakh_word_is_one_word_when_written_in_two_scripts(cyrillic: str, other: str) -> None:
    assert kazakh(cyrillic) == kazakh(other)


@pytest.mark.parametrize(("arabic", "other"), UYGHUR)
def test_uyghur_word_is_one_word_when_written_in_two_ways(arabic: str, other: str) -> None:
    assert uyghur(arabic) == uyghur(other)


@pytest.mark.parametrize(("cyrillic", "arabic"), CYRILLIC_ARABIC)
def test_kazakh_is_spelled_as_in_xinjiang_when_turned_into_arabic(cyrillic: str, arabic: str) -> None:
    assert to_arabic_kazakh(cyrillic) == arabic


def test_everything_else_stays_when_a_sentence_is_turned_into_arabic() -> None:
    assert to_arabic_kazakh("Үй жоқ, 120 керек пе?") == "ءۇي جوق، 120 كەرەك پە؟"


def test_different_words_stay_different_when_brought_to_one_form() -> None:
    words = ["нан", "нар", "сан", "шан", "тон", "тұн", "қол", "жол"]
    assert len({kazakh(word) for word in words}) == len(words)
