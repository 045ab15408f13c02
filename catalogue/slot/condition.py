"""Conditions of health and circumstance named in a message, and whether the person in need agrees."""

from __future__ import annotations

import re
from functools import cache
from typing import Literal

from catalogue.slot.wordlist import any_of, any_word, begins, table, words

Agreement = Literal["", "yes", "no", "cannot"]


def read_conditions(text: str) -> tuple[str, ...]:
    """Normalised words of conditions.toml for the conditions named, in the order in which the text names them."""
    found: dict[str, None] = {}
    denied = words("conditions", "denied", "before")
    for match in _pattern().finditer(text):
        if match["word"] and not text[: match.start()].endswith(denied):
            found.update(dict.fromkeys(_normal()[match["word"]]))
    return tuple(found)


@cache
def _normal() -> dict[str, tuple[str, ...]]:
    normal: dict[str, list[str]] = {}
    for condition, spoken in table("conditions")["conditions"].items():
        for word in spoken:
            normal.setdefault(word, []).append(condition)
    return {word: tuple(conditions) for word, conditions in normal.items()}


@cache
def _pattern() -> re.Pattern[str]:
    others = words("conditions", "not", "words")
    return re.compile(rf"{begins((*others, *_normal()))}(?:{any_of(others)}|(?P<word>{any_of(_normal())}))")


def read_agreement(text: str, *, asked: bool = False) -> Agreement:
    """Whether the person in need knows of the request and agrees; "" where the text does not say."""
    if _says(text, "cannot", "words") and (asked or _says(text, "cannot", "unaskable")):
        return "cannot"
    if _says(text, "no", "words"):
        return "no"
    if _says(text, "yes", "words"):
        return "yes"
    return _answer(text) if asked else ""


def _says(text: str, section: str, key: str) -> bool:
    return any_word("consent", section, key).search(text) is not None


def _answer(text: str) -> Agreement:
    bare = text.strip().lstrip("她他，, ")
    if bare.startswith(words("consent", "no", "asked")):
        return "no"
    return "yes" if bare.startswith(words("consent", "yes", "asked")) or _says(text, "yes", "words") else ""
