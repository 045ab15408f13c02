"""The month of tickets that shows how evenly they spread."""

from __future__ import annotations

import random

from benchmarks import fairness


def test_tickets_spread_more_evenly_when_dispatch_chooses() -> None:
    roster, cases = fairness.county(), fairness.month(random.Random(fairness.SEED))
    ways = {
        "rule": fairness.by_rule(roster),
        "chance": fairness.by_chance(roster, random.Random(fairness.SEED)),
        "nearest": fairness.by_nearness(roster),
    }
    rows = {name: fairness.report(roster, fairness.play(cases, way)) for name, way in ways.items()}
    spread = {name: float(row[3]) for name, row in rows.items()}
    assert spread["rule"] < 0.75 * spread["chance"] < spread["nearest"]
    on_duty = {name: int(row[5].rstrip("%")) for name, row in rows.items()}
    assert on_duty["rule"] > on_duty["chance"] + 20
