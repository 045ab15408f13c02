"""A database is brought to shape, or left exactly as it is with a word on what to do."""

from __future__ import annotations

import hashlib
import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from bot.message import Address
from casework.ticket import Event
from storage import staff
from storage.casebook import Tickets
from storage.database import Database, StorageError
from storage.migrate import SCHEMA, SCRIPTS, MigrationError, migrate
from tests.keys import database_of

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
BEFORE_REPORTERS = "0003"
BEFORE_TRIPS = "0006"


def back_to(connection: Connection, revision: str) -> None:
    """An older shape of the database."""
    config = Config()
    config.set_main_option("script_location", str(SCRIPTS))
    config.attributes["connection"] = connection
    command.downgrade(config, revision)


def database_at(path: Path) -> Database:
    return database_of(f"sqlite+aiosqlite:///{path}")


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
        assert set(SCHEMA.tables) <= names
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


async def test_reporters_are_filled_in_when_tickets_are_older_than_their_table(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    await made(path)
    database = database_at(path)
    await migrate(database)
    async with database.write() as connection:
        tickets = Tickets(connection, NOW)
        for name in ("a", "b"):
            await tickets.file(
                [Event("filed", NOW, f"resident:webchat:{name}", {"need": {}, "reporter": f"webchat:{name}"})]
            )
    async with database.write() as connection:
        await connection.run_sync(back_to, BEFORE_REPORTERS)
    await database.close()
    await made(path)
    database = database_at(path)
    await migrate(database)
    async with database.read() as connection:
        tickets = Tickets(connection, NOW)
        assert [each.number for each in await tickets.of_reporter("webchat:b")] == ["LZ1002"]
    await database.close()


async def test_the_trips_come_and_tickets_stay_when_an_older_database_is_opened(tmp_path: Path) -> None:
    path = tmp_path / "x.db"
    await made(path)
    database = database_at(path)
    await migrate(database)
    async with database.write() as connection:
        filed = Event("filed", NOW, "resident:webchat:a", {"need": {}, "reporter": "webchat:a"})
        await Tickets(connection, NOW).file([filed])
    async with database.write() as connection:
        await connection.run_sync(back_to, BEFORE_TRIPS)
    await database.close()
    await made(path)
    with sqlite3.connect(path) as raw:
        assert raw.execute("select count(*) from ticket").fetchone() == (1,)
        assert raw.execute("select count(*) from trip").fetchone() == (0,)
    assert (tmp_path / "x.db.before-0006.sealed").exists()


async def test_a_ticket_is_found_by_every_reporter_when_it_was_merged(tmp_path: Path) -> None:
    await made(tmp_path / "x.db")
    database = database_at(tmp_path / "x.db")
    filed = {"need": {"place": "652328201"}, "reporter": "webchat:a"}
    joined = {"number": "LZ9", "reporters": [{"address": "webchat:b", "name": "", "language": "ug", "need": {}}]}
    await migrate(database)
    async with database.write() as connection:
        tickets = Tickets(connection, NOW)
        ticket = await tickets.file([Event("filed", NOW, "resident:webchat:a", filed)])
        ticket = await tickets.append(ticket, [Event("joined", NOW, "staff:1", joined)])
        for address in ("webchat:a", "webchat:b"):
            assert [each.number for each in await tickets.of_reporter(address)] == [ticket.number]
        await tickets.append(ticket, [Event("left", NOW, "resident:webchat:a")])
        assert await tickets.of_reporter("webchat:a") == []
        assert len(await tickets.of_reporter("webchat:b")) == 1
    await database.close()


async def test_near_tickets_are_found_by_index_when_place_and_days_agree(tmp_path: Path) -> None:
    await made(tmp_path / "x.db")
    database = database_at(tmp_path / "x.db")
    await migrate(database)
    async with database.write() as connection:
        tickets = Tickets(connection, NOW)
        filed = {}
        for place in ("652328", "652328201", "652328201200", "652328202", "652301001"):
            data = {"need": {"place": place}, "reporter": "webchat:a"}
            filed[place] = await tickets.file([Event("filed", NOW, "resident:webchat:a", data)])
        old = Event(
            "filed",
            NOW - timedelta(days=15),
            "resident:webchat:a",
            {"need": {"place": "652328201"}, "reporter": "webchat:a"},
        )
        await tickets.file([old])
        near = await tickets.near(filed["652328201"])
        assert [each.need.place for each in near] == ["652328201200", "652328"]
        plan = await connection.exec_driver_sql(
            "explain query plan select id from ticket "
            "where (place >= '1' and place < '2' or place in ('1', '2')) and created_at > '2026'"
        )
        assert "ix_ticket_place" in str(plan.all())
    await database.close()
