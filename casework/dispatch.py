"""Who gets a ticket: the duty worker nearest to the place, else the officer of the next level up."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from casework.staff import LEVELS, Role, Staff


@dataclass(frozen=True, slots=True)
class Choice:
    """The person chosen, and why: a word for the record ("duty-worker", "officer-township", ...)."""

    staff: Staff
    why: str


def choose(
    roster: Sequence[Staff],
    place: str,
    *,
    passed: Collection[int] = (),
    load: Mapping[int, int] | None = None,
) -> Choice | None:
    """The one to answer for `place` (a division's code), leaving out those in `passed` (ids who handed it on).

    `load` is the number of open tickets by staff id; the less loaded of equals is taken. None only when nobody at all
    covers the place. Made-up staff of a trial never get a ticket where a real person covers the place.
    """
    covering = [s for s in roster if s.active and s.covers(place)]
    real = [s for s in covering if not s.trial]
    candidates = [s for s in real or covering if s.id not in passed]
    open_tickets = load or {}
    ranked = sorted(candidates, key=lambda s: (LEVELS.index(s.role), -len(s.area), open_tickets.get(s.id, 0), s.id))
    if not ranked:
        return None
    best = ranked[0]
    return Choice(best, "duty-worker" if best.role is Role.WORKER else f"officer-{best.role.value}")
