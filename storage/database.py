"""The connection to the database: one transaction to read, one to write, nothing in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.seal import KeyRing
from storage.sealed import give_ring

StorageError = SQLAlchemyError
"""Whatever goes wrong between here and the disk. A message whose handling ended in it was not kept and comes again."""

BUSY_MS = 15_000
"""How long SQLite waits for another process's write, in milliseconds."""


class Database:
    """The engine behind every query, and the keys its sealed columns are read with.

    `write()` transactions of one process queue here, not at the file's lock.
    """

    def __init__(self, url: str, ring: KeyRing) -> None:
        self.url = url
        self.ring = ring
        # What goes into a query stays out of messages and logs.
        self.engine: AsyncEngine = create_async_engine(url, hide_parameters=True)
        give_ring(self.engine.sync_engine, ring)
        self.embedded = self.engine.dialect.name == "sqlite"
        self._writer = asyncio.Lock()
        if self.embedded:
            event.listen(self.engine.sync_engine, "connect", _on_connect)
            event.listen(self.engine.sync_engine, "begin", _on_begin)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment of the database."""
        async with self.engine.connect() as connection, connection.begin():
            yield connection

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed when the block ends and rolled back when it raises."""
        if not self.embedded:
            async with self.engine.begin() as connection:
                yield connection
            return
        async with self._writer, self.engine.connect() as connection:
            await connection.execution_options(write=True)
            async with connection.begin():
                yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def _on_connect(connection: Any, record: Any) -> None:
    # The driver's own BEGIN comes late and not before DDL; ours (below) makes every transaction, migrations too, whole.
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in (f"busy_timeout={BUSY_MS}", "synchronous=FULL", "foreign_keys=ON"):
        cursor.execute(f"PRAGMA {pragma}")
    # The journal's mode is written into the file, and another program's file is refused untouched.
    cursor.execute("SELECT count(*) = 0 OR sum(name = 'alembic_version') > 0 FROM sqlite_master")
    if cursor.fetchone()[0]:
        cursor.execute("PRAGMA journal_mode=WAL")
    cursor.close()


def _on_begin(connection: Connection) -> None:
    # A transaction that reads first and writes later would fail with "locked" when another writer came between.
    write = connection.get_execution_options().get("write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")
