"""What understanding is measured on, and that nobody learns it by heart."""

from __future__ import annotations

from collections import Counter
from functools import cache

import pytest
from rapidfuzz import fuzz, process

from benchmarks.example import LANGUAGES, SETS, Line, lines, slot_lines
from catalogue.catalogue import Catalogue
from catalogue.service import CODES
from catalogue.subject import examples
from catalogue.tongue import FORMS

NEARLY_THE_SAME = 90
"""rapidfuzz's ratio from which on two texts are taken for one."""
LEAST = {("need", "zh"): 300, ("need", "kk"): 100, ("need", "ug"): 100}


@cache
def known(language: str) -> list[str]:
    return sorted({example.text for example in examples(language)})


def told(name: str, catalogue: Catalogue) -> list[Line]:
    found = lines(name, catalogue.language)
    return found + [Line("slots", "", text, catalogue.language(text)) for text, _ in slot_lines("development")]


@pytest.mark.parametrize("name", SETS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_no_phrase_is_nearly_the_same_when_messages_are_measured(
    catalogue: Catalogue, name: str, language: str
) -> None:
    form = FORMS[language]
    doubled = []
    for line in told(name, catalogue):
        near = process.extractOne(form(line.text), known(language), scorer=fuzz.ratio, score_cutoff=NEARLY_THE_SAME)
        if near is not None:
            doubled.append((line.text, near[0]))
    assert not doubled, f"remove these from benchmarks/data/{name}: the phrase files know them"


def test_there_is_enough_of_each_kind_when_the_development_set_is_read(catalogue: Catalogue) -> None:
    read = lines("development", catalogue.language)
    counts = Counter((line.kind, line.language) for line in read)
    kinds = Counter(line.kind for line in read)
    assert {key: counts[key] for key in LEAST if counts[key] < LEAST[key]} == {}
    assert kinds["elsewhere"] >= 150
    assert kinds["danger"] >= 60
    assert kinds["harmless"] >= 60


@pytest.mark.parametrize("name", SETS)
def test_every_label_is_a_service_when_needs_are_read(catalogue: Catalogue, name: str) -> None:
    assert {code for line in lines(name, catalogue.language) if line.kind == "need" for code in line.codes} == set(
        CODES
    )
