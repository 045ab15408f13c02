"""The scripts of Kazakh and Uyghur: one form of a text whichever script it is written in, for matching; and texts in
another script than they are kept in, for answers.

The one form is made for comparing, not for reading: letters that writers mix up, or that one of the scripts does not
tell apart, become one letter. The letter tables are in data/scripts.toml. For Kazakh they follow the alphabet in use in
Xinjiang since 1982, where a mark (hamza) before a word says that its vowels are front ones and where а/ә, о/ө, ұ/ү and
ы/і are one letter each. For Uyghur they follow the Arabic alphabet of 1983 and the Latin one (ULY) of 2008.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from umsc import UgMultiScriptConverter

SCRIPTS_FILE = Path(__file__).parent / "data" / "scripts.toml"

_WORD = re.compile(r"[\u0400-\u04ff]+")
# Where no "sh" is written, x at the end of a word is the sh of the older Latin alphabet: few words end in the sound kh.
_OLD_SH = re.compile(r"x\b")
_DOUBLED = re.compile(r"([^\W\d_])\1+")


class Script:
    """Pairs of letters and what they become, longest first, applied in one pass."""

    def __init__(self, table: Mapping[str, str]) -> None:
        self._table = table
        longest_first = sorted(table, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, longest_first)))

    def convert(self, text: str) -> str:
        """The text with every letter of the table replaced; others stay."""
        return self._pattern.sub(lambda found: self._table[found[0]], text)


def kazakh(text: str) -> str:
    """The one form of a Kazakh text in Cyrillic, Arabic or Latin letters: small Latin letters; other scripts stay."""
    return _DOUBLED.sub(r"\1", _script("kazakh").convert(text.lower()))


def uyghur(text: str) -> str:
    """The one form of a Uyghur text in Arabic or Latin letters, with or without hamza; other scripts stay."""
    small = text.lower()
    if "sh" not in small:
        small = _OLD_SH.sub("sh", small)
    return _DOUBLED.sub(r"\1", _script("uyghur").convert(small))


def to_arabic_kazakh(text: str) -> str:
    """Kazakh in Cyrillic as it is written in Xinjiang; everything that is not Cyrillic stays, punctuation is turned."""
    words = _WORD.sub(lambda found: _arabic_word(found[0].lower()), text)
    return _script("punctuation").convert(words)


def to_latin_kazakh(text: str) -> str:
    """Kazakh in Cyrillic as it is written in Latin letters; everything that is not Cyrillic stays."""
    return _WORD.sub(lambda found: _cased(found[0], _script("latin_kazakh").convert(found[0].lower())), text)


def to_latin_uyghur(text: str) -> str:
    """Uyghur in Arabic letters as it is written in Latin ones (ULY)."""
    converted: str = _uyghur_to_latin()(text)
    return converted


@cache
def _uyghur_to_latin() -> UgMultiScriptConverter:
    return UgMultiScriptConverter("UAS", "ULS")


def _cased(word: str, converted: str) -> str:
    """A capital at the beginning stays one."""
    return converted[:1].upper() + converted[1:] if word[:1].isupper() else converted


def _arabic_word(word: str) -> str:
    """The mark stands before words whose first telling vowel is a front one, unless a letter that only such words have
    says it already. Borrowed words may have vowels of both kinds."""
    marks = _marks()
    vowel = next((letter for letter in word if letter in marks["front"] + marks["back"]), "")
    front = vowel != "" and vowel in marks["front"]
    told = any(letter in marks["front_without_mark"] for letter in word)
    return ("ء" if front and not told else "") + _script("arabic_kazakh").convert(word)


@cache
def _script(name: str) -> Script:
    return Script(tomllib.loads(SCRIPTS_FILE.read_text("utf-8"))[name])


@cache
def _marks() -> Mapping[str, str]:
    marks: Mapping[str, str] = tomllib.loads(SCRIPTS_FILE.read_text("utf-8"))["marks"]
    return marks
