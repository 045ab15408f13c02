"""A ticket is a thread of events. What it is at any moment is computed from them, here and nowhere else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from casework.staff import PREFECTURE


class State(StrEnum):
    """Where a ticket stands. WAITING: nobody covers the place; DONE: the worker says so, not the resident yet."""

    WAITING = "waiting"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    PLANNED = "planned"
    DONE = "done"
    CLOSED = "closed"
    CANCELLED = "cancelled"

    @property
    def ended(self) -> bool:
        return self in (State.CLOSED, State.CANCELLED)


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
class Beneficiary:
    """Whom the help is for. `about` is "self" or "other"; `agrees` "yes", "no", "cannot" or "" where nobody said."""

    about: str = "self"
    relation: str = ""
    relation_words: str = ""
    name: str = ""
    age: int | None = None
    conditions: tuple[str, ...] = ()
    agrees: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked, as the resident confirmed it. `words` are their messages in order, `attachments` ids of files."""

    services: tuple[str, ...] = ()
    beneficiary: Beneficiary = Beneficiary()
    place: str = PREFECTURE
    place_name: str = ""
    landmark: str = ""
    phone: str = ""
    through: str = ""
    when: str = ""
    clock: str = ""
    frequency: str = ""
    note: str = ""
    words: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    danger: str = ""
    wants_person: bool = False


@dataclass(frozen=True, slots=True)
class Ticket:
    """The present of a thread. `reporter` is the address of the conversation that asked; `responsible` a staff id."""

    number: str
    events: tuple[Event, ...]
    need: Need = Need()
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

    @property
    def created(self) -> datetime:
        return self.events[0].at

    @property
    def last(self) -> Event:
        return self.events[-1]


def need_to_json(need: Need) -> dict[str, Any]:
    """A need as plain JSON, leaving out what is empty."""
    plain: dict[str, Any] = {}
    for name in Need.__dataclass_fields__:
        value = getattr(need, name)
        if isinstance(value, Beneficiary):
            value = {k: v for k in Beneficiary.__dataclass_fields__ if (v := getattr(value, k)) not in ("", None, ())}
        if value not in ("", (), False):
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def need_from_json(plain: Mapping[str, Any]) -> Need:
    """The inverse of `need_to_json`; names it does not know are left aside, so an old release reads a newer thread."""
    fields = _known(Need, plain)
    fields["beneficiary"] = Beneficiary(**_known(Beneficiary, plain.get("beneficiary", {})))
    return Need(**fields)


def _known(kind: type[Need] | type[Beneficiary], plain: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in plain.items() if k in kind.__dataclass_fields__}


def fold(number: str, events: Iterable[Event]) -> Ticket:
    """The ticket that a thread of events (oldest first) amounts to. Types it does not know change nothing."""
    ticket = Ticket(number, ())
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
    need = need_from_json({**need_to_json(ticket.need), **event.data.get("need", {})})
    return replace(ticket, need=need, urgent=bool(event.data.get("urgent", ticket.urgent)))


def _dispatched(ticket: Ticket, event: Event) -> Ticket:
    return replace(
        ticket,
        state=State.DISPATCHED,
        responsible=event.data["to"],
        responsible_name=str(event.data["name"]),
        planned_at=None,
        planned_words="",
    )


def _accepted(ticket: Ticket, event: Event) -> Ticket:
    return replace(
        ticket,
        state=State.ACCEPTED,
        responsible=event.data["by"],
        responsible_name=str(event.data["name"]),
    )


def _passed(ticket: Ticket, event: Event) -> Ticket:
    return replace(
        ticket, state=State.WAITING, passed=(*ticket.passed, event.data["by"]), responsible=None, responsible_name=""
    )


def _planned(ticket: Ticket, event: Event) -> Ticket:
    at = datetime.fromisoformat(event.data["when"]) if event.data.get("when") else None
    return replace(ticket, state=State.PLANNED, planned_at=at, planned_words=str(event.data.get("words", "")))


def _done(ticket: Ticket, event: Event) -> Ticket:
    return replace(ticket, state=State.DONE, record=str(event.data.get("record", "")), question_open=False)


def _redated(ticket: Ticket, event: Event) -> Ticket:
    return replace(_planned(ticket, event), state=ticket.state)


def _unsolved(ticket: Ticket, event: Event) -> Ticket:
    return replace(ticket, state=State.WAITING, reopened=ticket.reopened + 1, stars=None, comment="")


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
    "unassigned": lambda ticket, event: replace(ticket, state=State.WAITING, responsible=None, responsible_name=""),
    "accepted": _accepted,
    "passed": _passed,
    "unanswered": _passed,
    "planned": _planned,
    "redated": _redated,
    "series": lambda ticket, event: replace(
        _onward(ticket, event), state=State.PLANNED, planned_words=str(event.data.get("words", ""))
    ),
    "visited": _onward,
    "skipped": _onward,
    "moved": lambda ticket, event: replace(ticket, planned_at=datetime.fromisoformat(event.data["to"])),
    "asked": lambda ticket, event: replace(ticket, question_open=True),
    "said": _said,
    "no-answer": lambda ticket, event: replace(ticket, question_open=False),
    "done": _done,
    "unconfirmed": lambda ticket, event: replace(ticket, state=State.CLOSED),
    "solved": lambda ticket, event: replace(ticket, state=State.CLOSED),
    "unsolved": _unsolved,
    "rated": _rated,
    "commented": _rated,
    "cancelled": lambda ticket, event: replace(ticket, state=State.CANCELLED),
}
