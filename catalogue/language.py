"""Which language a message is written in, by its script and the letters and words that only one language has."""

from __future__ import annotations

import re
import tomllib
from functools import cache
from pathlib import Path

LANGUAGES_FILE = Path(__file__).parent / "data" / "languages.toml"

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def detect(text: str) -> str:
    """One of zh, kk, ug, en, ru, und. The script of most letters decides; a few Chinese characters weigh as words."""
    chinese, arabic, cyrillic = (len(pattern.findall(text)) for pattern in (_CHINESE, _ARABIC, _CYRILLIC))
    words = _WORD.findall(text.lower())
    latin = sum(len(word) for word in words if word.isascii() or not _other_script(word))
    if chinese and chinese * 3 >= max(arabic, cyrillic, latin):
        return "zh"
    if arabic and arabic >= max(cyrillic, latin):
        return _arabic(text)
    if cyrillic and cyrillic >= latin:
        return "kk" if set(text.lower()) & _letters("kazakh_cyrillic") else "ru"
    return _latin(words) if latin else "und"


def _other_script(word: str) -> bool:
    return any(pattern.search(word) for pattern in (_CHINESE, _ARABIC, _CYRILLIC))


def _arabic(text: str) -> str:
    words = _WORD.findall(text)
    kazakh = sum(char in _letters("kazakh_arabic") for char in text)
    kazakh += sum(
        word[0] in _letters("kazakh_arabic_begin") or word in _letters("kazakh_arabic_words") for word in words
    )
    uyghur = sum(char in _letters("uyghur_arabic") for char in text)
    return "kk" if kazakh > uyghur else "ug"


def _latin(words: list[str]) -> str:
    uyghur = sum(word in _letters("uyghur_latin_words") for word in words)
    endings = tuple(_letters("uyghur_latin_endings"))
    uyghur += sum(word.endswith(endings) and len(word) > 4 for word in words)
    english = sum(word in _letters("english_words") for word in words)
    if uyghur > english:
        return "ug"
    return "en" if english else "und"


@cache
def _letters(name: str) -> frozenset[str]:
    table = tomllib.loads(LANGUAGES_FILE.read_text("utf-8"))
    return frozenset(table[name])
