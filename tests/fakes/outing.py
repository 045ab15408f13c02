"""Trips in memory, for a casebook in memory, and a few places to go to."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import date

from casework.staff import Staff
from casework.trip import Outing, Point, Trip, may_change

NAMES = {"652328": "木垒县", "652328103": "木垒县大石头乡", "652328201": "木垒县照壁山乡", "6523": "昌吉州"}
SEAT: Point = (43.83, 90.28)


@dataclass
class FakeTrips:
    """Trips. `told` is everything said to their leaders: the key and the trip."""

    kept: dict[int, Trip] = field(default_factory=dict)
    told: list[tuple[str, Outing]] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def trip(self, trip_id: int) -> Trip | None:
        return self.kept.get(trip_id)

    async def keep(self, trip: Trip) -> Trip:
        kept = replace(trip, id=trip.id or next(self.numbers))
        self.kept[kept.id] = kept
        return kept

    async def of_staff(self, staff: Staff, since: date | None = None) -> list[Trip]:
        theirs = [trip for trip in self.kept.values() if may_change(trip, staff)]
        coming = [trip for trip in theirs if since is None or trip.day >= since]
        return sorted(coming, key=lambda trip: (trip.day, trip.id), reverse=since is None)

    async def tell_leader(self, outing: Outing, key: str) -> None:
        self.told.append((key, outing))


class FakePlaces:
    """Divisions by code; a code that is none raises LookupError."""

    def full_name(self, code: str, *, short: bool = False) -> str:
        return NAMES[code]

    def seat(self, code: str) -> Point:
        return SEAT
