"""A database is brought to shape, or left exactly as it is with a word on what to do."""

from __future__ import annotations

import hashlib
import sqlite3
from pathlib import Path

import pytest

from bot.message import Address
from storage import staff
from storage.database import Database, StorageError
from storage.migrate import MigrationError, migrate
from storage.table import metadata


def database_at(path: Path) -> Database:
    return Database(f"sqlite+aiosqlite:///{path}")


async def made(path: Path) -> None:
    database = database_at(path)
    await migrate(database)
    await database.close()


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


async def refused(path: Path) -> str:
    database = database_at(path)
    try:
        with pytest.raises(MigrationError) as caught:
            await migrate(database)
    finally:
        await database.close()
    return str(caught.value)


async def test_all_tables_are_there_when_the_database_is_new(tmp_path: Path) -> None:
    await made(tmp_path / "x.db")
    with sqlite3.connect(tmp_path / "x.db") as raw:
        names = {row[0] for row in raw.execute("select name from sqlite_master where type = 'table'")}
        assert set(metadata.tables) <= names
        assert raw.execute("pragma journal_mode").fetchone() == ("wal",)


async def test_nothing_changes_when_it_is_migrated_again(tmp_path: Path) -> None:
    await made(tmp_path / "x.db")
    before = digest(tmp_path / "x.db")
    await made(tmp_path / "x.db")
    assert digest(tmp_path / "x.db") == before


async def test_it_is_refused_when_a_table_is_missing(tmp_path: Path) -> None:
    await made(tmp_path / "x.db")
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute("drop table outbox")
    before = digest(tmp_path / "x.db")
    assert "outbox" in await refused(tmp_path / "x.db")
    assert digest(tmp_path / "x.db") == before


async def test_it_is_refused_when_tables_have_no_version(tmp_path: Path) -> None:
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute("create table ticket (id integer)")
    assert "move the file away" in await refused(tmp_path / "x.db")


async def test_it_is_refused_when_a_newer_release_made_it(tmp_path: Path) -> None:
    await made(tmp_path / "x.db")
    with sqlite3.connect(tmp_path / "x.db") as raw:
        raw.execute("update alembic_version set version_num = '9999'")
    assert "newer release" in await refused(tmp_path / "x.db")


async def test_nothing_is_kept_when_a_transaction_fails(tmp_path: Path) -> None:
    await made(tmp_path / "x.db")
    database = database_at(tmp_path / "x.db")
    try:
        with pytest.raises(StorageError):
            async with database.write() as connection:
                await staff.bind(connection, 77, Address("telegram", "1"))
        async with database.read() as connection:
            assert await staff.at_address(connection, Address("telegram", "1")) is None
    finally:
        await database.close()
