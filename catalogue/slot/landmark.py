"""Landmarks in a message: where somebody lives when there is no address."""

from __future__ import annotations

import re
from functools import cache

from catalogue.slot.wordlist import any_of, words

_NAME = r"[\u4e00-\u9fffA-Za-z0-9]"
_HOUSE = r"(?:\d{1,4}|[一二三四五六七八九十]{1,3})(?:号楼|栋|幢|号院|单元|室|号|巷|组|排|区|楼|弄)"


def read_landmark(text: str) -> str:
    """The words that describe the spot, in the person's own wording; "" if there are none."""
    found = [match["spot"] for match in _beside().finditer(text) if not _is_nothing(match["noun"])]
    estate = _estate().search(text)
    parts = [estate["spot"]] if estate else []
    parts += [spot for spot in found if not any(spot in part or part in spot for part in parts)]
    return "，".join(parts)


def _is_nothing(noun: str) -> bool:
    return noun.endswith(words("landmarks", "sides", "never")) and len(noun) < 4


@cache
def _starts() -> str:
    return any_of(words("landmarks", "sides", "starts"))


@cache
def _beside() -> re.Pattern[str]:
    sides = any_of(words("landmarks", "sides", "sides"))
    lead = rf"(?:{_starts()}|(?<![^，。！？；,!?;\s]))"
    return re.compile(rf"{lead}(?P<spot>(?P<noun>(?:(?!{_starts()}){_NAME}){{2,12}}?)的?{sides})")


@cache
def _estate() -> re.Pattern[str]:
    estates = any_of(words("landmarks", "sides", "estates"))
    named = rf"(?:(?!{_starts()}){_NAME}){{1,8}}?{estates}(?:[ ，,]?{_HOUSE}){{0,4}}"
    return re.compile(
        rf"(?P<spot>{named}|(?:{_HOUSE}[ ]?){{2,4}}|\d{{1,4}}(?:号楼|号院)|(?:(?!{_starts()}){_NAME}){{1,6}}(?:路|街|巷){_HOUSE}(?:[ ]?{_HOUSE})*)"
    )
