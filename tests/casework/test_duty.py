"""Who is on duty when, and who stands in for whom."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

import pytest

from casework.calendar import BEIJING
from casework.duty import Matter, Roster
from casework.shift import Absence, Shift, Swap
from casework.skill import CATEGORIES, SKILLS
from casework.staff import Role, Staff
from catalogue.service import load_services

PLAIN = Staff(1, "测试甲", Role.WORKER, "652328")
NIGHT = Staff(2, "测试乙", Role.WORKER, "652328")
THIRD = Staff(3, "测试丙", Role.WORKER, "652301")
NIGHTS = Shift(2, (1, 2, 3, 4, 5), time(20), time(8))
WHOLE_WEEK = (1, 2, 3, 4, 5, 6, 7)


def at(day: str, hour: int, minute: int = 0) -> datetime:
    """A moment in Beijing time, in March 2026 if only the day of the month is given."""
    whole = date.fromisoformat(day if "-" in day else f"2026-03-{day}")
    return datetime(whole.year, whole.month, whole.day, hour, minute, tzinfo=BEIJING)


def roster(**parts: object) -> Roster:
    return Roster((PLAIN, NIGHT, THIRD), **parts)  # type: ignore[arg-type]  # parts by name


@pytest.mark.parametrize(
    ("moment", "on"),
    [(at("03", 10), True), (at("03", 15), False), (at("03", 21), False), (at("07", 11), False)],
)
def test_office_hours_count_when_somebody_has_no_shifts(moment: datetime, on: bool) -> None:
    assert roster().on_duty(PLAIN, moment) is on
    assert roster().on_duty(PLAIN, moment, urgent=True)


@pytest.mark.parametrize(
    ("moment", "on"),
    [
        (at("03", 19, 59), False),
        (at("03", 20), True),
        (at("04", 7, 59), True),
        (at("04", 8), False),
        (at("02", 3), False),  # early on Monday: Sunday has no shift
        (at("07", 3), True),  # early on Saturday: Friday's
        (at("07", 21), False),
    ],
)
def test_a_shift_runs_past_midnight_when_it_ends_before_it_begins(moment: datetime, on: bool) -> None:
    assert roster(shifts=[NIGHTS]).on_duty(NIGHT, moment) is on
    assert roster(shifts=[NIGHTS]).on_duty(NIGHT, moment, urgent=True) is on


def test_a_whole_day_is_meant_when_a_shift_ends_at_its_beginning() -> None:
    shifts = [Shift(2, (6,), time(8), time(8))]
    hours = [roster(shifts=shifts).on_duty(NIGHT, at("07", 8) + timedelta(hours=n)) for n in range(25)]
    assert hours == [True] * 24 + [False]


def test_a_shift_rests_on_holidays_when_it_does_not_say_otherwise() -> None:
    day, worked = at("2026-10-01", 11), at("2026-10-10", 11)
    weekly = Shift(2, (1, 2, 3, 4, 5), time(10), time(20))
    always = Shift(2, WHOLE_WEEK, time(10), time(20), holidays=True)
    monday = Shift(2, (1,), time(10), time(20))
    assert not roster(shifts=[weekly]).on_duty(NIGHT, day)
    assert roster(shifts=[always]).on_duty(NIGHT, day)
    # The Saturday that is worked for the holiday.
    assert roster(shifts=[weekly]).on_duty(NIGHT, worked)
    assert not roster(shifts=[monday]).on_duty(NIGHT, worked)


def test_a_shift_counts_for_its_services_only_when_it_names_some() -> None:
    care = roster(shifts=[Shift(2, WHOLE_WEEK, time(8), time(20), skills=("daily-care", "tutoring"))])
    assert care.on_duty(NIGHT, at("03", 9), ["meals"])
    assert care.on_duty(NIGHT, at("03", 9), ["tutoring"])
    assert not care.on_duty(NIGHT, at("03", 9), ["rehab-home"])


def test_somebody_away_has_no_duty_when_it_is_urgent_either() -> None:
    away = roster(absences=[Absence(1, at("03", 0), at("05", 0), "病假")])
    assert not away.on_duty(PLAIN, at("03", 11), urgent=True)
    assert away.on_duty(PLAIN, at("05", 11))
    assert away.candidates("652328", Matter(at=at("03", 11)))[0].holder == NIGHT


def test_the_substitute_takes_over_when_somebody_is_away() -> None:
    away = roster(absences=[Absence(1, at("03", 0), at("05", 0), substitute=3)])
    holders = {post.holder.id: post.via for post in away.candidates("652328", Matter(at=at("03", 11)))}
    assert holders == {3: "substitute", 2: ""}


def test_the_substitutes_substitute_takes_over_when_both_are_away() -> None:
    first, last = at("03", 0), at("05", 0)
    chain = roster(absences=[Absence(1, first, last, substitute=2), Absence(2, first, last, substitute=3)])
    assert {post.holder.id for post in chain.candidates("652328", Matter(at=at("03", 11)))} == {3}
    circle = roster(absences=[Absence(1, first, last, substitute=2), Absence(2, first, last, substitute=1)])
    assert circle.candidates("652328", Matter(at=at("03", 11))) == []


def test_the_stand_in_has_the_shift_when_two_swapped() -> None:
    swapped = roster(shifts=[NIGHTS], swaps=[Swap(date(2026, 3, 3), away=2, stand_in=3)])
    # The shift that began on the third goes on past midnight.
    for moment in (at("03", 21), at("04", 3)):
        assert swapped.on_duty(THIRD, moment)
        assert not swapped.on_duty(NIGHT, moment)
    assert swapped.on_duty(NIGHT, at("04", 21))


def test_the_substitute_has_the_shift_when_the_stand_in_is_away() -> None:
    away = Absence(3, at("03", 0), at("04", 0), substitute=1)
    swapped = roster(shifts=[NIGHTS], swaps=[Swap(date(2026, 3, 3), away=2, stand_in=3)], absences=[away])
    assert swapped.on_duty(PLAIN, at("03", 21))


def test_skills_agree_with_the_catalogue_when_compared() -> None:
    found: dict[str, list[str]] = {}
    for code, service in load_services().items():
        found.setdefault(service.category, []).append(code)
    assert {category: list(codes) for category, codes in CATEGORIES.items()} == found
    assert len(SKILLS) == 27
