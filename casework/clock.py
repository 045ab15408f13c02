"""The clocks of a ticket: what must happen next, and by when. All of it is computed from the ticket's events, so a
restart, a week without power or a changed clock neither loses a step nor does it twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from casework.agreed import PLANS, last_of
from casework.calendar import quiet_until
from casework.pace import Pace, Span
from casework.staff import LEVELS, Role
from casework.ticket import Event, State, Ticket
from casework.visit_clock import visit_dues

OPENED = ("filed", "unsolved")
IN_TOUCH = ("asked", "spoke", "planned", "series", "trip", "contacted", "done")
"""What a member of staff does with the resident: the first of these is the first contact."""
FIRED = ("reminded", "overdue", "nudged", "asked-again", "eve", "behind")
"""What a clock leaves in the thread when its time has come; each carries the name of the clock."""
LOW = 2
"""Stars up to which the county calls back."""


@dataclass(frozen=True, slots=True)
class Due:
    """Something that must happen at a moment (UTC). `clock` names what was to be done, `stage` how often it was due
    before: for the clocks of staff 0 is the reminder, 1 the first level told, and so on."""

    at: datetime
    clock: str
    stage: int


@dataclass(frozen=True, slots=True)
class _Running:
    clock: str
    start: int
    span: Span


def next_due(ticket: Ticket, pace: Pace) -> Due | None:
    """What is due first, None when nothing is. Of two at one moment the one more people wait for comes first."""
    if ticket.state is State.DONE:
        return _asking(ticket, "rating", last_of(ticket, "done"), pace.rating[0])
    if ticket.state.ended:
        return _callback(ticket, pace)
    found = [due for running in _running(ticket, pace) if (due := _of_staff(ticket, running, pace))]
    found += [Due(at, clock, 0) for at, clock in visit_dues(ticket, pace)]
    if ticket.question_open:
        found.append(_asking(ticket, "resident", last_of(ticket, "asked"), pace.resident[0]))
    return min(found, key=lambda due: due.at, default=None)


def _running(ticket: Ticket, pace: Pace) -> Iterator[_Running]:
    """The clocks of staff that run now, each from the event that started it."""

    def span(name: str) -> Span | None:
        return pace.step(name, urgent=ticket.urgent, services=ticket.need.services)

    opened = last_of(ticket, *OPENED)
    in_touch = any(event.type in IN_TOUCH for event in ticket.events[opened:])
    planned = last_of(ticket, *PLANS) if ticket.planned_at else opened
    clocks = {
        "accept": last_of(ticket, "dispatched") if ticket.state is State.DISPATCHED else None,
        "contact": None if in_touch else opened,
        "answer": None if in_touch else opened,
        "finish": None if ticket.planned_at else opened,
        "visit": planned if ticket.planned_at else None,
    }
    for clock, start in clocks.items():
        length = span(clock)
        if start is not None and length is not None:
            yield _Running(clock, start, length)


def _of_staff(ticket: Ticket, running: _Running, pace: Pace) -> Due | None:
    fired = _fired(ticket, running.clock, running.start)
    stage = len(fired)
    if running.clock == "visit" and ticket.planned_at is not None:
        # A visit recorded late has its time from then on.
        begin, pauses = max(ticket.planned_at, ticket.events[running.start].at), []
    else:
        begin, pauses = ticket.events[running.start].at, _pauses(ticket, running.start)
    if running.clock != "accept" and ticket.question_open:
        return None
    if running.clock == "accept":
        pauses = []
    share = pace.remind if stage == 0 else 1.0
    at = _reached(running.span.part(share), begin, pauses)
    for level in range(1, stage):
        at = pace.level(LEVELS[min(level, len(LEVELS) - 1)], urgent=ticket.urgent).after(at)
    if stage >= len(LEVELS):
        # The highest level hears of it again so long after they last did: once, however many times were missed.
        at = max(at, pace.level(LEVELS[-1], urgent=ticket.urgent).after(fired[-1]))
    return Due(at, running.clock, stage)


def _reached(span: Span, start: datetime, pauses: Sequence[tuple[datetime, datetime]]) -> datetime:
    """When a span that began at `start` and stood still in the pauses was, or will be, used up."""
    left = span.amount
    for begin, end in pauses:
        used = span.passed(start, begin)
        if used >= left:
            break
        left, start = left - used, max(start, end)
    return Span(left, span.working).after(start)


def _pauses(ticket: Ticket, start: int) -> list[tuple[datetime, datetime]]:
    """The times since an event in which the next word was the resident's, or the ticket went on in another."""
    pauses: list[tuple[datetime, datetime]] = []
    since: datetime | None = None
    for event in ticket.events[start:]:
        if event.type in ("asked", "merged") and since is None:
            since = event.at
        elif since is not None and (event.type in ("no-answer", "contacted", "apart") or _answers(event)):
            pauses.append((since, event.at))
            since = None
    return pauses


def _asking(ticket: Ticket, clock: str, start: int, every: Span) -> Due:
    """A question to the resident that is still open; never at night, unless it is about something urgent."""
    stage = len(_fired(ticket, clock, start))
    at = ticket.events[start].at
    for _ in range(stage + 1):
        at = every.after(at)
    awake = quiet_until(at)
    return Due(at if awake is None or (ticket.urgent and clock == "resident") else awake, clock, stage)


def _callback(ticket: Ticket, pace: Pace) -> Due | None:
    """The call of the county to somebody who was not content."""
    start = callback_open(ticket)
    if start is None:
        return None
    fired = _fired(ticket, "callback", start)
    at = pace.callback.after(ticket.events[start].at)
    every = pace.level(Role.PREFECTURE, urgent=False)
    for _ in fired:
        at = every.after(at)
    if len(fired) > 1:
        at = max(at, every.after(fired[-1]))
    return Due(at, "callback", len(fired) + 1)


def callback_open(ticket: Ticket) -> int | None:
    """Which event was the low rating that nobody has called back about yet; None when there is none."""
    for index in range(len(ticket.events) - 1, -1, -1):
        event = ticket.events[index]
        # A level above has taken the work up again, or the resident was content the next time.
        if event.type in ("called-back", "unsolved"):
            return None
        if event.type == "rated":
            return index if int(event.data.get("stars", LOW + 1)) <= LOW else None
    return None


def _fired(ticket: Ticket, clock: str, start: int) -> list[datetime]:
    """When the clock's time came since an event."""
    since = ticket.events[start:]
    return [event.at for event in since if event.type in FIRED and event.data.get("clock") == clock]


def _answers(event: Event) -> bool:
    """Whether a question is open no longer by this, as in `casework.ticket`: a press or a correction is no answer."""
    return event.type == "said" and event.actor.startswith("resident:")
