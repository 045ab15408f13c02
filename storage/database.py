"""The connection to the database: one transaction to read, one to write, nothing in between.

Two engines serve: SQLite, embedded, for one process; PostgreSQL for any number of them.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

from sqlalchemy import Connection, event
from sqlalchemy.exc import DBAPIError, IntegrityError, SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.nearby import BEGIN_WRITE, open_nearby
from storage.seal import KeyRing, SealError
from storage.sealed import give_ring
from storage.writer import Writer

StorageError = SQLAlchemyError
"""Whatever goes wrong between here and the disk. A message whose handling ended in it was not kept and comes again."""

BUSY_MS = 15_000
"""How long SQLite waits for another process's write, in milliseconds."""
OVERWRITE = "PRAGMA wal_checkpoint(TRUNCATE)"
CONNECTIONS = 10
"""Connections to PostgreSQL that one process holds at most; many processes share the server's `max_connections`."""
PATIENCE = 15.0
"""Seconds to wait for a free connection, and for PostgreSQL to answer a new one."""
_CLASHES = ("40001", "40P01", "23505")
"""PostgreSQL's codes for serialization_failure, deadlock_detected and unique_violation (its manual, appendix A)."""


class UnreachableError(SQLAlchemyError):
    """The database's server is away. Remedy: start it; whatever was under way was not kept and comes again."""


class Database:
    """The engine behind every query, and the keys of its sealed columns.

    `write()` transactions of one process queue here for SQLite, not at the file's
    lock, and share commits (`storage.writer`); on PostgreSQL they run beside each other, and `storage.lock` keeps apart
    what must be.
    """

    def __init__(self, url: str, ring: KeyRing) -> None:
        self.url = url
        self.ring = ring
        self.embedded = url.startswith("sqlite")
        more = {} if self.embedded else {"pool_size": CONNECTIONS, "max_overflow": 0, "pool_timeout": PATIENCE}
        ways: dict[str, Any] = {"async_creator_fn": open_nearby} if self.embedded else {"timeout": PATIENCE}
        self.engine: AsyncEngine = create_async_engine(url, hide_parameters=True, connect_args=ways, **more)
        give_ring(self.engine.sync_engine, ring)
        self._writer = Writer(self.connected)
        if self.embedded:
            event.listen(self.engine.sync_engine, "connect", _on_connect)
            event.listen(self.engine.sync_engine, "begin", _on_begin)

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that sees one moment of the database. Raises StorageError."""
        async with self.connected() as connection:
            if not self.embedded:
                await connection.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
            async with connection.begin():
                yield connection

    @asynccontextmanager
    async def write(self, *, lazy: bool = False) -> AsyncIterator[AsyncConnection]:
        """A transaction that is committed when the block ends and rolled back when it raises. Raises StorageError.

        A `lazy` one does not wait for the disk: it is whole and survives the program, but the last moments of it may be
        lost with the power. For what may be done again then, never for what people were promised.
        """
        if self.embedded:
            async with self._writer.transaction(lazy=lazy) as connection:
                yield connection
            return
        async with self.connected() as connection, connection.begin():
            if lazy:
                await connection.exec_driver_sql("SET LOCAL synchronous_commit TO off")
            yield connection

    async def overwrite(self) -> bool:
        """Let what was erased go from the file's journal too. PostgreSQL does that by itself, with its VACUUM.

        Returns whether it is gone; while somebody still reads what was there before, as a backup does, it is not."""
        if not self.embedded:
            return True
        async with self._writer.nobody(), self.engine.connect() as connection:
            # Beside any transaction: within one it would wait for itself.
            return await connection.run_sync(_overwritten)

    async def close(self) -> None:
        await self.engine.dispose()

    @asynccontextmanager
    async def connected(self) -> AsyncIterator[AsyncConnection]:
        """A connection without a transaction, for what lasts longer than one. Raises StorageError."""
        connection = self.engine.connect()
        try:
            await connection.start()
        except OSError as error:
            # The driver's own, from before there is anything that SQLAlchemy could put it in.
            raise UnreachableError(f"the database cannot be reached ({type(error).__name__})") from error
        try:
            yield connection
        finally:
            await connection.close()


def away(error: BaseException) -> bool:
    """Whether the database itself failed, so that everything has to wait for it. One value that cannot be opened is
    none of that: waiting makes it no better, and nobody else is to wait for it."""
    return isinstance(error, StorageError) and not isinstance(error, SealError)


def clashed(error: BaseException) -> bool:
    """Whether a transaction failed because another one came between, so that doing it again may succeed."""
    if isinstance(error, IntegrityError):
        return True
    return isinstance(error, DBAPIError) and getattr(error.orig, "sqlstate", "") in _CLASHES


def _overwritten(connection: Connection) -> bool:
    cursor = connection.connection.cursor()
    # Nobody can write meanwhile, so a reader is not waited for.
    cursor.execute("PRAGMA busy_timeout=0")
    try:
        cursor.execute(OVERWRITE)
        busy = bool(cursor.fetchall()[0][0])
    finally:
        cursor.execute(f"PRAGMA busy_timeout={BUSY_MS}")
    return not busy


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
    chosen = connection.get_execution_options()
    if not chosen.get("write", False):
        connection.exec_driver_sql("BEGIN")
        return
    wanted = "NORMAL" if chosen.get("lazy", False) else "FULL"
    if connection.info.get("synchronous", "FULL") != wanted:
        connection.exec_driver_sql(f"PRAGMA synchronous={wanted}")
        connection.info["synchronous"] = wanted
    connection.exec_driver_sql(BEGIN_WRITE)
