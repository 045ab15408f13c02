"""Volunteers, the elders in their care and their hours in the database."""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import Row, bindparam, case, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.staff import PREFECTURE
from casework.volunteer import Elder, Help, Standing, Volunteer
from storage.column import lies_in, may_be_row
from storage.people_table import volunteer, volunteer_elder, volunteer_hour

_AT_ADDRESS = select(volunteer).where(volunteer.c.address == bindparam("there"))
"""Built once, as every message asks it."""


class Volunteers:
    """What `casework.volunteer.Circle` keeps, within one transaction."""

    def __init__(self, connection: AsyncConnection, now: datetime) -> None:
        self.connection = connection
        self._now = now

    async def at(self, address: str) -> Volunteer | None:
        row = (await self.connection.execute(_AT_ADDRESS, {"there": address})).first()
        return _volunteer(row) if row else None

    async def volunteer(self, volunteer_id: int) -> Volunteer | None:
        if not may_be_row(volunteer_id):
            return None
        row = (await self.connection.execute(select(volunteer).where(volunteer.c.id == volunteer_id))).first()
        return _volunteer(row) if row else None

    async def of_area(self, area: str) -> list[Volunteer]:
        waiting = case((volunteer.c.state == Standing.ASKED.value, 0), else_=1)
        query = select(volunteer).where(lies_in(volunteer.c.place, area))
        rows = (await self.connection.execute(query.order_by(waiting, volunteer.c.id))).all()
        return [_volunteer(row) for row in rows]

    async def keep(self, person: Volunteer) -> Volunteer:
        values = {
            "address": person.address,
            "name": person.name,
            "place": person.place,
            "place_name": person.place_name,
            "languages": list(person.languages),
            "phone": person.phone,
            "likes": person.likes,
            "state": person.state.value,
            "since": person.since or self._now,
        }
        change = update(volunteer).where(volunteer.c.id == person.id) if person.id else insert(volunteer)
        return _volunteer((await self.connection.execute(change.values(values).returning(volunteer))).one())

    async def elders(self, volunteer_id: int) -> list[Elder]:
        query = select(volunteer_elder).where(volunteer_elder.c.volunteer_id == volunteer_id)
        rows = (await self.connection.execute(query.order_by(volunteer_elder.c.id))).all()
        return [_elder(row) for row in rows]

    async def keep_elder(self, elder: Elder) -> Elder:
        values = {
            "volunteer_id": elder.volunteer,
            "name": elder.name,
            "place": elder.place,
            "place_name": elder.place_name,
            "landmark": elder.landmark,
            "phone": elder.phone,
            "age": elder.age,
            "relation": elder.relation,
            "note": elder.note,
        }
        added = insert(volunteer_elder).values(values).returning(volunteer_elder)
        return _elder((await self.connection.execute(added)).one())

    async def remove_elder(self, volunteer_id: int, elder_id: int) -> None:
        mine = (volunteer_elder.c.volunteer_id == volunteer_id) & (volunteer_elder.c.id == elder_id)
        await self.connection.execute(delete(volunteer_elder).where(mine))

    async def forget(self, volunteer_id: int) -> None:
        """Somebody who is no volunteer any more: their name, telephone and elders go, their hours stay uncounted to
        anybody."""
        mine = volunteer_elder.c.volunteer_id == volunteer_id
        await self.connection.execute(delete(volunteer_elder).where(mine))
        values = {"address": f"erased:{secrets.token_hex(4)}", "name": "", "phone": "", "likes": ""}
        values |= {"state": Standing.LEFT.value, "place": PREFECTURE, "place_name": ""}
        await self.connection.execute(update(volunteer).where(volunteer.c.id == volunteer_id).values(values))

    async def long_gone(self, before: datetime, limit: int) -> list[int]:
        """Ids of those who left or were declined before a moment and are still known."""
        query = select(volunteer.c.id).where(
            volunteer.c.state.in_((Standing.LEFT.value, Standing.DECLINED.value)),
            volunteer.c.since < before,
            volunteer.c.name != "",
        )
        return list((await self.connection.execute(query.order_by(volunteer.c.id).limit(limit))).scalars())

    async def keep_help(self, help_: Help) -> None:
        values = {"at": help_.at, "minutes": help_.minutes, "confirmed": help_.confirmed}
        same = (volunteer_hour.c.volunteer_id == help_.volunteer) & (volunteer_hour.c.ticket == help_.ticket)
        changed = update(volunteer_hour).where(same).values(values).returning(volunteer_hour.c.id)
        if (await self.connection.execute(changed)).first() is None:
            row = {**values, "volunteer_id": help_.volunteer, "ticket": help_.ticket}
            await self.connection.execute(insert(volunteer_hour).values(row))

    async def helps(self, volunteer_id: int, since: datetime) -> list[Help]:
        query = select(volunteer_hour).where(
            volunteer_hour.c.volunteer_id == volunteer_id, volunteer_hour.c.at >= since, volunteer_hour.c.minutes > 0
        )
        rows = (await self.connection.execute(query.order_by(volunteer_hour.c.at))).all()
        return [Help(row.volunteer_id, row.ticket, row.at, row.minutes, row.confirmed) for row in rows]

    async def asked_for(self, volunteer_id: int) -> list[str]:
        query = select(volunteer_hour.c.ticket).where(
            volunteer_hour.c.volunteer_id == volunteer_id, volunteer_hour.c.minutes == 0
        )
        return list((await self.connection.execute(query.order_by(volunteer_hour.c.id))).scalars())


def _volunteer(row: Row[*tuple[Any, ...]]) -> Volunteer:
    known, state = tuple(row.languages), Standing(row.state)
    return Volunteer(
        row.id, row.address, row.name, row.place, row.place_name, known, row.phone, row.likes, state, row.since
    )


def _elder(row: Row[*tuple[Any, ...]]) -> Elder:
    place = (row.place, row.place_name, row.landmark)
    return Elder(row.id, row.volunteer_id, row.name, *place, row.phone, row.age, row.relation, row.note)
