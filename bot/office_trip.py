"""What staff see of trips at the desk, and what they asked for there, as the step it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Protocol

from bot.message import Attachment
from bot.plain import row_number
from casework import right, trip_step
from casework.attached import files_of
from casework.casebook import Casebook
from casework.staff import PREFECTURE, Staff
from casework.ticket import Ticket
from casework.trip import (
    TOWNSHIP_DIGITS,
    Outing,
    Point,
    Stop,
    Trip,
    by_township,
    in_words,
    may_change,
    numbers,
    outing_of,
    shifted,
    suggested,
)  # fmt: skip
from casework.trip_point import Pin, plausible, stop_of
from casework.trip_step import TripRefusedError, Wish
from desk.office import Gathering

Load = Callable[[Sequence[str]], Awaitable[list[Attachment]]]
"""The files with these ids."""


class Places(Protocol):
    """The divisions of the prefecture. Both raise LookupError for a code that is none."""

    def full_name(self, code: str, *, short: bool = False) -> str: ...

    def seat(self, code: str) -> Point: ...


@dataclass(frozen=True, slots=True)
class Atlas:
    """What is known of places: the divisions, and the pins among the files."""

    places: Places
    load: Load


async def gather(book: Casebook, staff: Staff, area: str, atlas: Atlas) -> Gathering:
    """What may be put on a trip to an area, and who may lead it. Raises LookupError for an area that is not theirs."""
    if not right.may("gather", right.of_area(area, staff)):
        raise LookupError(area)
    name = atlas.places.full_name(area, short=True)
    groups = by_township(suggested(await book.of_area(area), staff))
    named = tuple(replace(each, name=atlas.places.full_name(each.place, short=True)) for each in groups)
    return Gathering(area, name, named, tuple(await _leaders(book, staff, area)))


async def outings(book: Casebook, staff: Staff) -> list[Outing]:
    """Every trip this person may see, newest first."""
    trips = await book.trips.of_staff(staff)
    tickets = await book.several(numbers(trips))
    return [outing_of(trip, tickets) for trip in trips]


async def outing(book: Casebook, staff: Staff, trip_id: int) -> Outing | None:
    """One trip, if this person may see it."""
    trip = await book.trips.trip(trip_id)
    return await trip_step.whole(book, trip) if trip is not None and may_change(trip, staff) else None


async def make(
    book: Casebook, by: Staff, area: str, chosen: Sequence[str], sent: Mapping[str, str], atlas: Atlas
) -> Trip:
    """A trip as the form has it. Raises TripRefusedError, LookupError for an area that is not theirs."""
    if not right.may("gather", right.of_area(area, by)):
        raise LookupError(area)
    found = {ticket.number: ticket for ticket in await book.several(chosen)}
    tickets = [found[number] for number in dict.fromkeys(chosen) if number in found]
    start = atlas.places.seat(area if len(area) > len(PREFECTURE) or not tickets else tickets[0].need.place)
    wish = Wish(
        area,
        atlas.places.full_name(area, short=True),
        _day(sent["day"]),
        _hour(sent["sets_out"]),
        row_number(sent["leader"]),
        start,
    )
    return await trip_step.make(book, by, wish, await located(book, tickets, start, atlas.load))


async def change(book: Casebook, by: Staff, trip_id: int, action: str, sent: Mapping[str, str], atlas: Atlas) -> Trip:
    """Do one of `desk.office.TRIP_ACTIONS`. Raises TripRefusedError, LookupError for a trip that is not theirs."""
    trip = await book.trips.trip(trip_id)
    if trip is None or not may_change(trip, by):
        raise LookupError(trip_id)
    number, text = sent["choice"], sent["text"]
    match action:
        case "up" | "down":
            stops = shifted(await trip_step.whole(book, trip), number, -1 if action == "up" else 1)
            return await trip_step.arrange(book, trip, by, stops, trip.items)
        case "items":
            return await trip_step.arrange(book, trip, by, trip.stops, in_words(text))
        case "leave-out":
            return await trip_step.leave_out(book, trip, by, number, text)
        case "move":
            return await trip_step.move(book, trip, by, _day(sent["day"]), _hour(sent["sets_out"]), text)
        case "cancel":
            return await trip_step.cancel(book, trip, by, text)
        case "add":
            return await _add(book, trip, by, number, atlas)
    raise LookupError(action)


async def located(book: Casebook, tickets: Sequence[Ticket], start: Point, load: Load) -> list[tuple[Ticket, Stop]]:
    """Each ticket with its stop: at its own pin, else where other tickets of the village or township were."""
    known = {ticket.number: ticket for ticket in tickets}
    townships = {t.need.place[:TOWNSHIP_DIGITS] for t in tickets if len(t.need.place) >= TOWNSHIP_DIGITS}
    for township in sorted(townships):
        for ended in (False, True):
            known |= {each.number: each for each in await book.of_area(township, ended=ended)}
    files = [(file, ticket) for ticket in known.values() for file in files_of(ticket.events)]
    found = {each.id: each for each in await load(list(dict.fromkeys(file for file, _ in files)))}
    pins = [pin for file, ticket in files if file in found and (pin := _pin(found[file], ticket))]
    return [(ticket, stop_of(ticket, plausible(pins, start))) for ticket in tickets]


async def _add(book: Casebook, trip: Trip, by: Staff, number: str, atlas: Atlas) -> Trip:
    ticket = await book.ticket(number)
    if ticket is None:
        raise TripRefusedError("empty")
    [(_, stop)] = await located(book, [ticket], trip.start, atlas.load)
    return await trip_step.add(book, trip, by, ticket, stop)


async def _leaders(book: Casebook, staff: Staff, area: str) -> list[Staff]:
    """A worker leads their own trips; an officer chooses among those who cover the area, nearest first. Made-up people
    of a trial only where there are no others."""
    if not staff.officer:
        return [staff]
    covering = [each for each in await book.roster() if each.active and each.covers(area)]
    real = [each for each in covering if not each.trial or each.id == staff.id]
    chosen = real if any(not each.trial for each in real) else covering
    return sorted(chosen, key=lambda each: (-len(each.area), each.officer, each.id))


def _pin(file: Attachment, ticket: Ticket) -> Pin | None:
    if file.latitude is None or file.longitude is None:
        return None
    return Pin(ticket.number, ticket.need.place, (file.latitude, file.longitude))


def _day(said: str) -> date:
    try:
        return date.fromisoformat(said)
    except ValueError as error:
        raise TripRefusedError("day") from error


def _hour(said: str) -> time | None:
    """An hour and minutes in Beijing; None where the field was left empty."""
    try:
        return time.fromisoformat(said).replace(second=0, microsecond=0, tzinfo=None) if said else None
    except ValueError as error:
        raise TripRefusedError("hour") from error
