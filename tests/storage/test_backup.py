"""A town is backed up while people talk, and goes on elsewhere as if nothing had happened."""

from __future__ import annotations

import asyncio
import gzip
import io
import json
import sqlite3
import tarfile
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, select

from bot.message import Address, Attachment
from catalogue.catalogue import Catalogue
from storage import backup, dump
from storage.archive import ArchiveError
from storage.backup import RestoreError
from storage.database import Database
from storage.seal import KeyRing
from storage.sealed_file import pieces
from tests.keys import KEY, database_of
from tests.postgres import Postgres, fresh
from tests.sample import png
from tests.talk import Town, open_town, pin, types

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
OTHER = "我家太脏了，我干不动，在木垒镇，想找人打扫屋子"
PHOTO = png(64, 48)
Rows = dict[str, list[dict[str, Any]]]


async def photo(town: Town, sender: Address, content: bytes = PHOTO) -> Attachment:
    """A photograph that has been uploaded."""

    async def chunks() -> AsyncIterator[bytes]:
        yield content

    return await town.app.files.keep(sender, Attachment("photo", mime="image/png", name="门口.png"), chunks())


async def live(town: Town) -> None:
    """A morning in a town: needs filed, taken, talked about, one solved and one open."""
    worker = town.worker(await town.hire())
    resident = town.resident("阿依")
    await resident.says(NEED, await photo(town, resident.address), pin(43.83, 90.28))
    await resident.presses("确认提交")
    for label in ("接单", "完成"):
        await worker.presses(label)
    await worker.says("做了三天饭")
    await resident.presses("解决了")
    neighbour = await town.resident("r2").says(OTHER)
    await neighbour.presses("确认提交")
    await worker.presses("接单")
    await town.later(hours=3)


async def contents(database: Database) -> Rows:
    """Every row of every table, in words that all databases share."""

    def read(connection: Connection) -> Rows:
        return {
            table.name: [
                json.loads(dump.line_of(dict(row)))
                for row in connection.execute(select(table).order_by(*table.primary_key.columns)).mappings()
            ]
            for table in dump.tables_of(connection)
        }

    async with database.read() as connection:
        return await connection.run_sync(read)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def shown(folder: Path) -> list[bytes]:
    """What the sealed files of a folder hold."""
    return [b"".join(pieces(folder / name, KeyRing([KEY]), name)) for name in files(folder)]


async def saved(town: Town, path: Path) -> None:
    await backup.backup(town.app.database, town.app.settings.files, path, "1.2.3", town.clock())


def empty(folder: Path) -> Database:
    folder.mkdir(exist_ok=True)
    return database_of(f"sqlite+aiosqlite:///{folder / 'lianzhu.db'}")


async def put_back(archive: Path, folder: Path, *, replace: bool = False) -> None:
    database = empty(folder)
    try:
        await backup.restore(database, folder / "files", archive, replace=replace)
    finally:
        await database.close()


async def test_everything_is_the_same_and_goes_on_when_a_town_is_restored_elsewhere(
    town: Town, tmp_path: Path, catalogue: Catalogue
) -> None:
    await live(town)
    before = await contents(town.app.database)
    await saved(town, tmp_path / "b.tar.gz")
    await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere")
    async with open_town(tmp_path / "elsewhere", catalogue, gather_seconds=0) as again:
        assert await contents(again.app.database) == before
        assert {name for name, rows in before.items() if rows} >= {"ticket", "ticket_event", "inbox", "attachment"}
        assert shown(again.app.settings.files) == [PHOTO]
        assert files(again.app.settings.files) == files(town.app.settings.files)
        again.clock.at = town.clock.at
        again.people = {address: town._person(address) for address in town.people}
        for person in again.people.values():
            person.town = again
        resident = again.resident("r2")
        await resident.says("我的申请")
        assert "LZ1002" in resident.text
        newcomer = await again.resident("r3").says(NEED)
        await newcomer.presses("确认提交")
        assert [ticket.number for ticket in await again.tickets()] == ["LZ1001", "LZ1002", "LZ1003"]
        worker = again.worker((await again.staff())[0])
        # A button that was shown before the backup is still good.
        await worker.presses("完成")
        assert (await again.hire("李强")).id == (await town.hire("张勇")).id


