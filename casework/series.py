"""A series of visits: how often, from when to when, at what time of day; and the moments that this comes to.

Days are days in Beijing. "So often a week" or "a month" names no days, so they are spread evenly over each week or
month that begins with the first day, on working days where there are enough of them.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from casework.calendar import BEIJING, ONE_DAY, is_working_day, moment

SPREAD = ("week", "month")
"""Units that name no days."""
UNITS = ("day", *SPREAD, "weekdays", "working")
LONGEST = timedelta(days=366)
"""A series that goes on for longer is agreed anew: needs change."""
MOST_A_PERIOD = {"day": 6, "week": 7, "month": 15}


@dataclass(frozen=True, slots=True)
class Series:
    """`unit` is one of UNITS. "day", "week", "month": `times` in each `every`-th of them; for a day the times are those
    in `at`. "weekdays": on `weekdays` (0 is Monday). "working": on working days. `at`: minutes after midnight in
    Beijing, one for each visit of a day. `until` is the last day, itself included. Raises ValueError for
    what cannot be.
    """

    unit: str
    first: date
    until: date
    at: tuple[int, ...]
    times: int = 1
    every: int = 1
    weekdays: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        whole = self.unit in UNITS and self.first <= self.until <= self.first + LONGEST
        often = 1 <= self.times <= MOST_A_PERIOD.get(self.unit, 1) and 1 <= self.every <= 12
        hours = 1 <= len(self.at) <= MOST_A_PERIOD["day"] and all(0 <= each < 24 * 60 for each in self.at)
        if not (whole and often and hours and (self.unit == "weekdays") == bool(self.weekdays)):
            raise ValueError(f"{self} cannot be: name a frequency, a time of day and an end within a year")


@dataclass(frozen=True, slots=True)
class Period:
    """The stretch over which a series is looked at: its visits are due by the end of it. `end` is the day after."""

    begin: date
    end: date
    slots: tuple[datetime, ...]


def next_visit(series: Series, done: Collection[datetime], after: datetime) -> datetime | None:
    """The first moment (UTC) of the series later than `after` that is not among those `done`; None at its end."""
    return next((slot for slot in slots(series) if slot > after and slot not in done), None)


def slots(series: Series) -> Iterator[datetime]:
    """Every moment (UTC) of the series, in order."""
    for day in _days(series):
        for minutes in sorted(series.at):
            yield moment(day, timedelta(minutes=minutes))


def periods(series: Series) -> Iterator[Period]:
    """Months for what comes monthly, else weeks (as many as lie between two visits), from the first day on."""
    every = slots(series)
    waiting = next(every, None)
    begin = series.first
    while begin <= series.until:
        end = _after(series, begin)
        within = []
        while waiting is not None and waiting < moment(end, timedelta()):
            within.append(waiting)
            waiting = next(every, None)
        yield Period(begin, end, tuple(within))
        begin = end


def to_json(series: Series) -> dict[str, Any]:
    return {
        "unit": series.unit,
        "first": series.first.isoformat(),
        "until": series.until.isoformat(),
        "at": list(series.at),
        "times": series.times,
        "every": series.every,
        "weekdays": list(series.weekdays),
    }


def from_json(plain: Mapping[str, Any]) -> Series:
    """The inverse of `to_json`."""
    return Series(
        str(plain["unit"]),
        date.fromisoformat(plain["first"]),
        date.fromisoformat(plain["until"]),
        tuple(plain["at"]),
        int(plain.get("times", 1)),
        int(plain.get("every", 1)),
        tuple(plain.get("weekdays", ())),
    )


def day_of(at: datetime) -> date:
    """The day in Beijing."""
    return at.astimezone(BEIJING).date()


def add_months(day: date, months: int) -> date:
    """The same day so many months later, or the last day of a month that is too short for it."""
    total = day.year * 12 + day.month - 1 + months
    year, month = divmod(total, 12)
    following = date(year + (month == 11), month % 11 + 1 if month == 11 else month + 2, 1)
    return min(date(year, month + 1, 1) + timedelta(days=day.day - 1), following - ONE_DAY)


def _days(series: Series) -> Iterator[date]:
    if series.unit in SPREAD:
        number, begin = 0, series.first
        while begin <= series.until:
            number += 1
            end = _nth(series, number)
            yield from (day for day in _spread(begin, end, series.times) if day <= series.until)
            begin = end
        return
    step = series.every if series.unit == "day" else 1
    every = (series.first + timedelta(days=n) for n in range(0, (series.until - series.first).days + 1, step))
    if series.unit == "day":
        yield from every
    elif series.unit == "working":
        yield from (day for day in every if is_working_day(day))
    else:
        yield from (day for day in every if day.weekday() in series.weekdays)


def _spread(begin: date, end: date, times: int) -> list[date]:
    """So many different days from `begin` on and before `end`, evenly apart, working days where there are any left."""
    length = (end - begin).days
    found: list[date] = []
    for number in range(times):
        wanted = length * number // times
        free = [day for n in range(length) if (day := begin + timedelta(days=n)) not in found]
        later = [day for day in free if day >= begin + timedelta(days=wanted)] or free
        found.append(next((day for day in later if is_working_day(day)), later[0]))
    return sorted(found)


def _nth(series: Series, number: int) -> date:
    """Where a period begins. Months are counted from the first day, so that the 31st comes back after February."""
    if series.unit == "month":
        return add_months(series.first, series.every * number)
    return series.first + timedelta(weeks=series.every * number)


def _after(series: Series, begin: date) -> date:
    if series.unit == "month":
        passed = (begin.year - series.first.year) * 12 + begin.month - series.first.month
        return add_months(series.first, passed + series.every)
    return begin + timedelta(weeks=series.every if series.unit == "week" else max(1, -(-series.every // 7)))
