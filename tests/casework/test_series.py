"""A series of visits: read from words, and the moments it comes to."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from casework.calendar import is_working_day
from casework.series import Series, add_months, day_of, from_json, next_visit, periods, slots, to_json
from casework.series_words import SeriesWordsError, parse_series

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
"""A Tuesday noon in Beijing."""


@pytest.mark.parametrize(
    ("words", "unit", "times", "every", "weekdays", "until", "hours"),
    [
        ("每周二四上午10点，到六月底", "weekdays", 1, 1, (1, 3), "2026-06-30", (10,)),
        ("每周二四上午10点，到明年一月底", "weekdays", 1, 1, (1, 3), "2027-01-31", (10,)),
        ("每天早上，到今年底", "day", 1, 1, (), "2026-12-31", (8,)),
        ("每周一，到明年2月10号", "weekdays", 1, 1, (0,), "2027-02-10", (10,)),
        ("每周二、周四下午3点，半年", "weekdays", 1, 1, (1, 3), "2026-09-02", (15,)),
        ("一个月两次，半年", "month", 2, 1, (), "2026-09-03", (10,)),
        ("助浴每月2次，一年", "month", 2, 1, (), "2027-03-03", (10,)),
        ("工作日中午送饭", "working", 1, 1, (), "2026-06-03", (12,)),
        ("每天早上", "day", 1, 1, (), "2026-06-03", (8,)),
        ("工作日三餐，到年底", "working", 1, 1, (), "2026-12-31", (8, 12, 18)),
        ("每天做晚饭，傍晚6点", "day", 1, 1, (), "2026-06-02", (18,)),
        ("一天两次，十天", "day", 1, 1, (), "2026-03-13", (8, 18)),
        ("隔天上午", "day", 1, 2, (), "2026-06-03", (10,)),
        ("三天一次", "day", 1, 3, (), "2026-06-03", (10,)),
        ("每周一次", "week", 1, 1, (), "2026-06-03", (10,)),
        ("每周一，三个月", "weekdays", 1, 1, (0,), "2026-06-03", (10,)),
        ("两周一次，半年", "week", 1, 2, (), "2026-09-03", (10,)),
        ("周一到周五中午", "weekdays", 1, 1, (0, 1, 2, 3, 4), "2026-06-03", (12,)),
        ("每周末上午9点", "weekdays", 1, 1, (5, 6), "2026-06-03", (9,)),
        ("每周五新疆时间8点", "weekdays", 1, 1, (4,), "2026-06-03", (10,)),
        ("从下周开始每周三，一个月", "weekdays", 1, 1, (2,), "2026-04-08", (10,)),
    ],
)
def test_words_become_a_series(
    words: str, unit: str, times: int, every: int, weekdays: tuple[int, ...], until: str, hours: tuple[int, ...]
) -> None:
    found = parse_series(words, NOW)
    assert found is not None
    assert (found.unit, found.times, found.every, found.weekdays) == (unit, times, every, weekdays)
    assert found.at == tuple(60 * hour for hour in hours)
    assert found.until == date.fromisoformat(until)


@pytest.mark.parametrize(
    "words", ["明天上午10点", "等雪化了就去", "11月25日15:00", "下周二下午", "明天，每次带轮椅", "后天，隔壁见"]
)
def test_single_time_is_no_series(words: str) -> None:
    assert parse_series(words, NOW) is None


@pytest.mark.parametrize(
    "words",
    ["每周一两次", "除了节日每天", "每周二上午10点到11点", "每周二四，两年", "每隔几天", "周二和周四", "每周二25点",
     "每天99次", "每周二，到二月三十号", "每月31次", "每周二和下个月初", "每天，到明年月底", "每周二，到今年一月底",
     "每天夜里10点", "每周二凌晨两点"],
)  # fmt: skip
def test_words_are_refused_when_they_say_more_than_is_understood(words: str) -> None:
    with pytest.raises(SeriesWordsError, match="how often"):
        parse_series(words, NOW)


@given(st.text(alphabet="每隔一两三十个月周星期天日二四次上下午早晚点到底年半从开始工作三餐19:，", max_size=14))
def test_any_words_are_a_series_or_none_or_refused(words: str) -> None:
    try:
        found = parse_series(words, NOW)
    except SeriesWordsError:
        return
    assert found is None or next_visit(found, (), NOW) is not None


def _series(unit: str, first: date, days: int, at: list[int], times: int, every: int, weekdays: set[int]) -> Series:
    return Series(
        unit,
        first,
        first + timedelta(days=days),
        tuple(sorted(at)),
        times if unit in ("week", "month") else 1,
        every if unit in ("day", "week", "month") else 1,
        tuple(sorted(weekdays)) if unit == "weekdays" else (),
    )


SERIES = st.builds(
    _series,
    st.sampled_from(["day", "week", "month", "weekdays", "working"]),
    st.dates(date(2025, 1, 1), date(2027, 1, 1)),
    st.integers(0, 366),
    st.lists(st.integers(0, 1439), min_size=1, max_size=3, unique=True),
    st.integers(1, 7),
    st.integers(1, 3),
    st.sets(st.integers(0, 6), min_size=1),
)


@given(SERIES)
def test_moments_are_in_order_and_within_the_series(series: Series) -> None:
    every = list(slots(series))
    assert all(earlier < later for earlier, later in pairwise(every))
    assert all(series.first <= day_of(at) <= series.until for at in every)


@given(SERIES)
def test_periods_hold_every_moment_once(series: Series) -> None:
    every = list(periods(series))
    assert [at for period in every for at in period.slots] == list(slots(series))
    assert all(period.begin <= day_of(at) < period.end for period in every for at in period.slots)
    assert all(earlier.end == later.begin for earlier, later in pairwise(every))


@given(SERIES)
def test_whole_periods_have_as_many_visits_as_were_agreed(series: Series) -> None:
    assume(series.unit in ("week", "month"))
    for period in periods(series):
        if period.end <= series.until:
            assert len(period.slots) == series.times * len(series.at)


@given(SERIES, st.integers(0, 400), st.sets(st.integers(0, 20)))
def test_next_visit_is_the_first_that_is_open(series: Series, days: int, gone: set[int]) -> None:
    every = list(slots(series))
    done = {at for number, at in enumerate(every) if number in gone}
    after = NOW + timedelta(days=days)
    assert next_visit(series, done, after) == next(iter(at for at in every if at > after and at not in done), None)


@given(SERIES)
def test_series_is_the_same_when_it_was_kept_as_json(series: Series) -> None:
    assert from_json(json.loads(json.dumps(to_json(series)))) == series


@given(st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.integers(0, 40))
def test_months_are_added_as_people_count_them(day: date, months: int) -> None:
    later = add_months(day, months)
    assert (later.year - day.year) * 12 + later.month - day.month == months
    assert later.day == day.day or (later + timedelta(days=1)).day == 1


def test_twice_a_month_is_spread_over_the_month_on_working_days() -> None:
    found = parse_series("一个月两次，半年", NOW)
    assert found is not None
    days = [day_of(at) for at in slots(found)]
    assert len(days) == 12
    assert all(is_working_day(day) for day in days)
    assert all(10 <= (later - earlier).days <= 22 for earlier, later in pairwise(days))


def test_working_days_leave_out_holidays() -> None:
    found = parse_series("工作日中午送饭", datetime(2026, 4, 29, 8, 0, tzinfo=UTC))
    assert found is not None
    assert date(2026, 5, 1) not in {day_of(at) for at in slots(found)}


@pytest.mark.parametrize(
    "wrong",
    [{"unit": "hour"}, {"until": date(2026, 3, 1)}, {"times": 9}, {"at": ()}, {"at": (1440,)}, {"weekdays": (1,)}],
)
def test_impossible_series_is_refused_with_the_remedy(wrong: dict[str, object]) -> None:
    plain: dict[str, object] = {
        "unit": "week", "first": date(2026, 3, 3), "until": date(2026, 6, 3), "at": (600,), "times": 2
    }  # fmt: skip
    with pytest.raises(ValueError, match="name a frequency"):
        Series(**{**plain, **wrong})  # type: ignore[arg-type]  # fields by name
