"""How Chinese characters sound, so that words typed with the wrong character of the same sound still match, and words
typed in pinyin too."""

from __future__ import annotations

import os
import re
from functools import cache, lru_cache
from pathlib import Path

# Only single characters are looked up, so the tables of whole words, 45 MB of memory, need not be loaded.
os.environ.setdefault("PYPINYIN_NO_PHRASES", "true")
os.environ.setdefault("PYPINYIN_NO_DICT_COPY", "true")

from pypinyin import lazy_pinyin  # reads its settings when it is imported

SYLLABLES_FILE = Path(__file__).parent / "data" / "syllables.txt"

# Sounds that speakers here mix up when typing: sh/s, ch/c, zh/z at the front, -ng/-n at the end.
_FRONT = re.compile(r"^([zcs])h")
_END = re.compile(r"(?<=[ei])ng$")
_LONGEST_SYLLABLE = 6


def syllables(text: str) -> list[str]:
    """One syllable per character of `text`, without tones; other characters stand for themselves."""
    return [_syllable(char) for char in text]


def as_typed(text: str) -> list[str]:
    """Each Chinese character of `text` as one types it in pinyin; other characters are left out."""
    return lazy_pinyin(list(text), errors="ignore")


@lru_cache(maxsize=4096)
def typed_syllables(word: str) -> tuple[str, ...]:
    """The syllables of a word typed in pinyin ("lunyi"), as few as possible; empty when it is no pinyin."""
    best: list[tuple[str, ...] | None] = [()] + [None] * len(word)
    for end in range(1, len(word) + 1):
        for size in range(1, min(end, _LONGEST_SYLLABLE) + 1):
            before = best[end - size]
            if before is not None and word[end - size : end] in _known():
                found = (*before, _blurred(word[end - size : end]))
                best[end] = min(best[end] or found, found, key=len)
    return best[-1] or ()


@lru_cache(maxsize=30_000)
def _syllable(char: str) -> str:
    return _blurred(lazy_pinyin(char)[0] if "\u4e00" <= char <= "\u9fff" else char)


def _blurred(sound: str) -> str:
    return _END.sub("n", _FRONT.sub(r"\1", sound))


@cache
def _known() -> frozenset[str]:
    lines = SYLLABLES_FILE.read_text("utf-8").splitlines()
    return frozenset(word for line in lines if not line.startswith("#") for word in line.split())
