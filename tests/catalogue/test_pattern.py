"""Patterns of the data files, and the form in which they are searched."""

from __future__ import annotations

import re
import tomllib

import pytest

from catalogue.clause import WORDING_FILE
from catalogue.danger import DANGER_FILE
from catalogue.pattern import quick
from catalogue.subject import examples


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
    ],
)
def test_the_same_is_found_when_a_pattern_is_written_out(pattern: str, text: str, found: str) -> None:
    assert [match and match[0] for match in (re.search(pattern, text), quick(pattern).search(text))] == [found, found]


def test_every_pattern_of_the_data_files_finds_the_same_when_it_is_written_out() -> None:
    table, wording = (tomllib.loads(path.read_text("utf-8")) for path in (DANGER_FILE, WORDING_FILE))
    patterns = [*table["idioms"], *(item for rule in table["rule"] for item in rule["all"] if "@" not in item)]
    patterns += ["|".join(table["idioms"]), *map("|".join, table["words"].values()), "|".join(wording["zh"]["denied"])]
    text = "\n".join(example.text for example in examples("zh")[::7])
    for pattern in patterns:
        spans = [match.span() for match in re.finditer(pattern, text)]
        assert [match.span() for match in quick(pattern).finditer(text)] == spans, pattern
