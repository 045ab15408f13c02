"""Names found in a text by looking up every stretch of it that begins like a name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from catalogue.place_name import Strength
from catalogue.place_sound import heard

NUMERALS = frozenset("一二三四五六七八九十百零两0123456789")


@dataclass(frozen=True, slots=True)
class Name:
    """One spoken name of one division; `misspelt` marks known wrong spellings."""

    words: str
    code: str
    strength: Strength
    misspelt: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A stretch `start:end` of a text that may name one of `names` (all with the same words)."""

    start: int
    end: int
    names: tuple[Name, ...]


class NameIndex:
    """Names by their words (or by their sound); finds all that occur in a text, however they overlap.

    Every name has at least two characters: by its first two it is looked for.
    """

    def __init__(self, names: Iterable[Name], *, by_sound: bool = False) -> None:
        self._by_sound = by_sound
        gathered: dict[str, list[Name]] = {}
        for name in names:
            gathered.setdefault(self._key(name.words), []).append(name)
        self._names: Mapping[str, tuple[Name, ...]] = {key: tuple(found) for key, found in gathered.items()}
        lengths: dict[str, set[int]] = {}
        for key in gathered:
            lengths.setdefault(key[:2], set()).add(len(key))
        self._lengths = {first: sorted(found, reverse=True) for first, found in lengths.items()}
        # At most places of a text no name can begin, and a pattern passes them soonest.
        first, second = (re.escape("".join(sorted({begin[at] for begin in lengths}))) for at in (0, 1))
        self._begins = re.compile(f"[{first}](?=[{second}])")

    def _key(self, words: str) -> str:
        return heard(words) if self._by_sound else words

    def scan(self, text: str) -> Iterator[Hit]:
        """All hits, leftmost first, longer before shorter."""
        key = self._key(text)
        lengths = self._lengths
        for start in [found.start() for found in self._begins.finditer(key)]:
            for length in lengths.get(key[start : start + 2], ()):
                # Past the end a slice is shorter than asked for and would be found a second time.
                names = self._names.get(key[start : start + length]) if start + length <= len(key) else None
                if names and not _cuts_number(text, start):
                    yield Hit(start, start + length, names)

    def exactly(self, text: str) -> tuple[Name, ...]:
        """The names that are the whole of `text`."""
        return self._names.get(self._key(text), ())


def _cuts_number(text: str, start: int) -> bool:
    # "三户村" must not be found inside "十三户村".
    return start > 0 and text[start] in NUMERALS and text[start - 1] in NUMERALS