async def test_everything_is_the_same_and_goes_on_when_a_town_moves_to_the_other_database(
    tmp_path: Path, catalogue: Catalogue, postgres: Postgres
) -> None:
    """From the embedded database to PostgreSQL, on to another PostgreSQL, and back."""
    async with fresh(postgres) as first, fresh(postgres) as second, AsyncExitStack() as towns:
        town = await towns.enter_async_context(open_town(tmp_path / "0", catalogue, gather_seconds=0))
        await live(town)
        names, now = list(town.people), town.clock.at
        for step, url in enumerate((first, second, ""), 1):
            before, kept = await contents(town.app.database), files(town.app.settings.files)
            await saved(town, tmp_path / f"{step}.tar.gz")
            folder = tmp_path / str(step)
            database = database_of(url) if url else empty(folder)
            await backup.restore(database, folder / "files", tmp_path / f"{step}.tar.gz")
            await database.close()
            opened = open_town(folder, catalogue, gather_seconds=0, database_url=url)
            town = await towns.enter_async_context(opened)
            town.clock.at = now + timedelta(hours=step)
            assert await contents(town.app.database) == before
            assert files(town.app.settings.files) == kept
            newcomer = await town.resident(f"new{step}").says(NEED)
            await newcomer.presses("确认提交")
            assert (await town.tickets())[-1].number == f"LZ100{step + 2}"
            assert (await town.hire(f"李强{step}")).id == step + 1
            await town.resident(names[-1].conversation).says("我的申请")
            assert "LZ1002" in town.resident(names[-1].conversation).text


