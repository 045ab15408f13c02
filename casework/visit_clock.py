"""The clocks of visits: the word on the eve of each, and a series that falls behind what was agreed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.agreed import MET, PLANS, series_of, series_since
from casework.calendar import ONE_DAY, moment, quiet_until
from casework.pace import Pace
from casework.series import Period, day_of, periods
from casework.ticket import Event, Ticket

CLOCKS = ("eve", "behind")


@dataclass(frozen=True, slots=True)
class Shortfall:
    """A stretch of a series in which fewer visits came than were agreed (those that were excused left out)."""

    period: Period
    agreed: int
    came: int


def visit_dues(ticket: Ticket, pace: Pace) -> Iterator[tuple[datetime, str]]:
    """What is due (UTC) about the visits of an open ticket, and by which of CLOCKS."""
    eve = _eve(ticket, pace)
    if eve is not None:
        yield eve, "eve"
    short = shortfall(ticket)
    if short is not None:
        yield pace.grace.after(moment(short.period.end, timedelta())), "behind"


def shortfall(ticket: Ticket) -> Shortfall | None:
    """The first stretch that is short as things stand and of which nobody was told. One that is still going on is
    short too until its visits are made: what counts is how it stands when its time is over."""
    series, since = series_of(ticket), series_since(ticket)
    if series is None or since is None:
        return None
    events, begun = ticket.events[since:], ticket.events[since].at
    told = {event.data.get("period") for event in events if event.type == "behind"}
    came, excused = _slots(events, excused=False), _slots(events, excused=True)
    for period in periods(series):
        agreed = [slot.isoformat() for slot in period.slots if slot > begun and slot.isoformat() not in excused]
        short = Shortfall(period, len(agreed), sum(slot in came for slot in agreed))
        if short.came < short.agreed and period.begin.isoformat() not in told:
            return short
    return None


def _slots(events: tuple[Event, ...], *, excused: bool) -> set[str]:
    kind = MET[1] if excused else MET[0]
    return {str(e.data.get("slot")) for e in events if e.type == kind and (not excused or e.data.get("excused"))}


def _eve(ticket: Ticket, pace: Pace) -> datetime | None:
    """Late in the afternoon of the day before, unless it was agreed only after that or was reminded of."""
    start = max((n for n, event in enumerate(ticket.events) if event.type in PLANS), default=None)
    if start is None or ticket.planned_at is None:
        return None
    plan, since = ticket.events[start], ticket.events[start:]
    over = plan.type in MET and not plan.data.get("next")
    if over or any(event.type == "eve" for event in since):
        return None
    at = moment(day_of(ticket.planned_at) - ONE_DAY, pace.eve)
    at = quiet_until(at) or at
    return at if at > plan.at else None
