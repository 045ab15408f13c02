"""Which language a message is written in: by its script, by the letters and words that only one language has, and where
several languages share the letters, by a model learned from the phrases."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache
from pathlib import Path

from catalogue.concept import NONE
from catalogue.gram import grams
from catalogue.model import Model
from catalogue.tongue import FORMS, LETTERS

LANGUAGES_FILE = Path(__file__).parent / "data" / "languages.toml"

_CHINESE = re.compile(r"[\u3400-\u9fff]")
_ARABIC = re.compile(r"[\u0600-\u06ff\u0750-\u077f\ufb50-\ufdff\ufe70-\ufeff]")
_CYRILLIC = re.compile(r"[\u0400-\u04ff]")
_OTHER_SCRIPT = re.compile("|".join(pattern.pattern for pattern in (_CHINESE, _ARABIC, _CYRILLIC)))
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")


def detect(text: str, letters: Callable[[], Model]) -> str:
    """One of zh, kk, ug, en, ru, und. The script of most letters decides; a few Chinese characters weigh as words.
    `letters` gives the model that knows how the languages look in Latin letters; it is asked for those alone."""
    chinese, arabic, cyrillic = (len(pattern.findall(text)) for pattern in (_CHINESE, _ARABIC, _CYRILLIC))
    found = _WORD.findall(text.lower())
    latin = sum(len(word) for word in found if not _OTHER_SCRIPT.search(word))
    if chinese and chinese * 3 >= max(arabic, cyrillic, latin):
        return "zh"
    if arabic and arabic >= max(cyrillic, latin):
        return _arabic(text)
    if cyrillic and cyrillic >= latin:
        return _cyrillic(text, letters())
    return _latin(text, found, letters()) if latin else "und"


def _arabic(text: str) -> str:
    found = _WORD.findall(text)
    kazakh = sum(char in words("kazakh_arabic") for char in text)
    kazakh += sum(word[0] in words("kazakh_arabic_begin") or word in words("kazakh_arabic_words") for word in found)
    uyghur = sum(char in words("uyghur_arabic") for char in text)
    return "kk" if kazakh > uyghur else "ug"


def _cyrillic(text: str, letters: Model) -> str:
    return "kk" if set(text.lower()) & words("kazakh_cyrillic") or _likeliest(text, letters) == "kk" else "ru"


def _latin(text: str, found: list[str], letters: Model) -> str:
    english = sum(word in words("english_words") for word in found)
    if english * 2 >= len(found):
        return "en"
    return _likeliest(text, letters) or ("en" if english else "und")


def _likeliest(text: str, letters: Model) -> str:
    """The language that is more likely than not, empty when there is none."""
    scores = letters.scores(grams(FORMS[LETTERS](text), NONE))
    best = int(scores.argmax())
    return letters.keys[best] if scores[best] > 0 else ""


@cache
def words(name: str) -> frozenset[str]:
    """A list of data/languages.toml."""
    table = tomllib.loads(LANGUAGES_FILE.read_text("utf-8"))
    return frozenset(table[name])
