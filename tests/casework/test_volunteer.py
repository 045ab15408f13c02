"""Which errands may be handed to volunteers, who lives near, and how hours are counted."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework.need import Need
from casework.skill import CATEGORY
from casework.ticket import State, Ticket
from casework.volunteer import Help, Standing, Volunteer, allowed, hours, may_hand_over, month_of, nearby

NOW = datetime(2026, 3, 31, 17, 0, tzinfo=UTC)


def ticket(
    state: State = State.ACCEPTED, *, urgent: bool = False, danger: str = "", services: str = "errands"
) -> Ticket:
    need = Need(services=tuple(services.split()), danger=danger)
    return Ticket("LZ1", (), need, state=state, urgent=urgent)


def person(number: int, place: str, state: Standing = Standing.APPROVED) -> Volunteer:
    return Volunteer(number, f"webchat:{number}", f"志愿者{number}", place, state=state)


def test_the_data_names_services_when_it_is_read() -> None:
    assert allowed() <= set(CATEGORY)
    assert allowed() >= {"errands", "visiting", "mobility", "social-inclusion"}


@pytest.mark.parametrize(
    ("given", "may"),
    [
        (ticket(), True),
        (ticket(State.PLANNED), True),
        (ticket(State.DISPATCHED), False),
        (ticket(State.DONE), False),
        (ticket(urgent=True), False),
        (ticket(danger="violence"), False),
        (ticket(services="errands bathing"), False),
        (ticket(services=""), False),
    ],
)
def test_only_simple_tickets_are_handed_over_when_a_worker_has_them(given: Ticket, may: bool) -> None:
    assert may_hand_over(given) is may


def test_the_village_comes_before_the_township_when_volunteers_are_sought() -> None:
    people = [
        person(1, "652328201"),
        person(2, "652328201005"),
        person(3, "652328100001"),
        person(4, "652328201005", Standing.ASKED),
        person(5, "652328201009"),
    ]
    assert [each.id for each in nearby(people, "652328201005")] == [2, 1, 5]
    assert [each.id for each in nearby(people, "652328201005", without=(2,))] == [1, 5]
    assert nearby(people, "652328") == []


def test_hours_are_told_to_the_half_when_minutes_are_added() -> None:
    helps = [Help(1, "LZ1", NOW, 120), Help(1, "LZ2", NOW, 100), Help(1, "LZ3", NOW, 20)]
    assert hours(helps) == (3, 4.0)
    assert hours(helps[2:]) == (1, 0.5)
    assert hours([]) == (0, 0.0)


def test_the_month_begins_in_beijing_when_it_is_asked_for() -> None:
    assert month_of(NOW).astimezone(UTC) == datetime(2026, 3, 31, 16, 0, tzinfo=UTC)
