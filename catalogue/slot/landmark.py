"""Landmarks in a message: where somebody lives when there is no address."""

from __future__ import annotations

import re
from functools import cache

from catalogue.slot.wordlist import any_of, begins, words

# A name before a landmark's word is looked for in at most so many characters.
_REACH = 12
_NUMBER = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})"
_HOUSE = rf"{_NUMBER}(?:号楼|栋|幢|号院|单元|室|号|巷|组|排|区|弄)"
_HOUSES = rf"(?: ?{_HOUSE})"
_ROOM = r"(?: ?\d{3,4}室?(?!\d))?"
_NUMBERS = re.compile(
    r"(?=[\d一二三四五六七八九十])"
    rf"(?:{_HOUSE}{_HOUSES}{{1,3}}{_ROOM}|(?<!\d)\d{{1,4}}(?:号楼|号院){_HOUSES}{{0,3}}{_ROOM})"
)
_NOT_NAME = re.compile(r".*[^\u4e00-\u9fffA-Za-z0-9]", re.DOTALL)


def read_landmark(text: str) -> str:
    """The words that describe the spot, in the person's own wording; "" if there are none."""
    parts: list[str] = []
    for match in _place().finditer(text):
        noun = _noun(text, match)
        if noun and noun not in words("landmarks", "sides", "nameless"):
            _add(parts, noun + match[0].strip())
    for match in _side().finditer(text):
        noun = _noun(text, match)
        if noun and not _is_nothing(noun):
            _add(parts, noun + match[0].strip())
    for match in _NUMBERS.finditer(text):
        _add(parts, match[0].strip())
    return "，".join(parts)


def _add(parts: list[str], spot: str) -> None:
    if not any(spot in part for part in parts):
        parts.append(spot)


def _noun(text: str, match: re.Match[str]) -> str:
    """What stands before a match and can be a name: behind the last 在, 住, 有 and the like."""
    cut = _NOT_NAME.sub("", text[max(0, match.start() - _REACH) : match.start()])
    return _starts().sub("", cut).removesuffix("的")


@cache
def _starts() -> re.Pattern[str]:
    return re.compile(rf".*{any_of(words('landmarks', 'sides', 'starts'))}")


def _is_nothing(noun: str) -> bool:
    """ "床旁边" names no spot."""
    return len(noun) < 4 and noun.endswith(words("landmarks", "sides", "never"))


@cache
def _side() -> re.Pattern[str]:
    sides = words("landmarks", "sides", "sides")
    return re.compile(rf"{begins(sides, '的')}的?{any_of(sides)}")


@cache
def _place() -> re.Pattern[str]:
    """A housing estate with or without house numbers, or a street with them."""
    estate = rf"{any_of(words('landmarks', 'sides', 'estates'))}[，,]?{_HOUSES}{{0,4}}"
    return re.compile(rf"(?:{estate}|[路街巷]{_HOUSES}{{1,4}}){_ROOM}")
