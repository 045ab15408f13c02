"""Trips of the mobile service in the database."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import date, datetime
from typing import Any

from sqlalchemy import Row, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.staff import Staff
from casework.trip import Standing, Stop, Trip
from storage.column import lies_in, may_be_row
from storage.table import trip

MOST_SHOWN = 60
LONGEST_REASON = 200


class TripRows:
    """What `casework.trip.Trips` keeps, within one transaction."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self.connection = connection
        self._now = now

    async def trip(self, trip_id: int) -> Trip | None:
        if not may_be_row(trip_id):
            return None
        row = (await self.connection.execute(select(trip).where(trip.c.id == trip_id))).first()
        return _trip(row) if row else None

    async def keep(self, kept: Trip) -> Trip:
        values = {
            "area": kept.area,
            "area_name": kept.area_name,
            "day": kept.day,
            "sets_out": kept.sets_out,
            "leader": kept.leader,
            "leader_name": kept.leader_name,
            "made_by": kept.made_by,
            "start": list(kept.start),
            "stops": [asdict(stop) for stop in kept.stops],
            "items": list(kept.items),
            "state": kept.state.value,
            "reason": kept.reason[:LONGEST_REASON],
        }
        change = update(trip).where(trip.c.id == kept.id) if kept.id else insert(trip).values(created_at=self._now)
        return _trip((await self.connection.execute(change.values(values).returning(trip))).one())

    async def of_staff(self, staff: Staff, since: date | None = None) -> list[Trip]:
        theirs = trip.c.leader == staff.id
        if staff.officer:
            theirs = or_(theirs, lies_in(trip.c.area, staff.area))
        query = select(trip).where(theirs)
        if since is None:
            query = query.order_by(trip.c.day.desc(), trip.c.id.desc())
        else:
            query = query.where(trip.c.day >= since).order_by(trip.c.day, trip.c.id)
        return [_trip(row) for row in (await self.connection.execute(query.limit(MOST_SHOWN))).all()]


def _trip(row: Row[*tuple[Any, ...]]) -> Trip:
    start = (float(row.start[0]), float(row.start[1]))
    stops = tuple(_stop(each) for each in row.stops)
    about = (row.area, row.area_name, row.day, row.leader, row.leader_name, row.made_by)
    return Trip(row.id, *about, start, row.sets_out, stops, tuple(row.items), Standing(row.state), row.reason)


def _stop(plain: Mapping[str, Any]) -> Stop:
    point = plain["point"]
    return Stop(plain["ticket"], plain["place"], (point[0], point[1]) if point else None, plain["known"])
