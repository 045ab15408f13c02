"""Office hours, quiet hours and announced days, read from data/calendar.toml and checked."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

CALENDAR_FILE = Path(__file__).parent / "data" / "calendar.toml"
DAY = timedelta(days=1)
MOST_DAYS = 15
"""A festival longer than this is a typing error."""


class CalendarDataError(ValueError):
    """The calendar's data cannot be used. Says which file, which key and what to write."""

    def __init__(self, path: Path, key: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {key}: {problem}. {remedy}")
        self.path, self.key, self.problem, self.remedy = path, key, problem, remedy


@dataclass(frozen=True, slots=True)
class Hours:
    """What the file says. `office` spans are offsets from midnight, in order and apart; `quiet` may pass midnight."""

    office: tuple[tuple[timedelta, timedelta], ...]
    quiet: tuple[timedelta, timedelta]
    fitr: int
    corban: int
    off: frozenset[date]
    working: frozenset[date]


def load_hours(path: Path = CALENDAR_FILE) -> Hours:
    """The data of the calendar. Raises CalendarDataError naming the key when it cannot be read or does not fit."""
    try:
        table = tomllib.loads(path.read_text("utf-8"))
    except (OSError, ValueError) as error:
        raise CalendarDataError(path, "file", str(error), "Put back the file of the release.") from error
    office = _office(path, table.get("office"))
    quiet = _span(path, "quiet", table.get("quiet"))
    if quiet[0] == quiet[1]:
        raise CalendarDataError(path, "quiet", "begins when it ends", "Give two times that differ.")
    festival = _table(path, "festival", table)
    announced = _table(path, "announced", table)
    off, working = _days(path, "announced.off", announced), _days(path, "announced.working", announced)
    if off & working:
        raise CalendarDataError(path, "announced", f"{min(off & working)} stands in both lists", "Remove one.")
    fitr, corban = (_count(path, f"festival.{name}", festival.get(name)) for name in ("fitr", "corban"))
    return Hours(office, quiet, fitr, corban, off, working)


@cache
def hours() -> Hours:
    """The data of this release, read once."""
    return load_hours()


def _table(path: Path, key: str, table: dict[str, Any]) -> dict[str, Any]:
    found = table.get(key, {})
    if not isinstance(found, dict):
        raise CalendarDataError(path, key, "is no table", f"Write a line [{key}] above its entries.")
    return found


def _office(path: Path, given: object) -> tuple[tuple[timedelta, timedelta], ...]:
    if not isinstance(given, list) or not given:
        raise CalendarDataError(path, "office", "no hours", 'Write for example office = [["10:00", "14:00"]].')
    spans = tuple(_span(path, "office", each) for each in given)
    ends = [timedelta(0), *(end for _, end in spans)]
    if any(not before <= begin < end for before, (begin, end) in zip(ends, spans, strict=False)):
        raise CalendarDataError(
            path, "office", "the spans overlap, are out of order or pass midnight", "Give them in order, each in a day."
        )
    return spans


def _span(path: Path, key: str, given: object) -> tuple[timedelta, timedelta]:
    try:
        begin, end = given if isinstance(given, list) else []
        return _offset(begin), _offset(end, end=True)
    except ValueError as error:
        raise CalendarDataError(path, key, f"{given!r} is no span", 'Write two times such as "16:00".') from error


def _offset(text: object, *, end: bool = False) -> timedelta:
    if end and text == "24:00":
        return DAY
    at = time.fromisoformat(str(text))
    if at.tzinfo:
        raise ValueError("times have no zone")
    return timedelta(hours=at.hour, minutes=at.minute, seconds=at.second)


def _days(path: Path, key: str, table: dict[str, Any]) -> frozenset[date]:
    given = table.get(key.rpartition(".")[2], [])
    try:
        return frozenset(each if type(each) is date else date.fromisoformat(each) for each in given)
    except (TypeError, ValueError) as error:
        raise CalendarDataError(path, key, str(error), "Write dates such as 2026-05-27 in brackets.") from error


def _count(path: Path, key: str, given: object) -> int:
    if type(given) is not int or not 0 <= given <= MOST_DAYS:
        raise CalendarDataError(path, key, f"{given!r} days", f"Write a number of days from 0 to {MOST_DAYS}.")
    return given
