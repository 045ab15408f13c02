"""In which order to go: plain nearest insertion on coordinates, from the starting point and back to it.

Distances are great circles on a sphere, in kilometres; roads are longer, and nobody here claims to know them. The round
is at most twice as long as the shortest one (Rosenkrantz, Stearns and Lewis 1977, "An analysis of several heuristics
for the traveling salesman problem").
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise
from math import asin, cos, radians, sin, sqrt

from casework.trip import Point, Stop

EARTH_KM = 6371.0
LENGTHS = (12, 9)
"""Digits of village and township."""


def distance_km(one: Point, other: Point) -> float:
    """Great-circle distance on a sphere (haversine)."""
    south, north = radians(one[0]), radians(other[0])
    east = radians(other[1] - one[1])
    chord = sin((north - south) / 2) ** 2 + cos(south) * cos(north) * sin(east / 2) ** 2
    return 2 * EARTH_KM * asin(min(1.0, sqrt(chord)))


def order(stops: Iterable[Stop], start: Point) -> list[Stop]:
    """Every stop once. Those without a point stay beside a stop of the same village or township, else come at the end
    by the code of their place. The result does not depend on the order in which the stops are given."""
    known = sorted(stops, key=lambda stop: (stop.place, stop.ticket))
    round_: list[Stop] = []
    waiting = [stop for stop in known if stop.point is not None]
    while waiting:
        nearest = min(waiting, key=lambda stop: _nearness(stop, round_, start))
        waiting.remove(nearest)
        round_ = inserted(round_, nearest, start)
    for stop in known:
        if stop.point is None:
            round_ = inserted(round_, stop, start)
    return round_


def inserted(stops: Sequence[Stop], stop: Stop, start: Point) -> list[Stop]:
    """The stops with one more, where it costs the least way; the order of the others stays."""
    if stop.point is None:
        place = _beside(stops, stop)
    else:
        places = range(len(stops) + 1)
        # Of equal ways the one that sees the near ones on the way out; less than a metre is no difference.
        place = min(places, key=lambda at: (round(total_km([*stops[:at], stop, *stops[at:]], start), 3), -at))
    return [*stops[:place], stop, *stops[place:]]


def total_km(stops: Iterable[Stop], start: Point) -> float:
    """The way from the start over all stops that have a point and back, as the crow flies."""
    points = [start, *(stop.point for stop in stops if stop.point is not None), start]
    return sum(distance_km(one, other) for one, other in pairwise(points))


def _nearness(stop: Stop, round_: Sequence[Stop], start: Point) -> float:
    there = stop.point or start
    return min(distance_km(there, each) for each in (start, *(other.point or start for other in round_)))


def _beside(stops: Sequence[Stop], stop: Stop) -> int:
    """Behind the last stop of the same village, else township; else behind everything."""
    for digits in LENGTHS:
        near = stop.place[:digits] if len(stop.place) >= digits else ""
        same = [at for at, other in enumerate(stops) if near and other.place.startswith(near)]
        if same:
            return same[-1] + 1
    return len(stops)
