"""What only one may do at a time, among all processes of a house.

On SQLite there is nothing to do: the write transaction is the lock, and one process serves. On PostgreSQL these are its
advisory locks, which end with the transaction or the connection that took them: whoever dies holds nothing.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database

STILL_THERE = 5.0
"""Seconds between two looks whether the connection that holds the lock still lives."""

_KEY = bindparam("key", type_=BigInteger)
_HOLD, _HOLD_ON = select(func.pg_advisory_xact_lock(_KEY)), select(func.pg_advisory_lock(_KEY))


async def alone(connection: AsyncConnection, name: str) -> None:
    """Wait until no other transaction holds `name`, and hold it to the end of this one."""
    if connection.dialect.name != "sqlite":
        await connection.execute(_HOLD, {"key": _key(name)})


@asynccontextmanager
async def only_one(database: Database, name: str) -> AsyncIterator[asyncio.Event]:
    """Wait to be the one process that holds `name`, and be it while the block lasts.

    Gives an event that is set when the connection behind it is lost. Raises StorageError.
    """
    lost = asyncio.Event()
    if database.embedded:
        yield lost
        return
    async with database.connected() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(_HOLD_ON, {"key": _key(name)})
        watch = asyncio.create_task(_watch(connection, lost))
        try:
            yield lost
        finally:
            watch.cancel()
            await asyncio.gather(watch, return_exceptions=True)
            # Not given back to the pool: it would keep the lock there.
            await connection.invalidate()


async def _watch(connection: AsyncConnection, lost: asyncio.Event) -> None:
    try:
        while True:
            await asyncio.sleep(STILL_THERE)
            await connection.execute(select(1))
    except Exception:  # whatever broke it, the lock is gone with it
        lost.set()


def _key(name: str) -> int:
    digest = hashlib.sha256(name.encode()).digest()[:8]
    return int.from_bytes(digest, "big", signed=True)
