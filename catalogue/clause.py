"""A message cut into the clauses that each may say one need."""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from catalogue.pattern import quick
from catalogue.slot.wordlist import any_of
from catalogue.tongue import FORMS

WORDING_FILE = Path(__file__).parent / "data" / "wording.toml"
# Clauses of one message; the rest of a very long letter adds time and no needs.
MOST = 40
# A clause longer than this was dictated without punctuation and is cut further; letters say less than characters.
_LONG, _LONG_IN_LETTERS = 18, 60
_SHORTEST = 2

_MARKS = re.compile(r"[^\w\s%'’-]+|\n|(?<=[\u4e00-\u9fff])\s+|\s+(?=[\u4e00-\u9fff])")
_NOT_THIS_BUT_THAT = re.compile(r"((?:不是|不用|不要|不需要).{1,10}?)(?<!不)((?:而是|是|要|想).{1,})")
_CHINESE = re.compile(r"[\u4e00-\u9fff]")


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a message. `asks`: it asks for something; `further`: it adds a need; `denied`: there is none."""

    text: str
    asks: bool = False
    further: bool = False
    denied: bool = False


@dataclass(frozen=True)
class Wording:
    """Words by which a message is cut and weighed; see the data file."""

    asking: tuple[str, ...]
    further: tuple[str, ...]
    cut: tuple[str, ...]
    denied: tuple[str, ...]

    @cached_property
    def asks(self) -> re.Pattern[str]:
        return re.compile(any_of(self.asking))

    @cached_property
    def adds(self) -> re.Pattern[str]:
        return re.compile(any_of(self.further))

    @cached_property
    def cutter(self) -> re.Pattern[str]:
        words = (*self.further, *self.cut)
        begins = (f"(?={re.escape(word)})" if _CHINESE.match(word) else rf"\b(?={re.escape(word)})" for word in words)
        return re.compile("|".join(begins))

    @cached_property
    def denial(self) -> re.Pattern[str]:
        return quick("|".join(self.denied))


def load_wording(language: str, path: Path = WORDING_FILE) -> Wording:
    """The words of a language in its one form. Raises KeyError when a list is missing, re.error when a pattern is not
    one."""
    table, form = tomllib.loads(path.read_text("utf-8"))[language], FORMS[language]
    return Wording(*(tuple(map(form, table[name])) for name in ("asking", "further", "cut", "denied")))


def clauses(text: str, wording: Wording) -> tuple[Clause, ...]:
    """At most MOST clauses of a folded text, in order."""
    parts = [piece for part in _MARKS.split(text) for piece in _pieces(part, wording)]
    return tuple(_clause(part, wording) for part in parts[:MOST])


def _pieces(part: str, wording: Wording) -> list[str]:
    contrast = _NOT_THIS_BUT_THAT.fullmatch(part)
    halves = list(contrast.groups()) if contrast else [part]
    pieces: list[str] = []
    for half in halves:
        for piece in wording.cutter.split(half) if _is_long(half) else [half]:
            if pieces and len(piece) <= _SHORTEST + 2:
                pieces[-1] += piece
            elif len(piece) >= _SHORTEST:
                pieces.append(piece)
    return pieces


def _is_long(part: str) -> bool:
    return len(part) > (_LONG if _CHINESE.search(part) else _LONG_IN_LETTERS)


def _clause(part: str, wording: Wording) -> Clause:
    return Clause(
        part,
        asks=bool(wording.asks.search(part)),
        further=bool(wording.adds.search(part)),
        denied=bool(wording.denial.search(part)),
    )
