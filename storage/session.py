"""Sessions at the desk. Only the hash of a session's token is kept."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.entrance import SESSION_LIFE, idle_life, owes_second
from casework.staff import Staff
from storage.people_table import desk_session, staff
from storage.staff import hashed, staff_of

SEEN_EVERY = timedelta(minutes=1)
"""How exactly the last activity is kept: not every page costs a write."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody at the door or at the desk. `whole` is false while they owe the second factor; `seen_at` and
    `expires_at` are UTC."""

    staff: Staff
    whole: bool
    seen_at: datetime
    expires_at: datetime


async def open_session(
    connection: AsyncConnection,
    staff_id: int,
    now: datetime,
    *,
    passed: bool = False,
    expires_at: datetime | None = None,
) -> str:
    """A session; returns the cookie's token. `passed`: the second factor was shown."""
    token = secrets.token_urlsafe(32)
    values = {
        "token_hash": hashed(token),
        "staff_id": staff_id,
        "expires_at": expires_at or now + SESSION_LIFE,
        "seen_at": now,
        "passed": passed,
    }
    await connection.execute(insert(desk_session).values(values))
    return token


async def find(connection: AsyncConnection, token: str, now: datetime) -> Session | None:
    """Who has this session, unless it is over: by its age, or because nothing was done in it for long."""
    query = (
        select(staff, desk_session.c.passed, desk_session.c.seen_at, desk_session.c.expires_at)
        .join(desk_session, desk_session.c.staff_id == staff.c.id)
        .where(desk_session.c.token_hash == hashed(token), desk_session.c.expires_at > now, staff.c.active)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    person = staff_of(row)
    if row.seen_at + idle_life(person) <= now:
        return None
    return Session(person, row.passed or not owes_second(person), row.seen_at, row.expires_at)


async def touch(connection: AsyncConnection, token: str, now: datetime) -> None:
    """Something was done in this session."""
    await connection.execute(update(desk_session).where(desk_session.c.token_hash == hashed(token)).values(seen_at=now))


async def close_session(connection: AsyncConnection, token: str) -> None:
    await connection.execute(delete(desk_session).where(desk_session.c.token_hash == hashed(token)))


async def close_all(connection: AsyncConnection, staff_id: int) -> int:
    """End every session of a person; returns how many there were."""
    result = await connection.execute(
        delete(desk_session).where(desk_session.c.staff_id == staff_id).returning(desk_session.c.token_hash)
    )
    return len(result.all())


async def forget_over(connection: AsyncConnection, now: datetime) -> None:
    """Rows of sessions that are over are of no use to anybody."""
    await connection.execute(delete(desk_session).where(desk_session.c.expires_at <= now))