async def test_one_moment_is_kept_when_messages_come_in_meanwhile(
    town: Town, tmp_path: Path, catalogue: Catalogue, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Parts of one row, so that many turns of the conversation fall between the first table and the last.
    monkeypatch.setattr(dump, "PART_ROWS", 1)
    await live(town)
    stop = asyncio.Event()
    filed_before = len(await town.tickets())

    async def talk() -> int:
        count = 0
        while not stop.is_set() or count < 3:
            count += 1
            resident = await town.resident(f"busy{count}").says(NEED)
            await resident.presses("确认提交")
        return count

    talking = asyncio.create_task(talk())
    await asyncio.sleep(0)
    await saved(town, tmp_path / "b.tar.gz")
    stop.set()
    filed_meanwhile = await talking
    assert len(await town.tickets()) == filed_before + filed_meanwhile
    await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere")
    async with open_town(tmp_path / "elsewhere", catalogue, gather_seconds=0) as again:
        kept, now = await contents(again.app.database), await contents(town.app.database)
        tickets = {row["id"]: row["length"] for row in kept["ticket"]}
        assert filed_before <= len(tickets) < filed_before + filed_meanwhile
        # Of one moment: as many events as each ticket says it has, and no row that is not there today.
        assert {i: sum(e["ticket_id"] == i for e in kept["ticket_event"]) for i in tickets} == tickets
        for name in ("inbox", "ticket_event"):
            assert kept[name] == now[name][: len(kept[name])]
        for ticket in await again.tickets():
            assert types(ticket)[0] == "filed"


async def test_what_is_sealed_stays_as_it_is_when_it_passes_through_a_backup(
    tmp_path: Path, catalogue: Catalogue
) -> None:
    """SQLite keeps sealed bytes in columns of any type."""
    async with open_town(tmp_path, catalogue, gather_seconds=0) as town:
        await live(town)
        await sealed_pass_through(town, tmp_path)


async def sealed_pass_through(town: Town, tmp_path: Path) -> None:
    columns = {"inbox": "payload", "attachment": "latitude", "staff": "name", "trip": "start", "ticket_event": "data"}
    with sqlite3.connect(tmp_path / "lianzhu.db") as raw:
        for table, column in columns.items():
            raw.execute(f"UPDATE {table} SET {column} = ?", (b"\x00\xff\x01sealed",))
    await saved(town, tmp_path / "b.tar.gz")
    await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere")
    before, after = (sqlite3.connect(tmp_path / name / "lianzhu.db") for name in (".", "elsewhere"))
    for table in columns:
        rows = [database.execute(f"SELECT * FROM {table} ORDER BY 1").fetchall() for database in (before, after)]
        assert rows[0] == rows[1]


async def test_it_is_refused_when_something_is_there_already(town: Town, tmp_path: Path) -> None:
    await live(town)
    await saved(town, tmp_path / "b.tar.gz")
    await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere")
    with pytest.raises(RestoreError, match="--replace"):
        await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere")


async def test_what_was_there_is_gone_when_it_is_replaced(town: Town, tmp_path: Path, catalogue: Catalogue) -> None:
    await live(town)
    await saved(town, tmp_path / "b.tar.gz")
    before = await contents(town.app.database)
    async with open_town(tmp_path / "elsewhere", catalogue, gather_seconds=0) as other:
        await other.hire("赵敏")
        await other.resident("x").says(OTHER, await photo(other, Address("webchat", "x"), png(2, 2)))
    await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere", replace=True)
    async with open_town(tmp_path / "elsewhere", catalogue, gather_seconds=0) as again:
        assert await contents(again.app.database) == before
    assert shown(tmp_path / "elsewhere" / "files") == [PHOTO]
    assert not list((tmp_path / "elsewhere").glob("files.*"))


async def test_an_older_backup_is_brought_to_todays_shape_when_restored(tmp_path: Path, catalogue: Catalogue) -> None:
    database = database_of(f"sqlite+aiosqlite:///{tmp_path / 'old.db'}")
    async with database.write() as connection:
        await connection.run_sync(backup.upgrade, "0006")
        await connection.exec_driver_sql(
            "INSERT INTO staff (name, role, area, languages, trial, active) VALUES ('王芳','worker','652328','[]',0,1)"
        )
    async with open_town(tmp_path / "clock", catalogue) as town:
        await backup.backup(database, tmp_path / "none", tmp_path / "b.tar.gz", "0.0.6", town.clock())
    await database.close()
    await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere")
    async with open_town(tmp_path / "elsewhere", catalogue) as again:
        assert [person.name for person in await again.staff()] == ["王芳"]


async def test_only_its_owner_reads_it_when_a_backup_is_made(town: Town, tmp_path: Path) -> None:
    await saved(town, tmp_path / "b.tar.gz")
    assert (tmp_path / "b.tar.gz").stat().st_mode & 0o777 == 0o600
    with pytest.raises(ArchiveError, match="already"):
        await saved(town, tmp_path / "b.tar.gz")


async def test_a_lost_file_is_counted_when_its_bytes_are_gone(town: Town, tmp_path: Path) -> None:
    await live(town)
    for path in town.app.settings.files.rglob("*"):
        if path.is_file():
            path.unlink()
    kept = await backup.backup(town.app.database, town.app.settings.files, tmp_path / "b.tar.gz", "1", town.clock())
    assert (kept.files, kept.missing) == (0, 1)


def spoil(path: Path, kind: str) -> None:
    """Do something wrong to a backup."""
    whole = path.read_bytes()
    match kind:
        case "cut off":
            path.write_bytes(whole[: len(whole) * 2 // 3])
        case "cut off at the end":
            rewritten(path, lambda name, content: None if name == "manifest.json" else content)
        case "a bit is turned":
            path.write_bytes(whole[:2000] + bytes([whole[2000] ^ 1]) + whole[2001:])
        case "a row is changed":
            rewritten(path, lambda name, content: content.replace(b"652328", b"652301"))
        case "a table is left out":
            rewritten(path, lambda name, content: None if name.startswith("tables/inbox/") else content)
        case "leads out of the folder":
            rewritten(path, lambda name, content: content, rename=("files/", "files/../../"))
        case "not an archive":
            path.write_text("我不是备份")
        case "another archive":
            with tarfile.open(path, "w:gz") as tar:
                tar.addfile(tarfile.TarInfo("readme.txt"), io.BytesIO())
        case "another file in gzip":
            path.write_bytes(gzip.compress(b"x" * 2000))
        case "nothing":
            path.unlink()


def rewritten(path: Path, change: Any, rename: tuple[str, str] = ("", "")) -> None:
    """The same archive with its members changed, except for what proves them."""
    members = []
    with tarfile.open(path) as tar:
        for info in tar:
            reader = tar.extractfile(info)
            assert reader is not None
            members.append((info.name.replace(*rename) if rename[0] else info.name, reader.read()))
    with tarfile.open(path, "w:gz") as tar:
        for name, content in members:
            new = content if name == "sha256sums" else change(name, content)
            if new is not None:
                info = tarfile.TarInfo(name)
                info.size = len(new)
                tar.addfile(info, io.BytesIO(new))


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("cut off", "broken"),
        ("cut off at the end", "cut off"),
        ("a bit is turned", "broken|cut off"),
        ("a row is changed", "tables/.*is not what was written"),
        ("a table is left out", "is broken"),
        ("leads out of the folder", "is no backup of lianzhu"),
        ("not an archive", "no backup of lianzhu"),
        ("another archive", "no backup of lianzhu"),
        ("another file in gzip", "no backup of lianzhu"),
        ("nothing", "there is no file"),
    ],
)
async def test_it_is_refused_in_one_line_and_nothing_is_touched_when_the_archive_is_spoiled(
    town: Town, tmp_path: Path, kind: str, words: str
) -> None:
    resident = town.resident()
    await resident.says(NEED, await photo(town, resident.address))
    await town.hire()
    await saved(town, tmp_path / "b.tar.gz")
    spoil(tmp_path / "b.tar.gz", kind)
    before = await contents(town.app.database)
    with pytest.raises((ArchiveError, RestoreError), match=words) as caught:
        await backup.restore(town.app.database, town.app.settings.files, tmp_path / "b.tar.gz", replace=True)
    assert "\n" not in str(caught.value)
    assert await contents(town.app.database) == before
    assert shown(town.app.settings.files) == [PHOTO]


async def test_it_is_refused_when_a_newer_release_made_it(town: Town, tmp_path: Path) -> None:
    async with town.app.database.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await saved(town, tmp_path / "b.tar.gz")
    with pytest.raises(RestoreError, match="made by a newer release"):
        await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere")


async def test_the_older_shape_comes_back_when_a_newer_release_had_the_database(town: Town, tmp_path: Path) -> None:
    await live(town)
    before = await contents(town.app.database)
    await saved(town, tmp_path / "b.tar.gz")
    async with town.app.database.write() as connection:
        await connection.exec_driver_sql("CREATE TABLE newer (id INTEGER REFERENCES ticket(id))")
        await connection.exec_driver_sql("ALTER TABLE ticket ADD COLUMN newer INTEGER")
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    await backup.restore(town.app.database, town.app.settings.files, tmp_path / "b.tar.gz", replace=True)
    assert await contents(town.app.database) == before


async def test_it_is_refused_when_the_database_is_of_something_else(town: Town, tmp_path: Path) -> None:
    await saved(town, tmp_path / "b.tar.gz")
    (tmp_path / "elsewhere").mkdir()
    with sqlite3.connect(tmp_path / "elsewhere" / "lianzhu.db") as raw:
        raw.execute("CREATE TABLE accounts (id INTEGER)")
    with pytest.raises(RestoreError, match="not one of lianzhu"):
        await put_back(tmp_path / "b.tar.gz", tmp_path / "elsewhere", replace=True)


async def test_nothing_is_changed_when_the_rows_cannot_be_put_in(
    town: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    resident = town.resident()
    await resident.says(NEED, await photo(town, resident.address))
    await saved(town, tmp_path / "b.tar.gz")
    before = await contents(town.app.database)
    count = dump.insert

    def one_less(*arguments: Any) -> int:
        return count(*arguments) - 1

    monkeypatch.setattr(dump, "insert", one_less)
    with pytest.raises(RestoreError, match="as many rows"):
        await backup.restore(town.app.database, town.app.settings.files, tmp_path / "b.tar.gz", replace=True)
    assert await contents(town.app.database) == before
    assert shown(town.app.settings.files) == [PHOTO]
    assert sqlite3.connect(tmp_path / "lianzhu.db").execute("PRAGMA integrity_check").fetchone() == ("ok",)
