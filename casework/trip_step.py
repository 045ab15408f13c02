"""What is done with a trip: made, added to, moved, cancelled, a ticket left out. The families are told once each time.

Whoever leads a trip answers for its tickets: where that was somebody else, the leader takes the ticket over with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time, timedelta
from typing import Any

from casework.casebook import Casebook, Notice
from casework.permission import may_act, worker
from casework.staff import Staff
from casework.step import hold
from casework.ticket import Event, Ticket
from casework.trip import MOST_STOPS, Outing, Point, Standing, Stop, Trip, may_change, outing_of, unfit
from casework.trip_order import inserted, order

FURTHEST = timedelta(days=60)
"""How far ahead a day can be agreed: whatever lies further off, nobody keeps in mind."""


class TripRefusedError(Exception):
    """The change does not fit. `reason` is a word that the texts `staff.trip.refused.<reason>` explain."""

    def __init__(self, reason: str, ticket: Ticket | None = None) -> None:
        super().__init__(f"{reason}: {ticket.number if ticket else 'the trip'}; look at the trip again")
        self.reason = reason
        self.ticket = ticket


@dataclass(frozen=True, slots=True)
class Wish:
    """A trip as somebody wants it: `leader` is a staff id."""

    area: str
    area_name: str
    day: date
    sets_out: time | None
    leader: int
    start: Point


async def make(book: Casebook, by: Staff, wish: Wish, chosen: Sequence[tuple[Ticket, Stop]]) -> Trip:
    """Set a day for all of these: every ticket gets its visit, the leader answers for it, the families are told."""
    leader = await _leader(book, by, wish)
    stops = order((stop for _, stop in chosen), wish.start)
    trip = Trip(
        0, wish.area, wish.area_name, wish.day, leader.id, leader.name, by.id, wish.start, wish.sets_out, tuple(stops)
    )
    _refuse_day(book, trip)
    if not chosen:
        raise TripRefusedError("empty")
    if len(chosen) > MOST_STOPS:
        raise TripRefusedError("many")
    for ticket, _ in chosen:
        _refuse_unfit(ticket, by, leader, trip)
    trip = await book.trips.keep(trip)
    tickets = [await _put_on(book, ticket, trip, by, leader) for ticket, _ in chosen]
    await _tell_families(book, "trip", tickets)
    await _tell_leader(book, trip, by, "made")
    return trip


async def add(book: Casebook, trip: Trip, by: Staff, ticket: Ticket, stop: Stop) -> Trip:
    """One more door, where it costs the least way."""
    outing = await look(book, trip, by)
    _refuse_cancelled(trip)
    _refuse_day(book, trip)
    if len(outing.stops) >= MOST_STOPS:
        raise TripRefusedError("many")
    leader = await _present(book, trip.leader, trip)
    _refuse_unfit(ticket, by, leader, trip)
    others = [each for each in trip.stops if each.ticket != ticket.number]
    trip = await book.trips.keep(replace(trip, stops=tuple(inserted(others, stop, trip.start))))
    await _tell_families(book, "trip", [await _put_on(book, ticket, trip, by, leader)])
    await _tell_leader(book, trip, by, "changed")
    return trip


async def move(book: Casebook, trip: Trip, by: Staff, day: date, sets_out: time | None, reason: str) -> Trip:
    """Another day for all who were not visited yet, with the reason."""
    outing = await look(book, trip, by)
    _refuse_cancelled(trip)
    moved = replace(trip, day=day, sets_out=sets_out)
    _refuse_day(book, moved)
    if (moved.day, moved.sets_out) == (trip.day, trip.sets_out):
        raise TripRefusedError("same-day")
    await _present(book, trip.leader, moved)
    moved = await book.trips.keep(moved)
    data = {**_agreed(moved), "reason": reason, "name": by.name}
    tickets = [await book.append(t, [Event("trip-moved", book.now, worker(by), data)]) for t in outing.tickets]
    await _tell_families(book, "trip-moved", tickets, reason)
    await _tell_leader(book, moved, by, "moved")
    return moved


async def cancel(book: Casebook, trip: Trip, by: Staff, reason: str) -> Trip:
    """The trip is off: its tickets lose the day and stay with the leader, who agrees on another."""
    outing = await look(book, trip, by)
    _refuse_cancelled(trip)
    cancelled = await book.trips.keep(replace(trip, state=Standing.CANCELLED, reason=reason))
    await _take_off(book, outing.tickets, trip, by, reason)
    if by.id != trip.leader:
        await book.trips.tell_leader(replace(outing, trip=cancelled), "cancelled")
    return cancelled


async def leave_out(book: Casebook, trip: Trip, by: Staff, number: str, reason: str) -> Trip:
    """One ticket is not visited on this trip after all; its family is told why."""
    outing = await look(book, trip, by)
    ticket = next((each for each in outing.tickets if each.number == number), None)
    if ticket is None:
        raise TripRefusedError("not-on-trip")
    await _take_off(book, [ticket], trip, by, reason)
    await _tell_leader(book, trip, by, "changed")
    return trip


async def arrange(book: Casebook, trip: Trip, by: Staff, stops: Sequence[Stop], items: Sequence[str]) -> Trip:
    """Another order, or other things to bring: nobody is told, it is the leader's own matter."""
    await look(book, trip, by)
    return await book.trips.keep(replace(trip, stops=tuple(stops), items=tuple(items)))


