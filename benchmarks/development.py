"""How well messages are understood that no phrase file knows: python -m benchmarks.development

Reads benchmarks/data/development/*.tsv (`label<TAB>text`; `a+b` are two needs, of `a/b` either is right). Nothing is
fitted on these files. A message that was sent elsewhere or got no candidate counts as wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from catalogue.catalogue import Catalogue
from catalogue.understanding import Decision, Understanding

CACHE = Path(__file__).parents[1] / "var" / "cache"
FOLDER = Path(__file__).parent / "data" / "development"
LANGUAGES = ("zh", "kk", "ug")


def lines(name: str) -> list[tuple[str, str]]:
    """Label and text of each line of a set."""
    rows = (FOLDER / f"{name}.tsv").read_text("utf-8").splitlines()
    return [(row.split("\t")[0], row.split("\t")[1]) for row in rows if row.strip() and not row.startswith("#")]


def right(label: str) -> set[str]:
    """The codes that are right."""
    return {code for part in label.split("+") for code in part.split("/")}


def share(hits: Iterable[bool]) -> str:
    """`88.6 % (504/569)`."""
    found = list(hits)
    return f"{100 * sum(found) / max(1, len(found)):.1f} % ({sum(found)}/{len(found)})"


def needs(catalogue: Catalogue, language: str) -> None:
    """Print what becomes of the needs of one language."""
    read = [(right(label), catalogue.understand(text)) for label, text in lines(language)]
    offered = [(codes, one) for codes, one in read if one.decision is Decision.OFFER]
    print(f"{language}: first {share(_first(one) in codes for codes, one in read)},", end=" ")
    print(f"among three {share(bool(_three(one) & codes) for codes, one in read)},", end=" ")
    print(f"offered at once {share(one.decision is Decision.OFFER for _, one in read)},", end=" ")
    print(f"of these right {share(bool(set(one.services) & codes) for codes, one in offered)}")


def others(catalogue: Catalogue, language: str) -> None:
    """Print what becomes of all that is no ordinary need."""
    elsewhere, danger, harmless = (
        [catalogue.understand(text) for _, text in lines(name) if catalogue.language(text) == language]
        for name in ("elsewhere", "danger", "harmless")
    )
    print(f"{language}: out of scope, offered {share(one.decision is Decision.OFFER for one in elsewhere)},", end=" ")
    print(f"sent elsewhere {share(one.decision is Decision.REFER for one in elsewhere)};", end=" ")
    print(f"danger noticed {share(one.urgent for one in danger)}, false alarms {share(one.urgent for one in harmless)}")


def _first(one: Understanding) -> str:
    return one.candidates[0].code if one.candidates else ""


def _three(one: Understanding) -> set[str]:
    return {candidate.code for candidate in one.candidates[:3]}


if __name__ == "__main__":
    loaded = Catalogue.load(CACHE)
    for each in LANGUAGES:
        needs(loaded, each)
    for each in LANGUAGES:
        others(loaded, each)
