"""What the pages of trips show, in words."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from casework import mask, trip_wording, wording
from casework.permission import may_see
from casework.staff import Staff
from casework.ticket import Ticket
from casework.trip import MOST_STOPS, Outing, Standing, Stop
from desk.age import span
from desk.fact import Fact, facts
from desk.office import Gathering
from locales.text import Say

AT_THE_DOOR = tuple(
    f"desk.fact.{name}" for name in ("danger", "who", "place", "contact", "when", "note", "reporter", "also")
)
"""Facts of a ticket that somebody at its door must know."""


@dataclass(frozen=True, slots=True)
class Line:
    """A trip in a list."""

    id: int
    title: str
    leader: str
    stops: str
    cancelled: bool


@dataclass(frozen=True, slots=True)
class Choice:
    """A ticket that may come along: what is asked, then for whom, where, and how long it has waited with whom."""

    number: str
    head: str
    words: str
    ticked: bool


@dataclass(frozen=True, slots=True)
class Offer:
    """The tickets of one township: what it is called, how many there are and how long they have waited."""

    place: str
    name: str
    waited: str
    choices: tuple[Choice, ...]


@dataclass(frozen=True, slots=True)
class Door:
    """A stop: `where` says how its position is known, `pin` is the position itself where it was sent."""

    number: str
    services: str = ""
    facts: tuple[Fact, ...] = ()
    said: str = ""
    where: str = ""
    pin: str = ""
    secret: bool = False


@dataclass(frozen=True, slots=True)
class Left:
    """A ticket that is not to be visited any more, and how it stands."""

    number: str
    state: str
    open: bool


def lists(outings: Sequence[Outing], now: datetime, say: Say) -> tuple[list[Line], list[Line]]:
    """The coming trips, the next one first, and the past ones, the last one first; of trips newest first."""
    coming = [_line(o, say) for o in outings if o.trip.until > now]
    return coming[::-1], [_line(o, say) for o in outings if o.trip.until <= now]


def offered(gathering: Gathering, now: datetime, say: Say, chosen: Collection[str] | None = None) -> list[Offer]:
    """What may be put on a trip; ticked is what was `chosen`, at first as much as one day holds."""
    numbers = [ticket.number for group in gathering.groups for ticket in group.tickets]
    ticked = set(numbers[:MOST_STOPS] if chosen is None else chosen)
    return [
        Offer(
            group.place,
            group.name,
            say(
                "desk.trips.group",
                place=group.name,
                count=len(group.tickets),
                span=span(now - group.tickets[0].created, say),
            ),
            tuple(_choice(t, now, say, t.number in ticked) for t in group.tickets),
        )
        for group in gathering.groups
    ]


def whole(outing: Outing, staff: Staff, say: Say) -> dict[str, Any]:
    """Everything on the page of one trip, but what may still come along."""
    trip = outing.trip
    return {
        "trip": trip,
        "title": trip_wording.title(trip, say),
        "cancelled": trip.state is Standing.CANCELLED,
        "sets_out": trip_wording.setting_out(trip, say),
        "way": trip_wording.way(outing, say) if outing.stops else "",
        "doors": [_door(stop, ticket, staff, say) for stop, ticket in outing.stops],
        "bring": trip_wording.bringing(outing, say) if outing.stops else [],
        "made": [_left(ticket, staff, say) for ticket in outing.made],
        "gone": [_left(ticket, staff, say) for ticket in outing.gone],
        "hour": f"{trip.sets_out:%H:%M}" if trip.sets_out else "",
    }


def _line(outing: Outing, say: Say) -> Line:
    trip = outing.trip
    return Line(
        trip.id,
        trip_wording.title(trip, say),
        say("desk.trips.leader", name=trip.leader_name),
        say("desk.trips.count", count=len(outing.stops), made=len(outing.made)),
        trip.state is Standing.CANCELLED,
    )


def _choice(ticket: Ticket, now: datetime, say: Say, ticked: bool) -> Choice:
    listed = replace(ticket, need=mask.in_list(ticket.need))
    words = say(
        "desk.trips.choice",
        who=wording.worker_who(listed, say),
        place=wording.place(listed.need, say),
        span=span(now - ticket.created, say),
        worker=ticket.responsible_name or say("desk.nobody"),
    )
    head = say("card.staff.head", number=ticket.number, services=wording.services(ticket.need, say))
    return Choice(ticket.number, head, words, ticked)


def _door(stop: Stop, ticket: Ticket, staff: Staff, say: Say) -> Door:
    if not may_see(ticket, staff):
        return Door(ticket.number, secret=True)
    pin = f"{stop.point[0]:.5f},{stop.point[1]:.5f}" if stop.point and stop.known == "pin" else ""
    return Door(
        ticket.number,
        wording.services(ticket.need, say),
        tuple(fact for fact in facts(ticket, say) if fact.label in AT_THE_DOOR),
        wording.shorten("\n".join(ticket.need.words)),
        "" if pin else say(f"desk.trips.where.{stop.known or 'unknown'}"),
        pin,
    )


def _left(ticket: Ticket, staff: Staff, say: Say) -> Left:
    return Left(ticket.number, say(f"state.staff.{ticket.state.value}"), may_see(ticket, staff))
