"""How well messages are understood that no phrase file knows: python -m benchmarks.understanding

Writes docs/understanding.md and prints it. `--misses` prints what went wrong instead, for those who correct the rules;
the set `unseen` is left out there, so that it stays unseen.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from math import sqrt
from pathlib import Path

from rapidfuzz import fuzz, process

from benchmarks.example import LANGUAGES, SETS, Line, lines, slot_lines
from benchmarks.held import held_out
from benchmarks.thresholds import among_three, first_right
from catalogue.catalogue import Catalogue, to_json
from catalogue.phrase import CONTEXT
from catalogue.subject import examples
from catalogue.tongue import FORMS
from catalogue.understanding import Decision, Understanding

CACHE = Path(__file__).parents[1] / "var" / "cache"
PAGE = Path(__file__).parents[1] / "docs" / "understanding.md"
Read = list[tuple[Line, Understanding]]


def share(hits: Iterable[bool]) -> str:
    """`88.6 % (86.0 to 90.8)`: the share with its 95 % interval (Wilson 1927)."""
    found = list(hits)
    if not found:
        return "—"
    size, part, z = len(found), sum(found) / len(found), 1.96
    middle = (part + z * z / (2 * size)) / (1 + z * z / size)
    half = z * sqrt(part * (1 - part) / size + z * z / (4 * size * size)) / (1 + z * z / size)
    return f"{100 * part:.1f} % ({100 * max(0, middle - half):.1f} to {100 * (middle + half):.1f})"


def first(one: Understanding) -> str:
    """The first candidate."""
    return one.candidates[0].code if one.candidates else ""


def three(one: Understanding) -> frozenset[str]:
    """The first three candidates."""
    return frozenset(candidate.code for candidate in one.candidates[:3])


def needs_table(read: Read, nearest: Callable[[Line], list[str]]) -> list[str]:
    """How needs are understood, a line a language."""
    table = [
        "| language | needs | first right | among three | nearest phrase: first | among three | offered at once | of "
        "these right | sent elsewhere |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for language in LANGUAGES:
        own = [(line, one) for line, one in read if line.language == language and line.kind == "need"]
        offered = [(line, one) for line, one in own if one.decision is Decision.OFFER]
        beside = [(line, nearest(line)) for line, _ in own]
        cells = [
            share(first(one) in line.codes for line, one in own),
            share(bool(three(one) & line.codes) for line, one in own),
            share(keys[0] in line.codes for line, keys in beside),
            share(bool(set(keys[:3]) & line.codes) for line, keys in beside),
            share(one.decision is Decision.OFFER for _, one in own),
            share(bool(set(one.services) & line.codes) for line, one in offered),
            share(one.decision is Decision.REFER for _, one in own),
        ]
        table.append(f"| {language} | {len(own)} | {' | '.join(cells)} |")
    return table


def others_table(read: Read) -> list[str]:
    """What becomes of what is no ordinary need, a line a language."""
    table = [
        "| language | out of scope: offered something | sent elsewhere | urgent: missed | taken for certain | "
        "look-alikes: asked about | taken for certain | ordinary needs: asked about | taken for certain |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    for language in LANGUAGES:
        own = {kind: [one for line, one in read if (line.language, line.kind) == (language, kind)] for kind in KINDS}
        calm = [one for line, one in read if (line.language, line.kind) == (language, "need") and _calm(line)]
        cells = [
            share(one.decision is Decision.OFFER for one in own["elsewhere"]),
            share(one.decision is Decision.REFER for one in own["elsewhere"]),
            share(not one.urgent for one in own["danger"]),
            share(_sure(one) for one in own["danger"]),
            share(one.urgent and not _sure(one) for one in own["harmless"]),
            share(_sure(one) for one in own["harmless"]),
            share(one.urgent and not _sure(one) for one in calm),
            share(_sure(one) for one in calm),
        ]
        table.append(f"| {language} | {' | '.join(cells)} |")
    return table


KINDS = ("elsewhere", "danger", "harmless")


def _calm(line: Line) -> bool:
    return "emergency-care" not in line.codes


def _sure(one: Understanding) -> bool:
    return one.danger is not None and one.danger.sure


def services_table(read: Read) -> list[str]:
    """First right, a line a service, all languages and sets together."""
    found: dict[str, list[tuple[Line, Understanding]]] = defaultdict(list)
    for line, one in read:
        if line.kind == "need":
            found[line.label.split("+")[0].split("/")[0]].append((line, one))
    table = ["| service | needs | first right | among three |", "|---|---|---|---|"]
    for code, own in sorted(found.items()):
        right = share(first(one) in line.codes for line, one in own)
        among = share(bool(three(one) & line.codes) for line, one in own)
        table.append(f"| {code} | {len(own)} | {right} | {among} |")
    return table


def slots_table(catalogue: Catalogue) -> list[str]:
    """Of the slots that are clearly said, how many are read rightly, a line a slot."""
    hits: dict[str, list[bool]] = defaultdict(list)
    for text, wanted in slot_lines("development"):
        told = to_json(catalogue.understand(text))
        got = {**told["slots"], "about": told["about"]}
        got["place"] = got.get("place", {}).get("code")
        got["when"] = got.get("when_words")
        for name, value in wanted.items():
            hits[name].append(got.get(name) == value or (name == "when" and str(value) in str(got.get(name))))
    table = ["| slot | messages | read rightly |", "|---|---|---|"]
    return table + [f"| {name} | {len(found)} | {share(found)} |" for name, found in sorted(hits.items())]


def crossed_table() -> list[str]:
    """The phrases themselves by models that have not seen them."""
    table = ["| language | phrases | first right | among three |", "|---|---|---|---|"]
    for language in LANGUAGES:
        held, _, _ = held_out(language)
        right, among = first_right(held)[held.need], among_three(held)[held.need]
        table.append(f"| {language} | {held.need.sum()} | {share(right)} | {share(among)} |")
    return table


def nearest_phrase() -> Callable[[Line], list[str]]:
    """Keys in order of the most similar phrase, by rapidfuzz alone."""
    known = {
        language: [(example.text, example.need) for example in examples(language) if example.need not in ("", CONTEXT)]
        for language in LANGUAGES
    }
    texts = {language: [text for text, _ in pairs] for language, pairs in known.items()}

    def ranked(line: Line) -> list[str]:
        told = FORMS[line.language](line.text)
        near = process.extract(told, texts[line.language], scorer=fuzz.ratio, limit=200)
        return list(dict.fromkeys(known[line.language][place][1] for _, _, place in near)) or [""]

    return ranked


def page(catalogue: Catalogue) -> str:
    """The whole page."""
    nearest, everything = nearest_phrase(), []
    text = [
        "# How well messages are understood",
        "",
        "Written by `python -m benchmarks.understanding`. In brackets 95 % intervals. No phrase file holds these",
        "messages or anything nearly the same, and nothing is fitted on them. The set `development` was measured again",
        "and again while the matcher was built; `unseen` was written by others, without sight of the program, and",
        "measured when it was done. Beside it, in the same run, what the nearest phrase by rapidfuzz alone would say.",
        "Kazakh and Uyghur await native readers, the phrases as well as these messages.",
    ]
    for name in SETS:
        read = [(line, catalogue.understand(line.text)) for line in lines(name, catalogue.language)]
        everything += read
        text += ["", f"## {name}", "", *needs_table(read, nearest), "", *others_table(read)]
    text += ["", "## By service", "", *services_table(everything)]
    text += ["", "## Slots (development)", "", *slots_table(catalogue)]
    text += ["", "## Phrases by models that have not seen them (five folds)", "", *crossed_table()]
    return "\n".join(text) + "\n"


def misses(read: Sequence[tuple[Line, Understanding]]) -> None:
    """Print what went wrong, a message a line."""
    for line, one in read:
        wrong = {
            "need": first(one) not in line.codes,
            "elsewhere": one.decision is Decision.OFFER,
            "danger": not one.urgent,
            "harmless": _sure(one),
        }[line.kind]
        if wrong:
            codes = [f"{item.code} {item.score:.2f}" for item in one.candidates[:3]]
            print(line.kind, line.label, one.decision.value, codes, one.danger, line.text, sep=" | ")


def main() -> None:
    """Write the page, or print the misses of the development set."""
    catalogue = Catalogue.load(CACHE)
    if "--misses" in sys.argv:
        misses([(line, catalogue.understand(line.text)) for line in lines("development", catalogue.language)])
        return
    PAGE.write_text(page(catalogue), "utf-8")
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
