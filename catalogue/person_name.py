"""Names of people brought to forms that can be compared whichever script they are written in."""

from __future__ import annotations

from functools import lru_cache

from catalogue.fold import fold
from catalogue.script import kazakh, uyghur
from catalogue.slot.wordlist import words
from catalogue.sound import syllables, typed_syllables

_LAST_LATIN = "\u024f"


@lru_cache(maxsize=4096)
def name_forms(name: str) -> frozenset[str]:
    """A name as small Latin letters alone: read as Chinese in pinyin, as Kazakh and as Uyghur, in any of their scripts.

    Forms of one name in two scripts are mostly equal; Chinese renderings of Kazakh and Uyghur names come only near.
    Nothing for a surname with a title ("马大妈"): it may be anybody's of that family.
    """
    plain = _without_title(fold(name))
    if any("\u4e00" <= char <= "\u9fff" for char in plain):
        return _letters("".join(syllables(plain)))
    typed = "".join("".join(typed_syllables(word)) or word for word in plain.split())
    return _letters(typed) | _letters(plain) | _letters(kazakh(plain)) | _letters(uyghur(plain))


def _without_title(name: str) -> str:
    title = next((each for each in words("names", "person", "titles") if name.endswith(each)), "")
    given = name.removesuffix(title).removeprefix("老")
    return name if given == name else given if len(given) > 1 else ""


def _letters(text: str) -> frozenset[str]:
    found = "".join(char for char in text if char.isalpha() and char <= _LAST_LATIN)
    return frozenset({found}) if found else frozenset()
