"""What presses about a ticket: the promise to be in touch, the agreed visit, a resident who wrote last."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from casework.ticket import Event, State, Ticket
from casework.wording import BEIJING, day, short_moment
from desk.age import span
from locales.text import Say

PROMISE = timedelta(hours=24)
"""Within this time somebody gets in touch: the programme promises it for urgent matters, the bot to everyone."""
RESIDENT_SPOKE = ("said", "amended", "person-wanted")
OPEN = (State.WAITING, State.DISPATCHED)


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that presses, in words. `over` says that its time has run out: only then it is coloured."""

    words: str
    over: bool = False


def unanswered(ticket: Ticket) -> bool:
    """Nobody has accepted it yet."""
    return ticket.state in OPEN


def alarming(ticket: Ticket) -> bool:
    """Urgent, and nobody has accepted it yet."""
    return ticket.urgent and unanswered(ticket)


def marks(ticket: Ticket, now: datetime, say: Say) -> list[Mark]:
    """Everything that presses, the worst first."""
    found = [_promise(ticket, now, say), _visit(ticket, now, say)]
    if _spoken(ticket):
        found.append(Mark(say(f"desk.due.{_last(ticket).type}")))
    if ticket.reopened and unanswered(ticket):
        found.append(Mark(say("desk.due.reopened")))
    return sorted((mark for mark in found if mark), key=lambda mark: not mark.over)


def rank(ticket: Ticket, now: datetime) -> int:
    """Where a ticket stands in a list: 0 first. What is urgent, late or waiting for an answer comes before the rest."""
    ladder = (
        alarming(ticket),
        ticket.urgent and ticket.state is not State.DONE,
        _late(ticket, now),
        _spoken(ticket),
        unanswered(ticket),
        ticket.state is State.PLANNED and _same_day(ticket, now),
        ticket.state is not State.DONE,
    )
    return next((place for place, true in enumerate(ladder) if true), len(ladder))


def _promise(ticket: Ticket, now: datetime, say: Say) -> Mark | None:
    if not unanswered(ticket):
        return None
    left = _deadline(ticket) - now
    if left < timedelta():
        return Mark(say("desk.due.answer.over", span=span(-left, say)), over=True)
    return Mark(say("desk.due.answer.left", span=span(left, say)))


def _visit(ticket: Ticket, now: datetime, say: Say) -> Mark | None:
    if ticket.state is not State.PLANNED:
        return None
    if ticket.planned_at is None:
        return Mark(say("desk.due.visit.words", words=ticket.planned_words)) if ticket.planned_words else None
    if ticket.planned_at < now:
        return Mark(say("desk.due.visit.over", span=span(now - ticket.planned_at, say)), over=True)
    key = "desk.due.visit.today" if _same_day(ticket, now) else "desk.due.visit"
    # Of a trip only the day is known.
    return Mark(say(key, at=(day if ticket.trip else short_moment)(ticket.planned_at, say)))


def _late(ticket: Ticket, now: datetime) -> bool:
    if unanswered(ticket):
        return _deadline(ticket) < now
    return ticket.state is State.PLANNED and ticket.planned_at is not None and ticket.planned_at < now


def _deadline(ticket: Ticket) -> datetime:
    """A ticket that was opened again is promised anew."""
    opened = [event.at for event in ticket.events if event.type in ("filed", "unsolved")]
    return (opened[-1] if opened else ticket.created) + PROMISE


def _spoken(ticket: Ticket) -> bool:
    return _last(ticket).type in RESIDENT_SPOKE and not ticket.state.ended and not unanswered(ticket)


def _last(ticket: Ticket) -> Event:
    """The last event that is not a refused press."""
    return next((event for event in reversed(ticket.events) if event.type != "press-refused"), ticket.last)


def _same_day(ticket: Ticket, now: datetime) -> bool:
    at = ticket.planned_at
    return at is not None and at.astimezone(BEIJING).date() == now.astimezone(BEIJING).date()
