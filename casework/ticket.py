"""A ticket is a thread of events. What it is at any moment is computed from them, here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from casework.leg import Leg, leg_of
from casework.need import Need, need_from_json, need_to_json
from casework.reporter import Reporter


class State(StrEnum):
    """Where a ticket stands. WAITING: nobody covers the place; DONE: the worker says so, not the resident yet;
    MERGED: it goes on in the ticket that `into` names."""

    WAITING = "waiting"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"

    @property
    def ended(self) -> bool:
        return self in (State.CLOSED, State.CANCELLED, State.MERGED)

    @property
    def under_way(self) -> bool:
        """Whether staff still have work to do."""
        return not self.ended and self is not State.DONE


class Audience(StrEnum):
    """Who may be shown an event: both sides, or staff alone."""

    ALL = "all"
    STAFF = "staff"


@dataclass(frozen=True, slots=True)
class Event:
    """One thing that happened. `actor` is "resident:<address>", "staff:<id>" or "system"; `at` is UTC, `data` JSON."""

    type: str
    at: datetime
    actor: str
    data: Mapping[str, Any] = field(default_factory=dict)
    audience: Audience = Audience.ALL


@dataclass(frozen=True, slots=True)
class Ticket:
    """The present of a thread. `reporter` is the address of the conversation that asked; `responsible` a staff id.

    `others` asked for the same; `left` are addresses of those who withdrew while others still want it; `into` is the
    ticket this one goes on in; `distinct` are tickets that look alike and are another matter; `trip` is set while the
    next visit is a stop of a trip.
    """

    number: str
    events: tuple[Event, ...]
    need: Need = field(default_factory=Need)
    state: State = State.WAITING
    reporter: str = ""
    reporter_name: str = ""
    language: str = "zh"
    urgent: bool = False
    responsible: int | None = None
    responsible_name: str = ""
    passed: tuple[int, ...] = ()
    planned_at: datetime | None = None
    planned_words: str = ""
    question_open: bool = False
    record: str = ""
    stars: int | None = None
    comment: str = ""
    reopened: int = 0
    others: tuple[Reporter, ...] = ()
    left: tuple[str, ...] = ()
    into: str = ""
    distinct: tuple[str, ...] = ()
    trip: Leg | None = None

    @property
    def reporters(self) -> tuple[Reporter, ...]:
        """Everybody who asked and still wants it, each conversation once, whoever asked first in front."""
        first = Reporter(self.reporter, self.reporter_name, self.language, self.number, self.need)
        found: dict[str, Reporter] = {}
        for each in (first, *self.others):
            if each.address not in self.left:
                found.setdefault(each.address, each)
        return tuple(found.values())

    @property
    def merged_here(self) -> tuple[str, ...]:
        """Numbers of the tickets that go on in this one for somebody who still wants it."""
        return tuple(dict.fromkeys(each.number for each in self.others if each.address not in self.left))

    def reporter_at(self, address: str) -> Reporter | None:
        """Whoever asked from this conversation and still wants it."""
        return next((each for each in self.reporters if each.address == address), None)

    @property
    def created(self) -> datetime:
        return self.events[0].at

    @property
    def last(self) -> Event:
        return self.events[-1]


def fold(number: str, events: Iterable[Event]) -> Ticket:
    """The ticket that a thread of events (oldest first) amounts to. Types it does not know change nothing."""
    return grown(Ticket(number, ()), events)


def grown(ticket: Ticket, events: Iterable[Event]) -> Ticket:
    """A ticket after more events."""
    for event in events:
        ticket = replace(_AFTER.get(event.type, _unchanged)(ticket, event), events=(*ticket.events, event))
    return ticket


def _unchanged(ticket: Ticket, event: Event) -> Ticket:
    return ticket


def _filed(ticket: Ticket, event: Event) -> Ticket:
    return replace(
        ticket,
        need=need_from_json(event.data["need"]),
        urgent=bool(event.data.get("urgent")),
        reporter=str(event.data["reporter"]),
        reporter_name=str(event.data.get("reporter_name", "")),
        language=str(event.data.get("language", "zh")),
    )


def _amended(ticket: Ticket, event: Event) -> Ticket:
    if number := event.data.get("of"):
        return _other_amended(ticket, str(number), event)
    need = need_from_json({**need_to_json(ticket.need), **event.data.get("need", {})})
    return replace(ticket, need=need, urgent=bool(event.data.get("urgent", ticket.urgent)))


def _other_amended(ticket: Ticket, number: str, event: Event) -> Ticket:
    """What another reporter adds to what they said stays apart from the need of the ticket."""
    others = (
        replace(each, need=need_from_json({**need_to_json(each.need), **event.data["need"]}))
        if (each.number, f"resident:{each.address}") == (number, event.actor)
        else each
        for each in ticket.others
    )
    return replace(ticket, others=tuple(others))


def _joined(ticket: Ticket, event: Event) -> Ticket:
    number = str(event.data["number"])
    come = tuple(
        Reporter(each["address"], each["name"], each["language"], number, need_from_json(each["need"]))
        for each in event.data["reporters"]
    )
    back = {each.address for each in come}
    return replace(
        ticket,
        others=(*ticket.others, *come),
        left=tuple(each for each in ticket.left if each not in back),
        urgent=ticket.urgent or bool(event.data.get("urgent")),
    )


def _parted(ticket: Ticket, event: Event) -> Ticket:
    others = tuple(each for each in ticket.others if each.number != event.data["number"])
    return replace(ticket, others=others, urgent=bool(event.data.get("urgent", ticket.urgent)))


def _merged(ticket: Ticket, event: Event) -> Ticket:
    return replace(ticket, state=State.MERGED, into=str(event.data["into"]), question_open=False)


def _apart(ticket: Ticket, event: Event) -> Ticket:
    # Somebody has looked, so nobody is asked again whether the two are one.
    return replace(ticket, state=State.WAITING, into="", distinct=(*ticket.distinct, str(event.data["from"])))


def _held(ticket: Ticket, staff_id: int, event: Event) -> Ticket:
    return replace(ticket, responsible=staff_id, responsible_name=str(event.data["name"]))


def _dispatched(ticket: Ticket, event: Event) -> Ticket:
    held = _held(ticket, event.data["to"], event)
    return replace(held, state=State.DISPATCHED, planned_at=None, planned_words="", trip=None)


def _accepted(ticket: Ticket, event: Event) -> Ticket:
    return replace(_held(ticket, event.data["by"], event), state=State.ACCEPTED)


def _passed(ticket: Ticket, event: Event) -> Ticket:
    return replace(
        ticket, state=State.WAITING, passed=(*ticket.passed, event.data["by"]), responsible=None, responsible_name=""
    )


def _planned(ticket: Ticket, event: Event) -> Ticket:
    at = datetime.fromisoformat(event.data["when"]) if event.data.get("when") else None
    words = str(event.data.get("words", ""))
    return replace(ticket, state=State.PLANNED, planned_at=at, planned_words=words, trip=None)


def _on_trip(ticket: Ticket, event: Event) -> Ticket:
    return replace(_planned(ticket, event), trip=leg_of(event.data))


def _off_trip(ticket: Ticket, event: Event) -> Ticket:
    state = State.ACCEPTED if ticket.state is State.PLANNED else ticket.state
    return replace(ticket, state=state, planned_at=None, planned_words="", trip=None)


def _done(ticket: Ticket, event: Event) -> Ticket:
    return replace(ticket, state=State.DONE, record=str(event.data.get("record", "")), question_open=False)


def _redated(ticket: Ticket, event: Event) -> Ticket:
    return replace(_planned(ticket, event), state=ticket.state)


def _unsolved(ticket: Ticket, event: Event) -> Ticket:
    # Whoever had a reason keeps it; whoever only did not answer in time may be asked again.
    passed = tuple(each.data["by"] for each in ticket.events if each.type == "passed")
    return replace(ticket, state=State.WAITING, reopened=ticket.reopened + 1, passed=passed, stars=None, comment="")


def _rated(ticket: Ticket, event: Event) -> Ticket:
    return replace(
        ticket,
        state=State.CLOSED,
        stars=event.data.get("stars", ticket.stars),
        comment=event.data.get("comment", ticket.comment),
    )


def _onward(ticket: Ticket, event: Event) -> Ticket:
    """A visit that was made or let go: in a series the next date follows by itself."""
    following = event.data.get("next")
    return replace(ticket, planned_at=datetime.fromisoformat(following)) if following else ticket


def _said(ticket: Ticket, event: Event) -> Ticket:
    return replace(ticket, question_open=ticket.question_open and not event.actor.startswith("resident:"))


_AFTER: Mapping[str, Callable[[Ticket, Event], Ticket]] = {
    "filed": _filed,
    "amended": _amended,
    "dispatched": _dispatched,
    "entrusted": lambda ticket, event: _held(ticket, event.data["to"], event),
    "unassigned": lambda ticket, event: replace(ticket, state=State.WAITING, responsible=None, responsible_name=""),
    "accepted": _accepted,
    "passed": _passed,
    "unanswered": _passed,
    "planned": _planned,
    "redated": _redated,
    "trip": _on_trip,
    "trip-moved": _on_trip,
    "trip-off": _off_trip,
    "series": lambda ticket, event: replace(
        _onward(ticket, event), state=State.PLANNED, planned_words=str(event.data.get("words", "")), trip=None
    ),
    "visited": _onward,
    "skipped": _onward,
    "moved": lambda ticket, event: replace(ticket, planned_at=datetime.fromisoformat(event.data["to"]), trip=None),
    "asked": lambda ticket, event: replace(ticket, question_open=True),
    "said": _said,
    "no-answer": lambda ticket, event: replace(ticket, question_open=False),
    "contacted": lambda ticket, event: replace(ticket, question_open=False),
    "done": _done,
    "unconfirmed": lambda ticket, event: replace(ticket, state=State.CLOSED),
    "solved": lambda ticket, event: replace(ticket, state=State.CLOSED),
    "unsolved": _unsolved,
    "rated": _rated,
    "commented": _rated,
    "cancelled": lambda ticket, event: replace(ticket, state=State.CANCELLED),
    "merged": _merged,
    "joined": _joined,
    "parted": _parted,
    "apart": _apart,
    "left": lambda ticket, event: replace(ticket, left=(*ticket.left, event.actor.removeprefix("resident:"))),
    "not-duplicate": lambda ticket, event: replace(ticket, distinct=(*ticket.distinct, str(event.data["number"]))),
}
