"""What a ticket's thread says of its visits: the series, the visit that comes next, those that were, who confirmed."""

from __future__ import annotations

from datetime import datetime

from casework.series import Series, from_json
from casework.ticket import Event, State, Ticket, fold

PLANS = ("planned", "redated", "series", "moved", "visited", "skipped", "trip", "trip-moved")
"""Events that may leave another time for the next visit."""
ENDS_SERIES = ("planned", "trip", "dispatched", "unsolved")
"""What puts an end to a series: a single visit, another worker, a new beginning."""
MET = ("visited", "skipped")
"""Events that settle a visit of a series; `slot` in their data is its moment, `next` that of the following one."""


def has_plan(ticket: Ticket) -> bool:
    """Whether a visit is agreed, so that there is one to record."""
    return not ticket.state.ended and (ticket.state is State.PLANNED or ticket.planned_at is not None)


def last_of(ticket: Ticket, *types: str) -> int:
    """Which event is the last of these types; the first of all where there is none."""
    found = (index for index in range(len(ticket.events) - 1, -1, -1) if ticket.events[index].type in types)
    return next(found, 0)


def dropped(ticket: Ticket) -> Ticket | None:
    """The ticket as it was before it was last handed on, where a visit agreed then is off by that; else None."""
    handed = last_of(ticket, "dispatched")
    if not handed or ticket.events[handed - 1].type in ("unsolved", "apart"):
        return None
    before = fold(ticket.number, ticket.events[:handed])
    late = before.planned_at is not None and before.planned_at <= ticket.events[handed].at
    return before if (before.planned_at or before.planned_words) and not late else None


def series_since(ticket: Ticket) -> int | None:
    """Which event began the series that the ticket is in; None where it is in none."""
    for index in range(len(ticket.events) - 1, -1, -1):
        if ticket.events[index].type == "series":
            return index
        if ticket.events[index].type in ENDS_SERIES:
            return None
    return None


def series_of(ticket: Ticket) -> Series | None:
    since = series_since(ticket)
    return None if since is None else from_json(ticket.events[since].data["series"])


def slot_of(ticket: Ticket) -> datetime | None:
    """The moment of the series that comes next, wherever that visit was moved to; None at the end of the series."""
    steps = [event for event in _of_series(ticket) if event.type in ("series", *MET)]
    return _moment(steps[-1], "next") if steps else None


def settled(ticket: Ticket) -> frozenset[datetime]:
    """The moments of the series that were kept or let go."""
    return frozenset(at for event in _of_series(ticket) if event.type in MET and (at := _moment(event, "slot")))


def last_visit(ticket: Ticket) -> int | None:
    """Which event is the last visit that was recorded since the ticket was (re)opened."""
    for index in range(len(ticket.events) - 1, -1, -1):
        if ticket.events[index].type == "visited":
            return index
        if ticket.events[index].type == "unsolved":
            return None
    return None


def confirmed_by(ticket: Ticket, visit: int) -> str:
    """Who said that a recorded visit took place: "button", "code", "relative", or "" where nobody did yet."""
    said = (event for event in ticket.events[visit:] if event.type == "visit-confirmed")
    return next((str(event.data.get("by", "")) for event in said if event.data.get("of") == visit), "")


def open_code(ticket: Ticket) -> str:
    """The code by which the last recorded visit can still be confirmed; empty where there is nothing to confirm."""
    visit = last_visit(ticket)
    if visit is None or confirmed_by(ticket, visit):
        return ""
    return code_of(ticket, str(ticket.events[visit].data.get("visit", "")))


def code_of(ticket: Ticket, visit: str | None = None) -> str:
    """The two digits that the resident was given for a visit (its agreed moment; the next one if none is named)."""
    wanted = visit if visit is not None else ticket.planned_at.isoformat() if ticket.planned_at else ""
    told = [event for event in ticket.events if event.type == "eve" and event.data.get("visit") == wanted]
    return str(told[-1].data.get("code", "")) if told and wanted else ""


def series_over(ticket: Ticket) -> bool:
    """Whether a series has come to its end: nothing is left but to say that the ticket is done."""
    return series_since(ticket) is not None and slot_of(ticket) is None


def _of_series(ticket: Ticket) -> tuple[Event, ...]:
    since = series_since(ticket)
    return () if since is None else ticket.events[since:]


def _moment(event: Event, name: str) -> datetime | None:
    return datetime.fromisoformat(event.data[name]) if event.data.get(name) else None
