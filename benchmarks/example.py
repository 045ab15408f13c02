"""The messages that understanding is measured on: benchmarks/data/<set>/*.tsv, `label<TAB>text`.

`a+b` are two needs, of `a/b` either is right. No phrase file holds any of them or anything nearly the same
(`tests/catalogue/test_evaluation.py`), and nothing is fitted on them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

DATA = Path(__file__).parent / "data"
SETS = ("development", "unseen")
"""`development` was measured again and again while the matcher was built; `unseen`, by other writers, at the end."""
LANGUAGES = ("zh", "kk", "ug")


@dataclass(frozen=True, slots=True)
class Line:
    """`kind`: need, elsewhere, danger or harmless."""

    kind: str
    label: str
    text: str
    language: str

    @property
    def codes(self) -> frozenset[str]:
        """The codes that are right for a need."""
        return frozenset(code for part in self.label.split("+") for code in part.split("/"))


def lines(name: str, language_of: Callable[[str], str]) -> list[Line]:
    """Every line of a set; `language_of` is asked where the file's name does not tell the language."""
    found = []
    for path in sorted((DATA / name).glob("*.tsv")):
        kind, _, language = path.stem.partition("_")
        if kind == "slots":
            continue
        if kind in LANGUAGES:
            kind, language = "need", kind
        found += [Line(kind, label, text, language or language_of(text)) for label, text in rows(path)]
    return found


def slot_lines(name: str) -> list[tuple[str, dict[str, Any]]]:
    """Messages with the slots that they clearly say."""
    return [(text, json.loads(slots)) for text, slots in rows(DATA / name / "slots.tsv")]


def rows(path: Path) -> Iterator[tuple[str, str]]:
    """The two columns of a file; `#` begins a comment."""
    for row in path.read_text("utf-8").splitlines():
        if row.strip() and not row.startswith("#"):
            first, _, second = row.partition("\t")
            yield first, second
