"""The connection to the database: one transaction to read, one to write, nothing in between."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

StorageError = SQLAlchemyError
"""Whatever goes wrong between here and the disk. A message whose handling ended in it was not kept and comes again."""

BUSY_MS = 15_000
"""How long SQLite waits for another process's write, in milliseconds."""
OVERWRITE = "PRAGMA wal_checkpoint(TRUNCATE)"


class Database:
    """The engine behind every query. `write()` transactions of one process queue here, not at the file's lock."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.engine: AsyncEngine = create_async_engine(url)
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

    async def overwrite(self) -> None:
        """Let what was erased go from the file's journal too. PostgreSQL does that by itself, with its VACUUM."""
        if self.embedded:
            async with self._writer, self.engine.connect() as connection:
                # Beside any transaction: within one it would wait for itself.
                await connection.run_sync(lambda plain: plain.connection.cursor().execute(OVERWRITE))

    async def close(self) -> None:
        await self.engine.dispose()


def _on_connect(connection: Any, record: Any) -> None:
    # The driver's own BEGIN comes late and not before DDL; ours (below) makes every transaction, migrations too, whole.
    connection.isolation_level = None
    cursor = connection.cursor()
    # What is deleted is overwritten: people who ask to be forgotten must not be found in the file afterwards.
    for pragma in (f"busy_timeout={BUSY_MS}", "synchronous=FULL", "foreign_keys=ON", "secure_delete=ON"):
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
