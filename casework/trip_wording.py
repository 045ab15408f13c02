"""A trip in words: all that is needed on the day, for a telephone without signal and for a sheet of paper."""

from __future__ import annotations

from collections.abc import Sequence

from casework import privacy, wording
from casework.pack import bag, packs
from casework.ticket import Ticket
from casework.trip import Outing, Trip
from casework.trip_order import total_km
from casework.wording import Say


def title(trip: Trip, say: Say) -> str:
    return say("trip.title", at=wording.day(trip.until, say), area=trip.area_name)


def setting_out(trip: Trip, say: Say) -> str:
    """When the leader sets out, on both clocks; empty where no hour is named."""
    return wording.setting_out(trip.until, trip.begins, say) if trip.begins else ""


def way(outing: Outing, say: Say) -> str:
    """How far it is as the crow flies, and that roads are longer; and of how many stops nobody knows where they are."""
    stops = [stop for stop, _ in outing.stops]
    unknown = sum(stop.point is None for stop in stops)
    if unknown == len(stops):
        return say("trip.way.none")
    km = max(1, round(total_km(stops, outing.trip.start)))
    return say("trip.way.some", km=km, count=unknown) if unknown else say("trip.way", km=km)


def bringing(outing: Outing, say: Say) -> list[str]:
    """What to bring, with counts; then what the leader wrote."""
    counted = bag((ticket.need.services for ticket in outing.tickets), packs())
    return [*(say(f"pack.{item}", count=count) for item, count in counted.items()), *outing.trip.items]


def at_the_door(ticket: Ticket, say: Say) -> list[str]:
    """What whoever stands at a door must know, a fact a line."""
    need = ticket.need
    lines = [
        say("card.line.who", value=wording.worker_who(ticket, say)),
        say("card.line.place", value=wording.place(need, say)),
        say("card.staff.contact", value=wording.worker_contact(ticket, say)),
    ]
    if need.words:
        lines.append(say("card.staff.words", words=wording.shorten("\n".join(need.words), 80)))
    if need.note:
        lines.append(say("card.line.note", value=need.note))
    return [*lines, *(say("card.staff.also", value=value) for value, _ in wording.also(ticket, say))]


def card(outing: Outing, say: Say) -> str:
    """The whole trip as one message."""
    trip = outing.trip
    head = say("trip.head", title=title(trip, say), count=len(outing.stops))
    top = "\n".join(filter(None, (head, setting_out(trip, say), way(outing, say) if outing.stops else "")))
    stops = [
        "\n".join([stop_line(n, t, wording.services(t.need, say), say), *at_the_door(t, say)])
        for n, t in enumerate(outing.tickets, 1)
    ]
    bring = [say("trip.bring", things=say("trip.bring.and").join(bringing(outing, say)))] if stops else []
    return "\n\n".join([top, *stops, *bring])


def stop_line(place: int, ticket: Ticket, services: str, say: Say) -> str:
    """A stop in one line: which it is, and what is asked, as it may be named there."""
    return say("trip.stop", place=place, number=ticket.number, services=services)


def matters(tickets: Sequence[Ticket], say: Say) -> str:
    """The tickets that one family is told about at once, each as it may be named in a chat that others can open."""
    return say("list.and").join(
        say("trip.matter", number=ticket.number, services=privacy.services(ticket, say)) for ticket in tickets
    )
