"""Secrets that this installation made up for itself."""

from __future__ import annotations

import secrets

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import lock
from storage.table import secret


async def secret_bytes(connection: AsyncConnection, name: str) -> bytes:
    """The 32 random bytes kept under `name`, made at the first asking."""
    await lock.alone(connection, "secret")
    row = (await connection.execute(select(secret.c.value).where(secret.c.name == name))).first()
    if row is not None:
        return bytes(row.value)
    value = secrets.token_bytes(32)
    await connection.execute(insert(secret).values(name=name, value=value))
    return value