async def look(book: Casebook, trip: Trip, by: Staff) -> Outing:
    """The trip with its tickets. Raises TripRefusedError("not-yours") for somebody who has nothing to do with it."""
    if not may_change(trip, by):
        raise TripRefusedError("not-yours")
    return await whole(book, trip)


async def whole(book: Casebook, trip: Trip) -> Outing:
    """The trip with its tickets as they stand."""
    return outing_of(trip, await book.several([stop.ticket for stop in trip.stops]))


async def _leader(book: Casebook, by: Staff, wish: Wish) -> Staff:
    """Who leads: a worker themselves, for an officer anybody who covers the area."""
    if not by.officer and wish.leader != by.id:
        raise TripRefusedError("leader")
    outline = Trip(0, wish.area, wish.area_name, wish.day, wish.leader, "", by.id, wish.start)
    return await _present(book, wish.leader, outline)


async def _present(book: Casebook, leader: int, trip: Trip) -> Staff:
    """The leader, who must be on the roster and there on the day."""
    roster = await book.roster()
    person = next((each for each in roster if each.id == leader and each.active), None)
    if person is None:
        raise TripRefusedError("leader")
    if roster.absence(person.id, trip.begins or trip.until) is not None:
        raise TripRefusedError("leader-away")
    return person


def _refuse_day(book: Casebook, trip: Trip) -> None:
    if trip.until <= book.now or trip.until > book.now + FURTHEST:
        raise TripRefusedError("day")
    if trip.begins is not None and trip.begins <= book.now:
        raise TripRefusedError("hour")


def _refuse_cancelled(trip: Trip) -> None:
    if trip.state is Standing.CANCELLED:
        raise TripRefusedError("cancelled")


def _refuse_unfit(ticket: Ticket, by: Staff, leader: Staff, trip: Trip) -> None:
    """Raise TripRefusedError for a ticket that cannot come along."""
    if not may_act(ticket, by):
        raise TripRefusedError("not-yours", ticket)
    if reason := unfit(ticket):
        raise TripRefusedError(reason, ticket)
    if not ticket.need.place.startswith(trip.area):
        raise TripRefusedError("elsewhere", ticket)
    if ticket.responsible != leader.id and not leader.covers(ticket.need.place):
        raise TripRefusedError("leader", ticket)


async def _put_on(book: Casebook, ticket: Ticket, trip: Trip, by: Staff, leader: Staff) -> Ticket:
    ticket = await hold(book, ticket, leader, by)
    data = {**_agreed(trip), "name": by.name}
    return await book.append(ticket, [Event("trip", book.now, worker(by), data)])


async def _take_off(book: Casebook, tickets: Iterable[Ticket], trip: Trip, by: Staff, reason: str) -> None:
    data = {"trip": trip.id, "reason": reason, "name": by.name}
    off = [await book.append(ticket, [Event("trip-off", book.now, worker(by), data)]) for ticket in tickets]
    await _tell_families(book, "trip-off", off, reason)


def _agreed(trip: Trip) -> Mapping[str, Any]:
    """What the thread of a ticket keeps of its trip; `when` is when the day's visits are over."""
    sets_out = trip.begins.isoformat() if trip.begins else ""
    return {"trip": trip.id, "when": trip.until.isoformat(), "sets_out": sets_out, "leader": trip.leader_name}


async def _tell_families(book: Casebook, key: str, tickets: Iterable[Ticket], reason: str = "") -> None:
    """One message to everybody who asked, also where they asked for more than one ticket of the trip."""
    theirs: dict[str, list[Ticket]] = {}
    for ticket in tickets:
        for reporter in ticket.reporters:
            theirs.setdefault(reporter.address, []).append(ticket)
    for address, mine in theirs.items():
        notice = Notice(key, mine[0], {"text": reason, "more": tuple(mine[1:])})
        await book.tell_resident(notice, to=address)


async def _tell_leader(book: Casebook, trip: Trip, by: Staff, key: str) -> None:
    if by.id != trip.leader:
        await book.trips.tell_leader(await whole(book, trip), key)
