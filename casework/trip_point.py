"""Where the stops of a trip are, as far as pins that people and workers sent can tell."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean

from casework.ticket import Ticket
from casework.trip import Point, Stop
from casework.trip_order import distance_km

AROUND = ((12, "village"), (9, "township"))
"""Digits of the divisions whose pins may stand for a ticket that has none of its own, nearest first."""
FARTHEST_KM = 200.0
"""A pin further from the start was sent from somewhere else, by a daughter in the city for example."""


@dataclass(frozen=True, slots=True)
class Pin:
    """A position that was sent with a ticket; `place` is the code of the ticket's division."""

    ticket: str
    place: str
    point: Point


def plausible(pins: Iterable[Pin], start: Point) -> list[Pin]:
    """The pins that can be where the tickets are."""
    return [pin for pin in pins if distance_km(pin.point, start) <= FARTHEST_KM]


def stop_of(ticket: Ticket, pins: Sequence[Pin]) -> Stop:
    """The stop of a ticket: at its own last pin (a worker's at the door comes after the family's), else in the middle
    of the pins of its village, else of its township; else nobody knows where."""
    place = ticket.need.place
    own = [pin.point for pin in pins if pin.ticket == ticket.number]
    if own:
        return Stop(ticket.number, place, own[-1], "pin")
    for digits, known in AROUND:
        near = [pin.point for pin in pins if len(place) >= digits and pin.place.startswith(place[:digits])]
        if near:
            return Stop(ticket.number, place, _middle(near), known)
    return Stop(ticket.number, place)


def _middle(points: Sequence[Point]) -> Point:
    return fmean(latitude for latitude, _ in points), fmean(longitude for _, longitude in points)
