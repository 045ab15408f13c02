"""Trips in the database: kept as they are, found by whom they concern."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time

from casework.staff import Role, Staff
from casework.trip import Standing, Stop, Trip
from storage import staff
from storage.database import Database
from storage.trip import TripRows

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
STOPS = (Stop("LZ1001", "652328201", (43.9, 90.25), "pin"), Stop("LZ1002", "652328202"))


def trip_of(leader: Staff, day: date = date(2026, 3, 5), area: str = "652328") -> Trip:
    start = (43.83, 90.28)
    return Trip(0, area, "木垒县", day, leader.id, leader.name, leader.id, start, time(10, 0), STOPS, ("防滑链",))


async def test_a_trip_comes_back_whole_when_it_was_kept(database: Database) -> None:
    async with database.write() as connection:
        wang = await staff.add(connection, "王芳", Role.WORKER, "652328")
        rows = TripRows(connection, NOW)
        kept = await rows.keep(trip_of(wang))
        assert await rows.trip(kept.id) == kept == replace(trip_of(wang), id=kept.id)
        off = await rows.keep(replace(kept, state=Standing.CANCELLED, reason="雪", sets_out=None, stops=STOPS[::-1]))
        assert await rows.trip(kept.id) == off
        assert [await rows.trip(number) for number in (0, 99, 2**63)] == [None, None, None]


async def test_trips_are_found_by_leader_and_by_area_when_listed(database: Database) -> None:
    async with database.write() as connection:
        wang = await staff.add(connection, "王芳", Role.WORKER, "652328")
        county = await staff.add(connection, "钱红", Role.COUNTY, "652328")
        city = await staff.add(connection, "孙某", Role.COUNTY, "652301")
        rows = TripRows(connection, NOW)
        late = await rows.keep(trip_of(wang, date(2026, 3, 9)))
        soon = await rows.keep(trip_of(wang, area="652328201"))
        old = await rows.keep(trip_of(county, date(2026, 2, 1)))
        assert await rows.of_staff(wang) == [late, soon]
        assert await rows.of_staff(county) == [late, soon, old]
        assert await rows.of_staff(county, NOW.date()) == [soon, late]
        assert await rows.of_staff(city) == []
