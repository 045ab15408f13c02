"""Patterns of the data files, and the form in which they are searched."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest

from catalogue.clause import load_wording
from catalogue.danger import DANGER_FILE, load_watch
from catalogue.pattern import quick
from catalogue.subject import examples
from catalogue.tongue import TONGUES

Pair = tuple[re.Pattern[str], re.Pattern[str]]
"""A pattern as it is written, and as it is searched."""


@pytest.mark.parametrize(
    ("pattern", "text", "found"),
    [
        ("(没|莫)(有)?饭", "家里莫有饭", "莫有饭"),
        ("(都|也)?没人|断粮", "今天也没人管", "也没人"),
        ("(a|ab)(c|cd)", "abcd", "abc"),
        ("(a)?(b|c)?d|x", "cd", "cd"),
        ("(一|两){2}天", "一两天", "一两天"),
        ("((一|两)天|今天)没吃", "两天没吃", "两天没吃"),
        ("(?<!不)(要|想)死(?!板)", "想死", "想死"),
        (r"(a|b)\(|[(|]c", "|c", "|c"),
        ("[(|]c", "?c(c", "(c"),
        ("(没|莫)人|x*y|断粮", "断粮", "断粮"),
    ],
)
def test_the_same_is_found_when_a_pattern_is_written_out(pattern: str, text: str, found: str) -> None:
    assert [match and match[0] for match in (re.search(pattern, text), quick(pattern).search(text))] == [found, found]


def of_dangers() -> Iterator[Pair]:
    """Every pattern of the table of dangers."""
    table, loaded = tomllib.loads(DANGER_FILE.read_text("utf-8")), load_watch().rules
    yield re.compile("|".join(table["idioms"])), loaded.idioms
    for entry, rule in zip(table["rule"], loaded.rules, strict=True):
        written = [*entry["all"], *entry.get("unless", [])]
        for item, searched in zip(written, (*rule.all, *rule.unless), strict=True):
            yield re.compile(re.sub("@([a-z-]+)", lambda name: "|".join(table["words"][name[1]]), item)), searched


def differences(pair: Pair, texts: list[str]) -> list[str]:
    """The texts in which the two forms of a pattern do not find the same."""
    spans = ([[match.span() for match in pattern.finditer(text)] for text in texts] for pattern in pair)
    return [text for text, one, other in zip(texts, *spans, strict=True) if one != other]


def test_every_pattern_of_dangers_finds_the_same_in_what_people_say_as_the_words_of_its_file() -> None:
    texts = [example.text for example in examples("zh") if example.danger is not None and not example.need]
    pairs = list(of_dangers())
    assert {pair[0].pattern: differences(pair, texts[::3]) for pair in pairs} == {pair[0].pattern: [] for pair in pairs}
    # Else nothing is told of those that are written out.
    changed = [pair for pair in pairs if re.sub(r"\((?!\?)", "(?:", pair[0].pattern) != pair[1].pattern]
    assert changed
    assert all(any(pattern.search(text) for text in texts) for pattern, _ in changed)


@pytest.mark.parametrize("language", TONGUES)
def test_what_is_denied_is_found_the_same_as_by_the_words_of_its_file(language: str) -> None:
    wording = load_wording(language)
    pair = (re.compile("|".join(wording.denied)), wording.denial)
    clauses = [part for example in examples(language) for part in re.split(r"[，。,.]", example.text)]
    assert any(map(pair[0].search, clauses))
    assert differences(pair, clauses) == []
