"""Word lists from the data files, and patterns made of them."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

CLAUSE_END = "，。！？；、,.!?;\n"
_MARK = re.compile(f"[{CLAUSE_END}]")


@cache
def table(name: str) -> dict[str, Any]:
    """The data file `name`.toml of the catalogue."""
    found: dict[str, Any] = tomllib.loads((files("catalogue") / "data" / f"{name}.toml").read_text("utf-8"))
    return found


@cache
def words(name: str, section: str, key: str) -> tuple[str, ...]:
    """One list of words of a data file."""
    return tuple(table(name)[section][key])


def any_of(choices: Iterable[str]) -> str:
    """A regular expression for one of the words, the longest first."""
    return _alternation(frozenset(choices))


@lru_cache(maxsize=256)
def _alternation(choices: frozenset[str]) -> str:
    # Words with the same first character stand together, so that most of them are passed over at once.
    rests: dict[str, list[str]] = {}
    for word in sorted(choices, key=lambda word: (-len(word), word)):
        rests.setdefault(word[0], []).append(re.escape(word[1:]))
    return "(?:" + "|".join(f"{re.escape(first)}(?:{'|'.join(each)})" for first, each in rests.items()) + ")"


def begins(choices: Iterable[str], also: str = "") -> str:
    """A regular expression that looks ahead, cheaply, whether one of the words may begin here, or a character of the
    set `also`."""
    return f"(?=[{re.escape(''.join(sorted({word[0] for word in choices})))}{also}])"


@cache
def any_word(name: str, section: str, *keys: str) -> re.Pattern[str]:
    """The pattern of one of the words in lists of a data file."""
    return re.compile(any_of(word for key in keys for word in words(name, section, key)))


def clause_end(text: str, start: int) -> int:
    """Where the clause that holds `start` ends."""
    mark = _MARK.search(text, start)
    return mark.start() if mark else len(text)


def clause_start(text: str, end: int) -> int:
    """Where the clause that holds the character before `end` begins."""
    mark = _MARK.search(text[:end][::-1])
    return end - mark.start() if mark else 0
