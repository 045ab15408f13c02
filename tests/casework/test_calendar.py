"""Working days and working time in Xinjiang, by what the government announced."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.calendar import (
    BEIJING,
    add_working_time,
    is_holiday,
    is_swapped_in,
    is_working_day,
    is_working_time,
    quiet_until,
    working_day,
    working_time_between,
)
from casework.holiday import exceptions_of
from casework.hours import CALENDAR_FILE, CalendarDataError, load_hours

MOMENTS = st.datetimes(datetime(2015, 1, 1), datetime(2060, 1, 1), timezones=st.sampled_from([UTC, BEIJING]))
AMOUNTS = st.timedeltas(timedelta(0), timedelta(hours=400))


def beijing(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=BEIJING)  # type: ignore[arg-type,misc]  # year, month, day, hour, minute


@pytest.mark.parametrize(
    ("day", "working"),
    [
        ("2026-03-03", True),  # a Tuesday
        ("2026-03-07", False),  # a Saturday
        ("2026-02-17", False),  # Spring Festival
        ("2026-02-20", False),  # a day off swapped for 14 February
        ("2026-02-14", True),  # the Saturday worked for it
        ("2026-10-10", True),  # the Saturday worked for 7 October
        # Eid al-Fitr and Corban as Xinjiang's government announced them for 2022 and 2025.
        ("2025-03-31", False),
        ("2025-04-01", True),
        *((f"2025-06-{day:02}", False) for day in range(6, 11)),
        ("2025-06-11", True),
        ("2022-05-05", False),
        ("2022-05-06", True),
        *((f"2022-07-{day:02}", False) for day in range(9, 14)),
        ("2022-07-14", True),
    ],
)
def test_a_day_is_worked_when_the_government_said_so(day: str, working: bool) -> None:
    assert is_working_day(date.fromisoformat(day)) is working


def test_a_holiday_is_told_from_a_weekend_when_both_are_free() -> None:
    assert is_holiday(date(2026, 10, 1))
    assert not is_holiday(date(2026, 3, 7))
    assert is_swapped_in(date(2026, 10, 10))


def test_only_weekdays_count_when_a_year_is_beyond_all_data() -> None:
    for year in (1950, 2099, 2150, 9000):
        week = [date(year, 9, 20) + timedelta(days=n) for n in range(7)]
        assert [is_working_day(day) for day in week if day.weekday() < 5] == [True] * 5
        assert not any(is_working_day(day) for day in week if day.weekday() >= 5)
    assert not is_working_day(date(2031, 10, 1))


def test_a_working_day_is_eight_hours_when_hours_are_as_delivered() -> None:
    assert working_day() == timedelta(hours=8)
    assert add_working_time(beijing(2026, 3, 3, 11), working_day()) == beijing(2026, 3, 4, 11)


@pytest.mark.parametrize(
    ("start", "hours", "due"),
    [
        ((2026, 3, 3, 11), 2, (2026, 3, 3, 13)),
        ((2026, 3, 3, 13), 2, (2026, 3, 3, 17)),
        ((2026, 3, 3, 10), 4, (2026, 3, 3, 14)),
        ((2026, 3, 6, 19), 2, (2026, 3, 9, 11)),  # over a weekend
        ((2026, 2, 13, 19, 30), 1, (2026, 2, 14, 10, 30)),  # the Saturday is worked
        ((2026, 2, 14, 19, 30), 1, (2026, 2, 24, 10, 30)),  # over Spring Festival
        ((2026, 3, 3, 23), 8, (2026, 3, 4, 20)),
    ],
)
def test_time_is_added_when_the_offices_are_open(start: tuple[int, ...], hours: int, due: tuple[int, ...]) -> None:
    found = add_working_time(beijing(*start), timedelta(hours=hours))
    assert found == beijing(*due)
    assert found.tzinfo is UTC


def test_moments_are_refused_when_they_have_no_zone() -> None:
    with pytest.raises(ValueError, match="aware"):
        add_working_time(datetime(2026, 3, 3), timedelta(hours=1))
    with pytest.raises(ValueError, match="negative"):
        add_working_time(beijing(2026, 3, 3), timedelta(hours=-1))


@given(MOMENTS, AMOUNTS)
def test_as_much_lies_between_when_it_was_added(start: datetime, amount: timedelta) -> None:
    due = add_working_time(start, amount)
    assert due >= start
    assert working_time_between(start, due) == amount
    assert working_time_between(due, start) == -amount


@given(MOMENTS, MOMENTS)
def test_the_end_is_reached_when_what_lies_between_is_added(first: datetime, last: datetime) -> None:
    first, last = sorted([first, last])[0], min(max(first, last), min(first, last) + timedelta(days=40))
    between = working_time_between(first, last)
    due = add_working_time(first, between)
    assert due <= last
    assert working_time_between(due, last) == timedelta(0)
    assert due == last or not is_working_time(last - timedelta(microseconds=1)) or due.astimezone(UTC) == last


@given(MOMENTS, st.timedeltas(timedelta(0), timedelta(days=9)), AMOUNTS, st.timedeltas(timedelta(0), timedelta(days=2)))
def test_later_and_more_end_no_earlier_when_compared(
    start: datetime, later: timedelta, amount: timedelta, more: timedelta
) -> None:
    assert add_working_time(start, amount) <= add_working_time(start + later, amount)
    assert add_working_time(start, amount) <= add_working_time(start, amount + more)


@given(MOMENTS)
def test_the_zone_makes_no_difference_when_the_moment_is_the_same(at: datetime) -> None:
    elsewhere = at.astimezone(timezone(timedelta(hours=6)))
    assert add_working_time(elsewhere, timedelta(hours=3)) == add_working_time(at, timedelta(hours=3))
    assert quiet_until(elsewhere) == quiet_until(at)


@pytest.mark.parametrize(
    ("at", "until"),
    [
        ((2026, 3, 3, 21, 59), None),
        ((2026, 3, 3, 22, 0), (2026, 3, 4, 8)),
        ((2026, 3, 4, 7, 59), (2026, 3, 4, 8)),
        ((2026, 3, 4, 8, 0), None),
    ],
)
def test_residents_are_left_in_peace_when_it_is_night(at: tuple[int, ...], until: tuple[int, ...] | None) -> None:
    assert quiet_until(beijing(*at)) == (beijing(*until) if until else None)


def test_many_questions_are_answered_fast_when_asked_in_a_row() -> None:
    add_working_time(beijing(2026, 3, 3), timedelta(hours=1))
    begin = time.process_time()
    for n in range(100_000):
        is_working_day(date(2026, 1, 1) + timedelta(days=n % 365))
    for n in range(20_000):
        add_working_time(beijing(2026, 1 + n % 12, 3, 11), timedelta(hours=8))
    # Far above what it takes, so that a busy machine does not fail it.
    assert time.process_time() - begin < 3


WHOLE = CALENDAR_FILE.read_text("utf-8")


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('["16:00", "20:00"]', '["13:00", "20:00"]', "office: the spans overlap"),
        ('"14:00"', '"half past"', "office.*is no span"),
        ('quiet = ["22:00", "08:00"]', 'quiet = ["22:00", "22:00"]', "quiet: begins when it ends"),
        ("fitr = 1", "fitr = 99", "festival.fitr: 99 days"),
        ("off = []", 'off = ["soon"]', "announced.off"),
        ("off = []\nworking = []", "off = [2026-05-27]\nworking = [2026-05-27]", "stands in both"),
        ("office =", "office", "Put back the file"),
    ],
)
def test_data_is_refused_when_it_cannot_be_used(tmp_path: Path, old: str, new: str, says: str) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(WHOLE.replace(old, new), "utf-8")
    with pytest.raises(CalendarDataError, match=says):
        load_hours(path)


def test_what_was_announced_counts_when_it_differs_from_what_is_computed(tmp_path: Path) -> None:
    path = tmp_path / "calendar.toml"
    path.write_text(WHOLE.replace("off = []", "off = [2026-06-01]").replace("working = []", "working = [2026-05-27]"))
    days = exceptions_of(load_hours(path))
    assert not days.is_working_day(date(2026, 6, 1))
    assert days.is_working_day(date(2026, 5, 27))
