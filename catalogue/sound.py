"""How Chinese characters sound, so that words typed with the wrong character of the same sound still match."""

from __future__ import annotations

import re
from functools import lru_cache

from pypinyin import lazy_pinyin

# Sounds that speakers here mix up when typing: sh/s, ch/c, zh/z at the front, -ng/-n at the end.
_FRONT = re.compile(r"^([zcs])h")
_END = re.compile(r"(?<=[ei])ng$")


def syllables(text: str) -> list[str]:
    """One syllable per character of `text`, without tones; other characters stand for themselves."""
    return [_syllable(char) for char in text]


@lru_cache(maxsize=30_000)
def _syllable(char: str) -> str:
    sound = lazy_pinyin(char)[0] if "\u4e00" <= char <= "\u9fff" else char
    return _END.sub("n", _FRONT.sub(r"\1", sound))
