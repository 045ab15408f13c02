"""Who gets a ticket."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest

from casework.dispatch import Past, choose
from casework.duty import Matter, Roster
from casework.shift import Absence, Shift
from casework.staff import AreaError, Role, Staff, area_of

VILLAGE = Staff(1, "村", Role.WORKER, "652328201001")
TOWNSHIP = Staff(2, "乡", Role.WORKER, "652328201")
COUNTY = Staff(3, "县", Role.WORKER, "652328")
OFFICER = Staff(4, "县级", Role.COUNTY, "652328")
PREFECTURE = Staff(5, "州级", Role.PREFECTURE, "6523")
ELSEWHERE = Staff(6, "昌吉", Role.WORKER, "652301")
ALL = [PREFECTURE, OFFICER, COUNTY, TOWNSHIP, VILLAGE, ELSEWHERE]


def chosen(roster: list[Staff], place: str, **extra: object) -> int | None:
    choice = choose(roster, place, **extra)  # type: ignore[arg-type]  # options by name
    return choice.staff.id if choice else None


def test_the_nearest_worker_is_chosen_when_several_cover_the_place() -> None:
    assert chosen(ALL, "652328201001") == VILLAGE.id
    assert chosen(ALL, "652328201002") == TOWNSHIP.id
    assert chosen(ALL, "652328100") == COUNTY.id


def test_the_next_up_is_chosen_when_others_have_passed() -> None:
    assert chosen(ALL, "652328201001", passed={1, 2, 3}) == OFFICER.id
    assert chosen(ALL, "652328201001", passed={1, 2, 3, 4}) == PREFECTURE.id
    assert chosen(ALL, "652328201001", passed={1, 2, 3, 4, 5}) is None


def test_the_prefecture_is_chosen_when_the_place_is_unknown() -> None:
    assert chosen(ALL, "6523") == PREFECTURE.id


def test_nobody_is_chosen_when_nobody_covers_the_place() -> None:
    assert chosen([ELSEWHERE], "652328") is None


def test_the_less_loaded_is_chosen_when_two_are_equal() -> None:
    twin = Staff(9, "双", Role.WORKER, "652328")
    assert chosen([COUNTY, twin], "652328", load={3: 5, 9: 1}) == twin.id


def test_made_up_staff_get_nothing_when_a_real_person_covers_the_place() -> None:
    made_up = Staff(7, "试用", Role.WORKER, "652328201", trial=True)
    assert chosen([made_up, OFFICER], "652328201") == OFFICER.id
    assert chosen([made_up], "652328201") == made_up.id


def test_the_inactive_get_nothing_when_they_have_left() -> None:
    assert chosen([Staff(1, "走", Role.WORKER, "652328", active=False)], "652328") is None


@pytest.mark.parametrize(("role", "code"), [(Role.COUNTY, "6523"), (Role.WORKER, "11"), (Role.TOWNSHIP, "abc")])
def test_an_area_is_refused_when_it_does_not_suit_the_role(role: Role, code: str) -> None:
    with pytest.raises(AreaError, match="652328"):
        area_of(role, code)


def test_both_codes_of_the_prefecture_are_taken_when_given() -> None:
    assert area_of(Role.PREFECTURE, "652300") == area_of(Role.PREFECTURE, "6523") == "6523"


NOON = datetime(2026, 3, 3, 4, tzinfo=UTC)
NIGHT = datetime(2026, 3, 3, 15, tzinfo=UTC)
"""A Tuesday, at noon and at 23:00 in Beijing."""


def reasons(roster: object, place: str, **extra: object) -> tuple[int, tuple[str, ...]]:
    choice = choose(roster, place, **extra)  # type: ignore[arg-type]  # options by name
    assert choice is not None
    return choice.staff.id, choice.reasons


def test_the_one_who_speaks_the_language_is_chosen_when_another_is_nearer() -> None:
    kazakh = Staff(8, "测试哈", Role.WORKER, "652328", ("kk", "zh"))
    matter = Matter(language="kk-Arab", at=NOON)
    assert reasons([*ALL, kazakh], "652328201001", matter=matter) == (8, ("place-county", "language"))
    assert reasons([*ALL, kazakh], "652328201001", matter=Matter(language="zh", at=NOON))[0] == VILLAGE.id


def test_another_county_is_not_reached_for_when_only_the_language_speaks_for_it() -> None:
    far = Staff(8, "测试远", Role.WORKER, "6523", ("kk",))
    assert chosen([far, COUNTY], "652328", matter=Matter(language="kk", at=NOON)) == COUNTY.id


def test_whoever_does_the_service_is_chosen_when_the_nearest_does_not() -> None:
    near = Staff(8, "测试近", Role.WORKER, "652328201", skills=("rehabilitation",))
    assert reasons([near, COUNTY], "652328201", matter=Matter(("meals",), at=NOON)) == (3, ("place-county", "skill"))
    assert chosen([near, COUNTY], "652328201", matter=Matter(("rehab-home",), at=NOON)) == near.id
    assert chosen([near], "652328201", matter=Matter(("meals",), at=NOON)) == near.id


def test_the_officer_is_chosen_when_no_worker_is_on_duty() -> None:
    shifts = [Shift(3, (6, 7), time(8), time(20))]
    assert chosen(Roster([COUNTY, OFFICER], shifts), "652328", matter=Matter(at=NOON)) == OFFICER.id
    off = [*shifts, Shift(4, (6,), time(8), time(20))]
    nobody = reasons(Roster([COUNTY, OFFICER], off), "652328", matter=Matter(at=NOON))
    assert nobody == (OFFICER.id, ("place-county", "nobody-on-duty"))
    assert chosen(Roster([COUNTY], shifts), "652328", matter=Matter(at=NOON)) == COUNTY.id


def test_the_worker_has_it_in_the_morning_when_nobody_has_shifts_at_night() -> None:
    assert chosen(ALL, "652328201001", matter=Matter(at=NIGHT)) == VILLAGE.id


def test_the_one_on_duty_is_chosen_when_the_nearest_sleeps() -> None:
    roster = Roster([TOWNSHIP, COUNTY], [Shift(3, (2,), time(20), time(8))])
    assert reasons(roster, "652328201", matter=Matter(at=NIGHT)) == (3, ("place-county", "on-duty"))
    assert chosen(roster, "652328201", matter=Matter(at=NIGHT, urgent=True)) == TOWNSHIP.id


def test_whoever_is_there_is_chosen_when_it_is_urgent_and_the_skilled_are_not() -> None:
    skilled = Staff(8, "测试护", Role.WORKER, "652328", skills=("emergency-care",))
    other = Staff(9, "测试教", Role.WORKER, "652328", skills=("tutoring",))
    roster = Roster([skilled, other], [Shift(8, (6,), time(8), time(20))])
    assert chosen(roster, "652328", matter=Matter(("emergency-care",), urgent=True, at=NOON)) == other.id
    assert chosen(roster, "652328", matter=Matter(("emergency-care",), at=NOON)) == skilled.id


def test_past_decides_when_two_are_equal() -> None:
    twins = [Staff(n, f"测试{n}", Role.WORKER, "652328") for n in (7, 8, 9)]
    past = Past(load={7: 1, 8: 1, 9: 0}, recent={7: 5, 8: 4}, served={7, 8})
    assert reasons(twins, "652328", past=past) == (8, ("place-county", "continuity", "fairness"))
    assert reasons(twins, "652328", past=Past(past.load, past.recent)) == (9, ("place-county", "load"))


def test_the_substitute_is_chosen_when_the_nearest_is_away() -> None:
    away = Absence(1, NOON - timedelta(days=1), NOON + timedelta(days=1), substitute=ELSEWHERE.id)
    roster = Roster(ALL, absences=[away])
    why = (ELSEWHERE.id, ("place-village", "nearness", "substitute"))
    assert reasons(roster, "652328201001", matter=Matter(at=NOON)) == why
    assert chosen(roster, "652328201001", matter=Matter(at=NOON), passed={ELSEWHERE.id}) == TOWNSHIP.id
