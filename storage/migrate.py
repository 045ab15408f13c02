"""Bringing a database to the shape this release needs, or saying in one line why that cannot be done."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect

from storage import lock, plain_copy, unlock
from storage.database import Database
from storage.privacy_table import consent

SCRIPTS = Path(__file__).parent / "migrations"
SCHEMA = consent.metadata
"""All tables: those of consent know those of tickets, and these those of people."""


class MigrationError(Exception):
    """The database is not of a shape this release can work with. The message names the remedy; nothing was changed."""


async def migrate(database: Database) -> None:
    """Bring the database to the newest shape, all in one transaction; an older one is copied aside first.

    Raises MigrationError for a database that is half made, foreign, or of a newer release, and storage.seal.SealError
    for one whose keys are not at hand.
    """
    path = Path(database.engine.url.database) if database.embedded and database.engine.url.database else None
    before = await check(database)
    async with database.read() as connection:
        await connection.run_sync(unlock.refuse_other_keys)
        plain = before is not None and not await connection.run_sync(unlock.keys_of)
    if path is not None:
        plain_copy.seal_all(path, database.ring)
    if before != head():
        if before is not None and path is not None:
            plain_copy.make(path, before, database.ring, plain=plain)
        async with database.write() as connection:
            # Of several processes that start at once, one migrates and the others find it done.
            await lock.alone(connection, "migrate")
            await connection.run_sync(upgrade)
        if plain and path is not None:
            plain_copy.wipe(path)
    await _unlock(database)


async def check(database: Database) -> str | None:
    """The version of the database, None for an empty one. Raises MigrationError for what this release cannot serve."""
    async with database.read() as connection:
        return await connection.run_sync(_check)


async def _unlock(database: Database) -> None:
    async with database.read() as connection:
        locked = await connection.run_sync(unlock.locked)
    async with database.write() if locked else database.read() as connection:
        if locked:
            await lock.alone(connection, "migrate")
        await connection.run_sync(unlock.unlock)


def revision_of(connection: Connection) -> str | None:
    """The revision the database says it has, None where it has none."""
    return MigrationContext.configure(connection).get_current_revision()


async def behind(database: Database) -> str:
    """What is wrong with the shape of the database, empty when nothing is. One that a newer release has brought further
    still serves this one: shapes only grow while an older release runs (CONTRIBUTING, "a table or a column")."""
    async with database.read() as connection:
        revision = await connection.run_sync(revision_of)
    if revision == head() or revision not in known_revisions():
        return "" if revision else "has no tables yet"
    return f"is at version {revision} and wants {head()}"


@cache
def head() -> str | None:
    """The newest shape there is."""
    return ScriptDirectory(str(SCRIPTS)).get_current_head()


@cache
def known_revisions() -> set[str]:
    """Every shape that this release can bring to the newest."""
    return {script.revision for script in ScriptDirectory(str(SCRIPTS)).walk_revisions()}


def upgrade(connection: Connection, revision: str = "head") -> None:
    """Bring the database to a shape, in the transaction that is open."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.upgrade(config, revision)


def _check(connection: Connection) -> str | None:
    """The revision the database says it has, after checking that its tables agree."""
    revision = revision_of(connection)
    tables = set(inspect(connection).get_table_names()) - {"alembic_version"}
    if revision is None and tables:
        raise MigrationError(
            "the database has tables but no version: it is half-migrated or not ours. "
            "Put back your last copy of it, or move the file away to begin with an empty one"
        )
    if revision is not None and revision not in known_revisions():
        raise MigrationError(
            f"the database was made by a newer release (version {revision}). "
            "Start that release, or put back the copy made before the upgrade"
        )
    if revision == head():
        _check_tables(connection)
    return revision


def _check_tables(connection: Connection) -> None:
    found = inspect(connection)
    names = set(found.get_table_names())
    lacking = [
        name
        for name, table in SCHEMA.tables.items()
        if name not in names or {c.name for c in table.columns} - {c["name"] for c in found.get_columns(name)}
    ]
    if lacking:
        raise MigrationError(
            f"the database is half-migrated: {', '.join(sorted(lacking))} is missing or incomplete. "
            "Put back your last copy of it, or move the file away to begin with an empty one"
        )
