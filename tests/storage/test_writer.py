"""Write transactions that share a commit on SQLite."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio
from sqlalchemy import Connection, event, text

from storage.database import Database, StorageError
from tests.keys import database_of

MANY = 40


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    opened = database_of(f"sqlite+aiosqlite:///{tmp_path / 'notes.db'}")
    async with opened.write() as connection:
        await connection.execute(text("CREATE TABLE place (id INTEGER PRIMARY KEY)"))
        columns = "id INTEGER PRIMARY KEY, place INTEGER REFERENCES place DEFERRABLE INITIALLY DEFERRED"
        await connection.execute(text(f"CREATE TABLE note ({columns})"))
        await connection.execute(text("CREATE TABLE large (bytes BLOB)"))
    yield opened
    await opened.close()


async def note(database: Database, number: int, *, place: int | None = None, fails: bool = False) -> None:
    async with database.write() as connection:
        await connection.execute(text("INSERT INTO note VALUES (:id, :place)"), {"id": number, "place": place})
        await asyncio.sleep(0)
        if fails:
            raise RuntimeError("a dialog failed")


def kept(folder: Path) -> set[int]:
    """What another program sees in the file."""
    with sqlite3.connect(folder / "notes.db") as other:
        return {row[0] for row in other.execute("SELECT id FROM note")}


async def test_a_commit_is_shared_when_many_write_at_once(database: Database) -> None:
    commits: list[object] = []
    event.listen(database.engine.sync_engine, "commit", commits.append)
    await asyncio.gather(*(note(database, number) for number in range(MANY)))
    assert len(commits) <= MANY / 8


async def test_everything_is_in_the_file_when_a_writer_returns(database: Database, tmp_path: Path) -> None:
    async def write_and_look(number: int) -> bool:
        await note(database, number)
        return number in kept(tmp_path)

    assert all(await asyncio.gather(*(write_and_look(number) for number in range(MANY))))


async def test_others_are_kept_when_one_of_those_who_share_a_commit_fails(database: Database, tmp_path: Path) -> None:
    failing = {0, 7, 8, MANY - 1}
    found = await asyncio.gather(
        *(note(database, number, fails=number in failing) for number in range(MANY)), return_exceptions=True
    )
    assert {number for number, error in enumerate(found) if error is not None} == failing
    assert kept(tmp_path) == set(range(MANY)) - failing


async def test_others_are_kept_when_one_is_cancelled(database: Database, tmp_path: Path) -> None:
    tasks = [asyncio.create_task(note(database, number)) for number in range(MANY)]
    await asyncio.sleep(0.001)
    tasks[3].cancel()
    tasks[-1].cancel()
    found = await asyncio.gather(*tasks, return_exceptions=True)
    assert kept(tmp_path) >= {number for number, error in enumerate(found) if error is None}
    await note(database, MANY)
    assert MANY in kept(tmp_path)


async def test_nobody_is_told_of_success_when_the_shared_commit_fails(database: Database, tmp_path: Path) -> None:
    # A place that does not exist is noticed only at the commit, which is everybody's.
    found = await asyncio.gather(
        *(note(database, number, place=9 if number == 2 else None) for number in range(8)), return_exceptions=True
    )
    there = kept(tmp_path)
    assert 2 not in there
    assert there == {number for number, error in enumerate(found) if error is None}
    assert isinstance(found[2], StorageError)
    await note(database, 100)
    assert 100 in kept(tmp_path)


async def test_a_writer_waits_for_another_program_without_holding_up_readers(
    database: Database, tmp_path: Path
) -> None:
    other = sqlite3.connect(tmp_path / "notes.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    writing = asyncio.create_task(note(database, 1))
    async with database.read() as connection:
        assert (await connection.execute(text("SELECT count(*) FROM note"))).scalar() == 0
    assert not writing.done()
    other.execute("COMMIT")
    other.close()
    await writing
    assert kept(tmp_path) == {1}


async def test_what_people_were_promised_waits_for_the_disk_when_a_lazy_transaction_came_before(
    database: Database,
) -> None:
    async def synchronous(*, lazy: bool) -> int:
        async with database.write(lazy=lazy) as connection:
            return int((await connection.execute(text("PRAGMA synchronous"))).scalar_one())

    normal, full = 1, 2
    assert [await synchronous(lazy=lazy) for lazy in (True, False, True, False)] == [normal, full, normal, full]
    found = await asyncio.gather(*(synchronous(lazy=number % 2 == 0) for number in range(MANY)))
    assert all(level == full for level in found[1::2])


async def test_whoever_returns_is_kept_when_the_disk_fills_up_in_the_middle_of_a_shared_commit(
    database: Database, tmp_path: Path
) -> None:
    """SQLite then undoes the whole transaction by itself, also what those before had written."""

    @event.listens_for(database.engine.sync_engine, "begin")
    def no_more(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages + 2}")

    async def write(number: int) -> bool:
        try:
            async with database.write() as connection:
                if number % 5 == 3:
                    await connection.execute(text("INSERT INTO large VALUES (zeroblob(900000))"))
                await connection.execute(text("INSERT INTO note VALUES (:id, NULL)"), {"id": number})
        except StorageError:
            return False
        return True

    returned = await asyncio.gather(*(write(number) for number in range(MANY)))
    assert {number for number, each in enumerate(returned) if each} == kept(tmp_path)
    assert await write(MANY)
    assert MANY in kept(tmp_path)


async def test_nobody_waits_when_what_was_erased_is_still_being_read(database: Database, tmp_path: Path) -> None:
    await note(database, 1)
    journal = tmp_path / "notes.db-wal"
    async with database.read() as backup:
        await backup.execute(text("SELECT * FROM note"))
        await note(database, 2)
        assert not await database.overwrite()
        await note(database, 3)
        assert journal.stat().st_size > 0
    assert await database.overwrite()
    assert journal.stat().st_size == 0
    assert kept(tmp_path) == {1, 2, 3}
