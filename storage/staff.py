"""The roster, the accounts that staff are bound to, and the links that bind them or sign them in."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any, Literal

from sqlalchemy import Row, bindparam, delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Address
from bot.plain import row_number
from casework.staff import Role, Staff
from storage.column import may_be_row
from storage.people_table import desk_session, one_time_link, recovery_code, second_factor, staff, staff_address
from storage.table import outbox

Purpose = Literal["bind", "sign-in"]
LINK_LIFE = timedelta(days=1)


# Built once, as every message asks them.
_BY_ID = select(staff).where(staff.c.id == bindparam("row"), staff.c.active)
_EVERYONE = select(staff).where(staff.c.active).order_by(staff.c.id)
_AT_ADDRESS = (
    select(staff)
    .join(staff_address, staff_address.c.staff_id == staff.c.id)
    .where(staff_address.c.channel == bindparam("to"), staff_address.c.conversation == bindparam("whom"))
    .where(staff.c.active)
)


async def add(
    connection: AsyncConnection,
    name: str,
    role: Role,
    area: str,
    languages: Sequence[str] = ("zh",),
    *,
    trial: bool = False,
    agency: str = "",
    skills: Sequence[str] = (),
) -> Staff:
    """A new member of staff."""
    values = {
        "name": name,
        "role": role.value,
        "area": area,
        "languages": list(languages),
        "trial": trial,
        "active": True,
        "agency": agency,
        "skills": list(skills),
    }
    row = (await connection.execute(insert(staff).values(values).returning(staff))).one()
    return staff_of(row)


async def change(connection: AsyncConnection, person: Staff) -> None:
    """Keep what is new about somebody; they become active again if they had left. Who leaves goes by `remove`."""
    values = {
        "name": person.name,
        "role": person.role.value,
        "area": person.area,
        "languages": list(person.languages),
        "agency": person.agency,
        "skills": list(person.skills),
        "active": True,
    }
    await connection.execute(update(staff).where(staff.c.id == person.id).values(values))


async def remove(connection: AsyncConnection, staff_id: int) -> None:
    """The person leaves: no more tickets, no access, no news. The row stays, because threads name it."""
    await connection.execute(update(staff).where(staff.c.id == staff_id).values(active=False))
    waiting = (outbox.c.channel == "desk") & (outbox.c.conversation == str(staff_id)) & outbox.c.sent_at.is_(None)
    await connection.execute(delete(outbox).where(waiting))
    for table in (staff_address, one_time_link, desk_session, recovery_code, second_factor):
        await connection.execute(delete(table).where(table.c.staff_id == staff_id))


async def find(connection: AsyncConnection, staff_id: int) -> Staff | None:
    """An active member of staff by id; None also for a number that can be nobody's."""
    if not may_be_row(staff_id):
        return None
    row = (await connection.execute(_BY_ID, {"row": staff_id})).first()
    return staff_of(row) if row else None


async def everyone(connection: AsyncConnection) -> list[Staff]:
    """All active staff, by id."""
    rows = (await connection.execute(_EVERYONE)).all()
    return [staff_of(row) for row in rows]


async def everyone_ever(connection: AsyncConnection) -> list[Staff]:
    """All staff, those who left too, by id."""
    return [staff_of(row) for row in (await connection.execute(select(staff).order_by(staff.c.id))).all()]


async def anyone_ever(connection: AsyncConnection) -> bool:
    """Whether a roster was ever begun, active or not."""
    return (await connection.execute(select(staff.c.id).limit(1))).first() is not None


async def bind(connection: AsyncConnection, staff_id: int, address: Address) -> None:
    """From now on this conversation is that member of staff; an earlier binding of the conversation ends."""
    where = (staff_address.c.channel == address.channel) & (staff_address.c.conversation == address.conversation)
    await connection.execute(delete(staff_address).where(where))
    values = {"channel": address.channel, "conversation": address.conversation, "staff_id": staff_id}
    await connection.execute(insert(staff_address).values(values))


async def addresses(connection: AsyncConnection, staff_id: int) -> list[Address]:
    """Where a member of staff is told things: always the desk, and every account bound to them."""
    rows = (await connection.execute(select(staff_address).where(staff_address.c.staff_id == staff_id))).all()
    return [desk_of(staff_id), *(Address(row.channel, row.conversation) for row in rows)]


async def bound(connection: AsyncConnection) -> dict[int, list[Address]]:
    """Every account bound to somebody, by their id."""
    found: dict[int, list[Address]] = {}
    for row in await connection.execute(select(staff_address)):
        found.setdefault(row.staff_id, []).append(Address(row.channel, row.conversation))
    return found


def desk_of(staff_id: int) -> Address:
    """Where everybody on the roster is told things."""
    return Address("desk", str(staff_id))


async def at_address(connection: AsyncConnection, address: Address) -> Staff | None:
    """The member of staff behind a conversation, None for everybody else."""
    if address.channel == "desk":
        return await find(connection, row_number(address.conversation))
    row = (await connection.execute(_AT_ADDRESS, {"to": address.channel, "whom": address.conversation})).first()
    return staff_of(row) if row else None


async def new_link(
    connection: AsyncConnection, staff_id: int, purpose: Purpose, now: datetime, life: timedelta = LINK_LIFE
) -> str:
    """A one-time token; only its hash is kept. Earlier unused ones for the same person and purpose end."""
    await drop_links(connection, staff_id, purpose)
    token = secrets.token_urlsafe(24)
    values = {"token_hash": hashed(token), "purpose": purpose, "staff_id": staff_id, "expires_at": now + life}
    await connection.execute(insert(one_time_link).values(values))
    return token


async def drop_links(connection: AsyncConnection, staff_id: int, purpose: Purpose) -> None:
    """No link for this leads anywhere any more."""
    where = (one_time_link.c.staff_id == staff_id) & (one_time_link.c.purpose == purpose)
    await connection.execute(delete(one_time_link).where(where))


async def use_link(connection: AsyncConnection, token: str, purpose: Purpose, now: datetime) -> Staff | None:
    """The person a token stands for, once; None if it is unknown, used or over."""
    query = (
        update(one_time_link)
        .where(
            one_time_link.c.token_hash == hashed(token),
            one_time_link.c.purpose == purpose,
            one_time_link.c.used_at.is_(None),
            one_time_link.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(one_time_link.c.staff_id)
    )
    row = (await connection.execute(query)).first()
    return await find(connection, row.staff_id) if row else None


def hashed(token: str) -> str:
    """A token as it is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def staff_of(row: Row[*tuple[Any, ...]]) -> Staff:
    """A member of staff from a row with the columns of the table."""
    role, languages, skills = Role(row.role), tuple(row.languages), tuple(row.skills)
    return Staff(row.id, row.name, role, row.area, languages, row.trial, row.active, row.agency, skills)
