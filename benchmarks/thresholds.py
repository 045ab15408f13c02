"""Measure the thresholds, write them to their data file and the page that shows them: python -m benchmarks.thresholds

Everything is measured on phrases by models that have not seen them (five folds); no evaluation text is used. What is
aimed at stands in the constants below.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.held import Held, held_out
from catalogue.alarm import Limits
from catalogue.matcher import THRESHOLDS_FILE, Thresholds, shares_of
from catalogue.model import Floats
from catalogue.phrase import ELSEWHERE
from catalogue.tongue import TONGUES

PAGE = Path(__file__).parents[1] / "docs" / "thresholds.md"
# Of the services offered at once this share must be right, and of what is not ours at most this share be offered: a
# point less than the 5 in 100 aimed at, because strangers put it differently from our own writers.
OFFER_PRECISION, OFFERED_FOREIGN = 0.9, 0.04
STRONG_PRECISION = 0.9
# Of the needs at most this share may be sent elsewhere.
LOST_NEEDS = 0.02
# Among three choices shown the right one must stand at least this often, also where the first is least sure.
CHOOSE_RECALL, CHOOSE_BAND = 0.5, 0.05
# Of the dangers at least this share must be noticed; of what is harmless at most this share be taken for certain.
NOTICED, FALSE_SURE = 0.95, 0.01


def measure(held: Held) -> Thresholds:
    """Choose the thresholds one after the other."""
    sharpness = _calibrated(held)
    shares = shares_of(held.scores, sharpness)
    refer = _refer(held, shares)
    first, right = _first(held, shares)
    kept = away(held, shares) < np.maximum(refer, first)
    offer = _offer(first, right, held.need, kept)
    strong = _precise(first[kept], right[kept], STRONG_PRECISION)
    return Thresholds(sharpness, offer, _choose(held, shares, kept, offer), refer, max(strong, offer))


def _calibrated(held: Held) -> float:
    """The sharpness under which the right keys are most likely."""
    at = np.arange(len(held.right))

    def loss(sharpness: float) -> float:
        return -float(np.log(shares_of(held.scores, sharpness)[at, held.right] + 1e-6).mean())

    return round(min((float(value) for value in np.arange(0.5, 2.55, 0.1)), key=loss), 2)


def away(held: Held, shares: Floats) -> Floats:
    """The share of all places elsewhere together, for each message."""
    return np.asarray(shares[:, [key.startswith(ELSEWHERE) for key in held.keys]].sum(axis=1), dtype=np.float32)


def first_right(held: Held) -> NDArray[np.bool_]:
    """Whether the best service of each message is the right one."""
    return _first(held, held.scores)[1]


def among_three(held: Held) -> NDArray[np.bool_]:
    """Whether the right service is among the best three."""
    own = held.scores[:, held.service]
    three = np.flatnonzero(held.service)[np.argsort(-own, axis=1)[:, :3]]
    return np.asarray((three == held.right[:, None]).any(axis=1))


def _first(held: Held, shares: Floats) -> tuple[Floats, NDArray[np.bool_]]:
    """The share of the best service of each message, and whether it is the right one."""
    own = shares[:, held.service]
    return own.max(axis=1), np.flatnonzero(held.service)[own.argmax(axis=1)] == held.right


def _refer(held: Held, shares: Floats) -> float:
    best, elsewhere = shares[:, held.service].max(axis=1), away(held, shares)
    for limit in np.arange(0.05, 0.95, 0.01):
        if ((elsewhere >= np.maximum(limit, best)) & held.need).sum() <= LOST_NEEDS * held.need.sum():
            return round(float(limit), 2)
    return 0.95


def _offer(first: Floats, right: NDArray[np.bool_], need: NDArray[np.bool_], kept: NDArray[np.bool_]) -> float:
    """The lowest limit that is precise enough and lets little through of what is not ours."""
    for limit in np.arange(0.1, 1.0, 0.01):
        offered = kept & (first >= limit)
        foreign = (offered & ~need).sum() <= OFFERED_FOREIGN * (~need).sum()
        if foreign and right[offered & need].mean() >= OFFER_PRECISION:
            return round(float(limit), 2)
    return 1.0


def _precise(values: Floats, hits: NDArray[np.bool_], wanted: float) -> float:
    """The lowest limit from which on the share of hits is as wanted."""
    for limit in np.arange(0.02, 1.0, 0.01):
        chosen = values >= limit
        if chosen.any() and hits[chosen].mean() >= wanted:
            return round(float(limit), 2)
    return 1.0


def _choose(held: Held, shares: Floats, kept: NDArray[np.bool_], offer: float) -> float:
    """The lowest limit just above which showing three choices still helps."""
    among, first = among_three(held), shares[:, held.service].max(axis=1)
    for limit in np.arange(0.02, offer, 0.01):
        band = kept & (first >= limit) & (first < limit + CHOOSE_BAND)
        if band.any() and among[band].mean() >= CHOOSE_RECALL:
            return round(float(limit), 2)
    return offer


@dataclass(frozen=True, slots=True)
class Heard:
    """How loud the ear heard each held-back example, whether it is a danger, and whether it only sounds so (the other
    harmless ones are needs)."""

    found: NDArray[np.float64]
    danger: NDArray[np.bool_]
    lookalike: NDArray[np.bool_]


def measure_limits(heard: Heard) -> Limits:
    """The limits of the ear of one language."""
    alarm = float(np.quantile(heard.found[heard.danger], 1 - NOTICED))
    sure = float(np.quantile(heard.found[~heard.danger], 1 - FALSE_SURE))
    return Limits(round(alarm, 2), round(max(alarm, sure), 2))


def page(needs: dict[str, tuple[Held, Thresholds]], dangers: dict[str, tuple[Heard, Limits]]) -> str:
    """The page for people: what each threshold does, on messages the models had not seen."""
    lines = [
        "# Thresholds",
        "",
        "Written by `python -m benchmarks.thresholds`; measured on phrases by models that had not seen them (five",
        "folds).",
        "The phrase files collect what is hard, so strangers are understood better than this: see",
        "[understanding.md](understanding.md).",
    ]
    for language, (held, limits) in needs.items():
        lines += ["", f"## Needs, {language}", "", *_table_of(held, limits), "", *_reliability(held, limits)]
    for language, (heard, ears) in dangers.items():
        lines += ["", f"## Danger, {language}", "", *_ears(heard, ears)]
    return "\n".join(lines) + "\n"


def _table_of(held: Held, limits: Thresholds) -> list[str]:
    shares = shares_of(held.scores, limits.sharpness)
    first, right = _first(held, shares)
    elsewhere = away(held, shares)
    referred = elsewhere >= np.maximum(limits.refer, first)
    offered = ~referred & (first >= limits.offer)
    chosen = ~referred & ~offered & (first >= limits.choose)
    among = among_three(held)
    foreign = np.array([held.keys[key].startswith(ELSEWHERE) for key in held.right])
    need = held.need
    effects = {
        "sharpness": "turns scores into shares",
        "offer": f"offers {_share(offered[need])} of the needs at once, {_share(right[need & offered])} of these "
        f"right; offers something for {_share(offered[foreign])} of the matters of others",
        "choose": f"shows three for {_share(chosen[need])} of the needs, the right one among them for "
        f"{_share(among[need & chosen])}",
        "refer": f"sends away {_share(referred[foreign])} of the matters of others and {_share(referred[need])} "
        "of the needs",
        "strong": "asked of each of several needs",
    }
    return [
        f"Needs {need.sum()}, matters of others {foreign.sum()}. First {_share(right[need])}, among three "
        f"{_share(among[need])}.",
        "",
        "| threshold | value | what it does here |",
        "|---|---|---|",
        *(f"| {name} | {value} | {effects[name]} |" for name, value in asdict(limits).items()),
    ]


def _reliability(held: Held, limits: Thresholds) -> list[str]:
    first, right = _first(held, shares_of(held.scores, limits.sharpness))
    lines = ["| share of the first service | messages | it is right |", "|---|---|---|"]
    for low in np.arange(0, 1, 0.1):
        here = held.need & (first >= low) & (first < low + 0.1)
        if here.any():
            lines.append(f"| {low:.1f} to {low + 0.1:.1f} | {here.sum()} | {_share(right[here])} |")
    return lines


def _ears(heard: Heard, limits: Limits) -> list[str]:
    danger, lookalike = heard.danger, heard.lookalike
    needs = ~danger & ~lookalike
    lines = [
        f"Dangers {danger.sum()}, look-alikes {lookalike.sum()}, needs {needs.sum()}; by the learned ear alone, "
        "without the rules.",
        "",
        "| limit | value | dangers noticed | look-alikes | needs |",
        "|---|---|---|---|---|",
    ]
    for name, value in asdict(limits).items():
        over = heard.found >= value
        shares = " | ".join(_share(over[which]) for which in (danger, lookalike, needs))
        lines.append(f"| {name} | {value} | {shares} |")
    return lines


def _share(hits: NDArray[np.bool_]) -> str:
    return f"{100 * hits.mean():.1f} %" if len(hits) else "none"


def main() -> None:
    """Measure, print and write."""
    needs, dangers = {}, {}
    for language in TONGUES:
        held, tried, found = held_out(language)
        danger = np.array([bool(example.danger) for example in tried])
        heard = Heard(found, danger, np.array([not example.need and not example.danger for example in tried]))
        needs[language] = (held, measure(held))
        dangers[language] = (heard, measure_limits(heard))
    lines = ["# Measured on held-back phrases; written by: python -m benchmarks.thresholds"]
    for name, values in [
        *((language, asdict(limits)) for language, (_, limits) in needs.items()),
        *((f"danger.{language}", asdict(limits)) for language, (_, limits) in dangers.items()),
    ]:
        lines += ["", f"[{name}]", *(f"{key} = {value}" for key, value in values.items())]
    THRESHOLDS_FILE.write_text("\n".join(lines) + "\n", "utf-8")
    PAGE.write_text(page(needs, dangers), "utf-8")
    print(PAGE.read_text("utf-8"))


if __name__ == "__main__":
    main()
