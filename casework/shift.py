"""Shifts: which hours of which weekdays somebody is on duty, who stands in for whom, and who is away.

Times of day are Beijing time; moments are UTC.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from casework.calendar import ONE_DAY, is_holiday, is_swapped_in, split
from casework.skill import does

WORKING_WEEK = frozenset(range(1, 6))


@dataclass(frozen=True, slots=True)
class Shift:
    """A weekly pattern of one member of staff. `weekdays` are 1 (Monday) to 7, the days on which it begins.

    With `end` at or before `start` it ends the next day; the same time twice is a whole day. On holidays it runs only
    if `holidays`; a weekend day worked in exchange counts for whoever has the whole working week. `skills` limit it to
    some services or categories; none means all.
    """

    staff: int
    weekdays: tuple[int, ...]
    start: time
    end: time
    holidays: bool = False
    skills: tuple[str, ...] = ()

    def begins_on(self, day: date) -> bool:
        """Whether it runs on that day at all."""
        if is_holiday(day) and not self.holidays:
            return False
        return day.isoweekday() in self.weekdays or (is_swapped_in(day) and set(self.weekdays) >= WORKING_WEEK)

    def running(self, at: datetime, services: Collection[str] = ()) -> date | None:
        """The day on which it began, when it runs at this moment and for these services; else None."""
        if not does(self.skills, services):
            return None
        day, since = split(at)
        start, end = since_midnight(self.start), since_midnight(self.end)
        if end <= start:
            end += ONE_DAY
        for began in (day, day - ONE_DAY):
            if start <= since + (day - began) < end and self.begins_on(began):
                return began
        return None


@dataclass(frozen=True, slots=True)
class Swap:
    """For the shifts that begin on `day`, `stand_in` takes the place of `away` (ids of staff)."""

    day: date
    away: int
    stand_in: int


@dataclass(frozen=True, slots=True)
class Absence:
    """Somebody is away from `first` until before `last`; `substitute` (an id) gets what would have come to them."""

    staff: int
    first: datetime
    last: datetime
    reason: str = ""
    substitute: int | None = None

    def holds(self, at: datetime) -> bool:
        return self.first <= at < self.last


def since_midnight(at: time) -> timedelta:
    """A time of day as an offset."""
    return timedelta(hours=at.hour, minutes=at.minute)
