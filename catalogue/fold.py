"""Text brought to one shape before anything is read out of it."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from opencc import OpenCC

# Nobody states a need in more; the rest of a pasted document would only cost time.
LONGEST = 2000

_SPACES = re.compile(r"[^\S\n]+")
_UNSEEN = ("Cc", "Cf", "Cs", "Co", "Cn")
_SIMPLIFIED = OpenCC("t2s")


# One message is read for several purposes, one after the other; what people wrote before it need not stay in memory.
@lru_cache(maxsize=1)
def fold(text: str) -> str:
    """At most LONGEST characters: NFKC, lower case, simplified, no control or zero-width characters, single spaces."""
    plain = unicodedata.normalize("NFKC", text[:LONGEST]).lower()
    if not plain.isprintable():
        plain = "".join(_kept(char) for char in plain)
    return _SPACES.sub(" ", _SIMPLIFIED.convert(plain)).strip()[:LONGEST]


def _kept(char: str) -> str:
    if char in "\n\r\t":
        return "\n" if char == "\n" else " "
    return "" if unicodedata.category(char) in _UNSEEN else char
