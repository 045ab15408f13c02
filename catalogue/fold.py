"""Text brought to one shape before anything is read out of it."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from pathlib import Path

TRADITIONAL_FILE = Path(__file__).parent / "data" / "traditional.txt"
# Nobody states a need in more; the rest of a pasted document would only cost time.
LONGEST = 2000

_SPACES = re.compile(r"[^\S\n]+")


def fold(text: str) -> str:
    """At most LONGEST characters: NFKC, lower case, simplified, no control or zero-width characters, single spaces."""
    kept = "".join(_kept(char) for char in unicodedata.normalize("NFKC", text[:LONGEST]).lower())
    return _SPACES.sub(" ", kept.translate(_simplified())).strip()[:LONGEST]


def _kept(char: str) -> str:
    if char in "\n\r\t":
        return "\n" if char == "\n" else " "
    return "" if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Cn") else char


@cache
def _simplified() -> dict[int, str]:
    pairs = TRADITIONAL_FILE.read_text("utf-8").split()
    return {ord(pair[0]): pair[1] for pair in pairs if not pair.startswith("#")}
