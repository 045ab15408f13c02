"""How well messages are matched with services, on a development set: python -m benchmarks.matching

No threshold is fitted on the set, but its misses were read while phrases were added, and the rules of danger were
written by the author of its dangerous lines: expect less on messages of strangers, above all for danger.

Prints, for the catalogue and for the nearest phrase by rapidfuzz alone: top-1 and top-3 on needs, the share of foreign
matters sent elsewhere, the share of dangers found and of harmless lookalikes left alone, and the time per message.
`--misses` also prints every message that went wrong.
"""

from __future__ import annotations

import statistics
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks.development import CACHE
from catalogue.catalogue import Catalogue
from catalogue.phrase import CONTEXT, ELSEWHERE, PHRASES, Phrase, load_phrases
from catalogue.understanding import Decision, Understanding

DEVELOPMENT_SET = Path(__file__).parent / "data" / "needs_zh.tsv"


@dataclass(frozen=True, slots=True)
class Line:
    """One line: `kind` need, elsewhere, danger or harmless; `expected` codes, referral key or kind of danger."""

    kind: str
    expected: tuple[str, ...]
    text: str


def load_lines(path: Path = DEVELOPMENT_SET) -> list[Line]:
    """Lines of a tab-separated file of kind, expected and text; `#` begins a comment."""
    rows = [row.split("\t") for row in path.read_text("utf-8").splitlines() if row and not row.startswith("#")]
    return [Line(kind, tuple(expected.split(",")), text) for kind, expected, text in rows]


def baseline(phrases: Sequence[Phrase]) -> Callable[[str], list[str]]:
    """Keys in order of the most similar phrase, by rapidfuzz alone."""
    texts = [phrase.text for phrase in phrases]

    def ranked(text: str) -> list[str]:
        near = process.extract(text, texts, scorer=fuzz.ratio, limit=200)
        return list(dict.fromkeys(phrases[place].key for _, _, place in near if phrases[place].key != CONTEXT))

    return ranked


def share(hits: Sequence[bool]) -> str:
    """`71.4 % (5/7)`."""
    return f"{100 * sum(hits) / max(1, len(hits)):5.1f} % ({sum(hits)}/{len(hits)})"


def main() -> None:
    """Print the figures."""
    catalogue, lines = Catalogue.load(CACHE), load_lines()
    read, times = [], []
    for line in lines:
        begin = time.perf_counter()
        read.append(catalogue.understand(line.text))
        times.append(time.perf_counter() - begin)
    report(lines, read)
    median, longest = 1000 * statistics.median(times), 1000 * max(times)
    print(f"  time per message             p50 {median:.2f} ms, longest {longest:.2f} ms")
    print("nearest phrase by rapidfuzz")
    ranked = baseline(load_phrases(PHRASES / "zh", catalogue.referrals))
    order = [ranked(line.text) for line in lines]
    pairs = [(line, keys) for line, keys in zip(lines, order, strict=True) if line.kind == "need"]
    print(f"  needs, first                 {share([keys[0] in line.expected for line, keys in pairs])}")
    print(f"  needs, among three           {share([bool(set(keys[:3]) & set(line.expected)) for line, keys in pairs])}")
    away = [keys[0].startswith(ELSEWHERE) for line, keys in zip(lines, order, strict=True) if line.kind == "elsewhere"]
    print(f"  elsewhere, sent elsewhere    {share(away)}")
    if "--misses" in sys.argv:
        print_misses(lines, read)


def report(lines: Sequence[Line], read: Sequence[Understanding]) -> None:
    """Print the figures of the catalogue."""
    pairs = list(zip(lines, read, strict=True))
    print("catalogue")
    report_needs([(line, got) for line, got in pairs if line.kind == "need"])
    away = [(line, got) for line, got in pairs if line.kind == "elsewhere"]
    print(f"  elsewhere, sent elsewhere    {share([got.decision is Decision.REFER for _, got in away])}")
    print(f"    with the right key         {share([got.referral in line.expected for line, got in away])}")
    danger = [(line, got.danger) for line, got in pairs if line.kind == "danger"]
    print(f"  danger found                 {share([found is not None for _, found in danger])}")
    right = [found is not None and found.kind in line.expected for line, found in danger]
    print(f"    of the right kind          {share(right)}")
    print(f"  harmless left alone          {share([not got.urgent for line, got in pairs if line.kind == 'harmless'])}")


def report_needs(needs: Sequence[tuple[Line, Understanding]]) -> None:
    """Print the figures of messages that state a need."""
    codes = [[item.code for item in got.candidates] for _, got in needs]
    expected = [set(line.expected) for line, _ in needs]
    first = [bool(set(found[:1]) & right) for found, right in zip(codes, expected, strict=True)]
    among = [bool(set(found[:3]) & right) for found, right in zip(codes, expected, strict=True)]
    print(f"  needs, first                 {share(first)}")
    print(f"  needs, among three           {share(among)}")
    offered = [(line, got) for line, got in needs if got.decision is Decision.OFFER]
    print(f"  needs offered at once        {share([got.decision is Decision.OFFER for _, got in needs])}")
    print(f"    of these, right            {share([set(got.services) <= set(line.expected) for line, got in offered])}")
    several = [set(got.services) == set(line.expected) for line, got in needs if len(line.expected) > 1]
    print(f"  two needs, both offered      {share(several)}")
    print(f"  needs sent elsewhere         {share([got.decision is Decision.REFER for _, got in needs])}")
    calm = [got.urgent for line, got in needs if "emergency-care" not in line.expected]
    print(f"  needs called urgent          {share(calm)}")


def print_misses(lines: Sequence[Line], read: Sequence[Understanding]) -> None:
    """Print what went wrong, one message a line."""
    for line, got in zip(lines, read, strict=True):
        codes = [f"{item.code} {item.score:.2f}" for item in got.candidates[:3]]
        wrong = {
            "need": not got.candidates or got.candidates[0].code not in line.expected,
            "elsewhere": got.decision is not Decision.REFER,
            "danger": not got.urgent,
            "harmless": got.urgent,
        }[line.kind]
        if wrong:
            print(line.kind, line.expected, got.decision.value, codes, got.referral, got.danger, line.text, sep=" | ")


if __name__ == "__main__":
    main()
