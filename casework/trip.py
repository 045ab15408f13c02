"""A trip: tickets of one area that somebody visits on one day, in order, with what to bring.

The trip names the tickets; whether one is still on it is computed from the ticket's own thread, so a ticket that is
done, taken back, given to somebody else or agreed for another time leaves by itself.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Protocol

from casework import right
from casework.agreed import last_of
from casework.calendar import moment
from casework.permission import may_act
from casework.staff import Staff
from casework.ticket import State, Ticket

Point = tuple[float, float]
"""Latitude and longitude, WGS84 degrees."""
TOWNSHIP_DIGITS = 9
MOST_STOPS = 24
"""More doors than anybody can stand at in one day."""
MOST_ITEMS = 20
LONGEST_ITEM = 80
HOME_AGAIN = timedelta(hours=20)
"""By this time of day (Beijing) whoever visits is home again: until then nobody waits in vain, and no clock runs."""


class Standing(StrEnum):
    """SET: the families know the day; CANCELLED: they know that it is off."""

    SET = "set"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True)
class Stop:
    """A ticket's place in the order. `place` is its division's code, `point` where it is as far as that is known:
    `known` is "pin" for one sent with the ticket, "village" or "township" for the middle of others there, "" for none.
    """

    ticket: str
    place: str
    point: Point | None = None
    known: str = ""


@dataclass(frozen=True, slots=True)
class Trip:
    """`day` and `sets_out` are in Beijing (None: no hour named); `leader` and `made_by` are staff ids; `start` is where
    it begins and ends; `items` are things to bring in the leader's words; `id` is 0 until it is kept."""

    id: int
    area: str
    area_name: str
    day: date
    leader: int
    leader_name: str
    made_by: int
    start: Point
    sets_out: time | None = None
    stops: tuple[Stop, ...] = ()
    items: tuple[str, ...] = ()
    state: Standing = Standing.SET
    reason: str = ""

    @property
    def until(self) -> datetime:
        """When the day's visits are over (UTC)."""
        return moment(self.day, HOME_AGAIN)

    @property
    def begins(self) -> datetime | None:
        """When the leader sets out (UTC), where an hour is named."""
        if self.sets_out is None:
            return None
        return moment(self.day, timedelta(hours=self.sets_out.hour, minutes=self.sets_out.minute))


@dataclass(frozen=True, slots=True)
class Outing:
    """A trip with its tickets as they stand: still to be visited in order, visited already, and gone from it."""

    trip: Trip
    stops: tuple[tuple[Stop, Ticket], ...] = ()
    made: tuple[Ticket, ...] = ()
    gone: tuple[Ticket, ...] = ()

    @property
    def tickets(self) -> tuple[Ticket, ...]:
        """Those still to be visited."""
        return tuple(ticket for _, ticket in self.stops)


@dataclass(frozen=True, slots=True)
class Group:
    """Tickets of one township (or of a larger division where that is all that is known), oldest first."""

    place: str
    tickets: tuple[Ticket, ...]
    name: str = ""


class Trips(Protocol):
    """Trips within one transaction, and the telling of whoever leads one."""

    async def trip(self, trip_id: int) -> Trip | None: ...

    async def keep(self, trip: Trip) -> Trip:
        """A new one (id 0) or what changed; returned with its id."""
        ...

    async def of_staff(self, staff: Staff, since: date | None = None) -> list[Trip]:
        """Trips this person leads, or whose area an officer covers: from that day on, nearest first; or all, newest
        first."""
        ...

    async def tell_leader(self, outing: Outing, key: str) -> None:
        """What became of a trip, with all of it. `key` is "made", "moved", "cancelled" or "changed"."""
        ...


def may_change(trip: Trip, by: Staff) -> bool:
    """The leader, and the officers in whose area it lies; nobody else sees it either."""
    return right.may("trip", right.of_trip(trip.leader, trip.area, by))


def unfit(ticket: Ticket) -> str:
    """Why a ticket cannot be put on a trip, a word that the texts `staff.trip.refused.<word>` explain; "" if it can.

    What is urgent or dangerous must never wait for a car that goes on Thursday.
    """
    if not ticket.state.under_way:
        return "ended"
    if ticket.urgent or ticket.need.danger:
        return "urgent"
    if ticket.state in (State.ACCEPTED, State.PLANNED) and ticket.planned_at is not None:
        return "on-trip" if ticket.trip else "agreed"
    return ""


def suggested(tickets: Iterable[Ticket], by: Staff) -> list[Ticket]:
    """Those that this person may put on a trip, oldest first."""
    fitting = [ticket for ticket in tickets if not unfit(ticket) and may_act(ticket, by)]
    return sorted(fitting, key=lambda ticket: (ticket.created, ticket.number))


def by_township(tickets: Iterable[Ticket]) -> list[Group]:
    """The tickets by township, the one that has waited longest first."""
    found: dict[str, list[Ticket]] = {}
    for ticket in sorted(tickets, key=lambda each: (each.created, each.number)):
        found.setdefault(ticket.need.place[:TOWNSHIP_DIGITS], []).append(ticket)
    return [Group(place, tuple(theirs)) for place, theirs in found.items()]


def outing_of(trip: Trip, tickets: Iterable[Ticket]) -> Outing:
    """A trip and its tickets (in any order) as they stand."""
    known = {ticket.number: ticket for ticket in tickets}
    mine = [(stop, known[stop.ticket]) for stop in trip.stops if stop.ticket in known]
    on = [pair for pair in mine if _on(trip, pair[1])]
    made = [ticket for _, ticket in on if _made(ticket)]
    gone = [ticket for stop, ticket in mine if (stop, ticket) not in on]
    return Outing(trip, tuple(pair for pair in on if not _made(pair[1])), tuple(made), tuple(gone))


def shifted(outing: Outing, number: str, step: int) -> tuple[Stop, ...]:
    """The stops with one moved among those still to be visited, by -1 (earlier) or 1; at the ends nothing changes."""
    live = [stop for stop, _ in outing.stops]
    at = next((place for place, stop in enumerate(live) if stop.ticket == number), None)
    if at is None or not 0 <= at + step < len(live):
        return outing.trip.stops
    swap = {live[at]: live[at + step], live[at + step]: live[at]}
    return tuple(swap.get(stop, stop) for stop in outing.trip.stops)


def in_words(lines: str) -> tuple[str, ...]:
    """What the leader wants to bring besides, a thing a line."""
    things = [line.strip()[:LONGEST_ITEM] for line in lines.splitlines()]
    return tuple(thing for thing in things if thing)[:MOST_ITEMS]


def numbers(trips: Collection[Trip]) -> list[str]:
    """The numbers of all their tickets, each once."""
    return list(dict.fromkeys(stop.ticket for trip in trips for stop in trip.stops))


def _on(trip: Trip, ticket: Ticket) -> bool:
    leg = ticket.trip
    if leg is None or leg.trip != trip.id or trip.state is not Standing.SET or ticket.responsible != trip.leader:
        return False
    return ticket.state not in (State.CANCELLED, State.MERGED)


def _made(ticket: Ticket) -> bool:
    """Whether the visit took place, or the ticket is done without one."""
    if not ticket.state.under_way:
        return True
    since = last_of(ticket, "trip", "trip-moved")
    return any(event.type == "visited" for event in ticket.events[since:])
