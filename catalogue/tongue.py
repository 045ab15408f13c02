"""The languages needs are told in, and the one form in which each is compared, whichever script it is written in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from catalogue.concept import NONE, Concepts
from catalogue.fold import fold
from catalogue.gram import Grams, alone, grams
from catalogue.script import kazakh, uyghur

TONGUES = ("zh", "kk", "ug")


def _kazakh(text: str) -> str:
    return kazakh(fold(text))


def _uyghur(text: str) -> str:
    return uyghur(fold(text))


LETTERS = "letters"
"""Not a language: what tells in which language something in letters is written."""
FORMS: Mapping[str, Callable[[str], str]] = {"zh": fold, "kk": _kazakh, "ug": _uyghur, LETTERS: _kazakh}
"""For each language what brings a text to the one form. The one form of Kazakh merges the most letters, so that it also
serves to compare words of several languages."""


def grams_of(language: str, concepts: Concepts) -> Grams:
    """Makes grams of a text that is in the one form of `language` already. Only Chinese has concepts and pinyin; which
    language it is shows in the words and their pieces, without looking at which stand together."""
    if language == LETTERS:
        return alone
    chinese = language == "zh"
    return partial(grams, concepts=concepts if chinese else NONE, pinyin=chinese)
