"""Word lists from the data files, and patterns made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

CLAUSE_END = "，。！？；、,.!?;\n"


@cache
def table(name: str) -> dict[str, Any]:
    """The data file `name`.toml of the catalogue."""
    found: dict[str, Any] = tomllib.loads((files("catalogue") / "data" / f"{name}.toml").read_text("utf-8"))
    return found


def words(name: str, section: str, key: str) -> tuple[str, ...]:
    """One list of words of a data file."""
    return tuple(table(name)[section][key])


def any_of(choices: Iterable[str]) -> str:
    """A regular expression for one of the words, the longest first."""
    return _alternation(frozenset(choices))


@lru_cache(maxsize=256)
def _alternation(choices: frozenset[str]) -> str:
    return "(?:" + "|".join(map(re.escape, sorted(choices, key=lambda word: (-len(word), word)))) + ")"


def clause_end(text: str, start: int) -> int:
    """Where the clause that holds `start` ends."""
    return min((at for mark in CLAUSE_END if (at := text.find(mark, start)) >= 0), default=len(text))


def clause_start(text: str, end: int) -> int:
    """Where the clause that holds the character before `end` begins."""
    return max((text.rfind(mark, 0, end) + 1 for mark in CLAUSE_END), default=0)
