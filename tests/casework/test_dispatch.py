"""Who gets a ticket."""

from __future__ import annotations

import pytest

from casework.dispatch import choose
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
