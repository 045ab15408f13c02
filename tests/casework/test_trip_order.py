"""In which order to go, and where the stops are: what must hold for any map, and for one small enough to see."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from casework.need import Need, need_to_json
from casework.ticket import Event, Ticket, fold
from casework.trip import Stop
from casework.trip_order import distance_km, inserted, order, total_km
from casework.trip_point import Pin, plausible, stop_of
from tests.talk import START

SEAT = (43.83, 90.28)
"""Mulei's county seat."""
POINTS = st.tuples(st.floats(43.0, 45.5), st.floats(89.0, 92.0))
PLACES = st.sampled_from(["652328", "652328201", "652328201001", "652328202001", "652328103"])


def stops_of(points: list[tuple[tuple[float, float] | None, str]]) -> list[Stop]:
    return [Stop(f"LZ{1001 + n}", place, point, "pin" if point else "") for n, (point, place) in enumerate(points)]


ANY = st.lists(st.tuples(st.none() | POINTS, PLACES), max_size=12).map(stops_of)
FEW = st.lists(st.tuples(POINTS, PLACES), min_size=1, max_size=6).map(stops_of)


@given(ANY)
def test_every_stop_comes_once_when_they_are_ordered(stops: list[Stop]) -> None:
    assert sorted(stop.ticket for stop in order(stops, SEAT)) == sorted(stop.ticket for stop in stops)


@given(ANY, st.randoms(use_true_random=False))
def test_order_is_the_same_when_the_stops_come_in_another(stops: list[Stop], chance: object) -> None:
    mixed = list(stops)
    chance.shuffle(mixed)  # type: ignore[attr-defined]  # hypothesis gives a random.Random
    assert order(mixed, SEAT) == order(stops, SEAT)


@given(FEW)
def test_the_round_is_at_most_twice_the_shortest_when_all_points_are_known(stops: list[Stop]) -> None:
    shortest = min(total_km(each, SEAT) for each in permutations(stops))
    farthest = max(distance_km(SEAT, stop.point) for stop in stops if stop.point)
    assert 2 * farthest - 1e-6 <= total_km(order(stops, SEAT), SEAT) <= 2 * shortest + 1e-6


@given(ANY)
def test_one_more_stop_leaves_the_others_in_their_order(stops: list[Stop]) -> None:
    if stops:
        before = order(stops[1:], SEAT)
        after = inserted(before, stops[0], SEAT)
        assert [stop for stop in after if stop != stops[0]] == before


def test_the_near_ones_on_the_way_come_first_when_they_lie_on_a_line() -> None:
    north = [Stop(f"LZ{n}", "652328201", (43.83 + n / 10, 90.28)) for n in (3, 1, 2)]
    assert [stop.ticket for stop in order(north, SEAT)] == ["LZ1", "LZ2", "LZ3"]
    assert total_km(order(north, SEAT), SEAT) == pytest.approx(2 * distance_km(SEAT, (44.13, 90.28)), rel=1e-6)


def test_a_stop_without_a_point_stays_beside_its_village_when_one_is_known_there() -> None:
    near = Stop("LZ1", "652328201001", (43.9, 90.3))
    far = Stop("LZ2", "652328103001", (44.6, 90.9))
    lost, village, township = (
        Stop("LZ3", "652328999"),
        Stop("LZ4", "652328201001"),
        Stop("LZ5", "652328103002"),
    )
    found = [stop.ticket for stop in order([lost, village, township, near, far], SEAT)]
    assert found.index("LZ4") == found.index("LZ1") + 1
    assert found.index("LZ5") == found.index("LZ2") + 1
    assert found[-1] == "LZ3"


def test_a_degree_of_latitude_is_111_km_when_measured() -> None:
    assert distance_km((43.0, 90.0), (44.0, 90.0)) == pytest.approx(111.2, abs=0.1)
    assert distance_km(SEAT, SEAT) == 0


def ticket_at(place: str, number: str = "LZ1001") -> Ticket:
    data = {"need": need_to_json(Need(("meals",), place=place)), "reporter": "webchat:r"}
    return fold(number, [Event("filed", START, "resident:webchat:r", data)])


def test_a_stop_is_where_its_own_last_pin_is_when_there_is_one() -> None:
    pins = [
        Pin("LZ1001", "652328201001", (43.9, 90.1)),
        Pin("LZ1001", "652328201001", (43.91, 90.11)),
        Pin("LZ1", "652328201001", (44.0, 90.0)),
    ]
    stop = stop_of(ticket_at("652328201001"), pins)
    assert (stop.point, stop.known) == ((43.91, 90.11), "pin")


def test_a_stop_is_in_the_middle_of_its_village_or_township_when_it_has_no_pin() -> None:
    pins = [
        Pin("LZ1", "652328201001", (43.9, 90.1)),
        Pin("LZ2", "652328201001", (44.1, 90.3)),
        Pin("LZ3", "652328201002", (44.3, 90.5)),
    ]
    village, township, nowhere = (
        stop_of(ticket_at(place), pins) for place in ("652328201001", "652328201003", "652328202")
    )
    assert village.known == "village"
    assert village.point == pytest.approx((44.0, 90.2))
    assert township.known == "township"
    assert township.point == pytest.approx((44.1, 90.3))
    assert (nowhere.point, nowhere.known) == (None, "")
    assert stop_of(ticket_at("652328"), pins).point is None


def test_a_pin_from_another_city_is_left_aside_when_it_cannot_be_the_place() -> None:
    here, beijing = Pin("LZ1", "652328", (44.0, 90.1)), Pin("LZ2", "652328", (39.9, 116.4))
    assert plausible([here, beijing], SEAT) == [here]
