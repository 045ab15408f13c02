"""Kazakh and Uyghur word lists, brought to the one form of all scripts, and what may follow a stem."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

from catalogue.script import kazakh, uyghur
from catalogue.slot.wordlist import table

WORD = re.compile(r"\d+|#|@|[^\W\d_]+(?:['’‘`ʼ][^\W\d_]+)*['’‘`]?")
# Of these kinds a phrase may hold one more word ("көзі жақсы көрмейді").
_GAPPED = frozenset({"condition", "cannot", "no", "yes"})
# These are matched as they stand: an ending would make other words of them.
_WHOLE = frozenset({"soon", "named_before", "joint", "gone", "third", "weak_self", "denied"})
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """A phrase of the word lists: its words in the one form; "#" stands for a number, "@" for days of the week."""

    kind: str
    value: str
    words: tuple[str, ...]
    gapped: bool = False
    whole: bool = False


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """All phrases of a language by their first word, its numbers, and the endings a word may take."""

    fold: Callable[[str], str]
    entries: dict[str, tuple[Entry, ...]]
    numbers: dict[str, int]
    ending: re.Pattern[str]
    bare_not: frozenset[str]
    weekdays: frozenset[str]
    doubled: frozenset[str]
    lists: dict[str, frozenset[str]]

    def ends(self, word: str, key: str) -> bool:
        """Whether a word in the one form has one of the endings called `key`."""
        return word.endswith(tuple(self.lists[key]))

    def fits(self, word: str, stem: str) -> bool:
        """Whether `word` is `stem` with or without endings; very short stems take none, short ones no single letter."""
        if word == stem:
            return True
        if not word.startswith(stem) or len(stem) < _SHORT:
            return False
        rest = word[len(stem) :]
        return (len(stem) > _SHORT or len(rest) > 1) and any(map(self.ending.fullmatch, endings(stem, rest)))


def endings(stem: str, rest: str) -> tuple[str, str]:
    """What may be the ending behind a stem: in the one form a doubled letter is single ("сексен" and "нен")."""
    return rest, stem[-1] + rest


@cache
def vocabulary(language: str) -> Vocabulary:
    """The words of "kk" or "ug"."""
    fold = kazakh if language == "kk" else uyghur
    data = table("turkic")[language]
    numbers = {fold(word): int(value) for _, value, word in _listed(data, ("number",))}
    by_first: defaultdict[str, dict[tuple[str, str, tuple[str, ...]], Entry]] = defaultdict(dict)
    for kind, value, phrase in _listed(data, tuple({*data["lists"], *data["words"]} - {"number"})):
        for entry in _entries(kind, value, phrase, data, fold):
            by_first[entry.words[0]][(entry.kind, entry.value, entry.words)] = entry
    return Vocabulary(
        fold=fold,
        entries={first: tuple(entries.values()) for first, entries in by_first.items()},
        numbers=numbers,
        ending=_chain(data["endings"]["chain"], fold),
        bare_not=frozenset(map(fold, data["bare_not"])) | _raised(data, fold),
        weekdays=frozenset(fold(phrase) for _, _, phrase in _listed(data, ("weekday",)) if " " not in phrase),
        doubled=frozenset(data["doubled"]),
        lists={key: frozenset(map(fold, each)) for key, each in data.items() if isinstance(each, list)},
    )


def _listed(data: dict[str, Any], kinds: tuple[str, ...]) -> Iterator[tuple[str, str, str]]:
    """Kind, value and phrase of all words of `kinds`."""
    for kind in kinds:
        for path in data["lists"].get(kind, ()):
            found: Any = table(data["file"])
            for key in path.split("."):
                found = found[key]
            yield from ((kind, value, phrase) for value, phrase in _pairs(found))
        yield from ((kind, "", phrase) for phrase in data["words"].get(kind, ()))


def _pairs(found: Any) -> Iterator[tuple[str, str]]:
    """Value and phrase: of a list, of lists under a value each, or of phrases that have a value each."""
    if isinstance(found, list):
        yield from (("", phrase) for phrase in found)
        return
    for key, each in found.items():
        if isinstance(each, list):
            yield from ((key, phrase) for phrase in each)
        else:
            yield str(each), key


def _entries(kind: str, value: str, phrase: str, data: dict[str, Any], fold: Callable[[str], str]) -> Iterator[Entry]:
    words = [fold(word) for word in WORD.findall(phrase)]
    gapped = kind in _GAPPED and len(words) > 1
    whole = kind in _WHOLE
    yield Entry(kind, value, tuple(words), gapped, whole)
    if kind == "relation" and words[-1][-1] in data["raised"]:
        # Before an ending the last vowel of a Uyghur stem is raised: قوشنا, قوشنىمىز.
        yield Entry(kind, value, (*words[:-1], words[-1][:-1] + "i"), gapped, whole)
    if kind not in _GAPPED and kind not in ("own", "need", "away", "dead"):
        return
    for tail, others in data["tails"].items():
        stem = words[-1].removesuffix(fold(tail))
        if stem != words[-1] and (len(stem) >= _SHORT or len(words) > 1):
            yield from (Entry(kind, value, (*words[:-1], stem + fold(other)), gapped, whole) for other in others)


def _chain(parts: list[list[str]], fold: Callable[[str], str]) -> re.Pattern[str]:
    folded = [sorted({fold(each) for each in part}, key=len, reverse=True) for part in parts]
    return re.compile("".join(f"(?:{'|'.join(map(re.escape, part))})?" for part in folded))


def _raised(data: dict[str, Any], fold: Callable[[str], str]) -> frozenset[str]:
    """Stems with a raised vowel, which never stand without an ending, unless they are words themselves."""
    words = {fold(phrase) for _, _, phrase in _listed(data, ("relation",))}
    return frozenset(word[:-1] + "i" for word in words if word[-1] in data["raised"]) - words
