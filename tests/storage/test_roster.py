"""The duty roster in the database: kept as given, read around a moment, and brought along from an older database."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest_asyncio
from alembic import command
from alembic.config import Config
from sqlalchemy import Connection
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.need import Beneficiary, Need, need_to_json
from casework.shift import Absence, Shift, Swap
from casework.staff import Role, Staff
from casework.ticket import Event, Ticket
from storage import roster, staff
from storage.casebook import Tickets
from storage.database import Database
from storage.migrate import SCRIPTS, migrate
from storage.sealed_file import pieces
from tests.keys import database_of

NOW = datetime(2026, 3, 3, 4, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest_asyncio.fixture
async def connection(database: Database) -> AsyncIterator[AsyncConnection]:
    async with database.write() as opened:
        yield opened


async def two(connection: AsyncConnection) -> tuple[Staff, Staff]:
    first = await staff.add(connection, "测试甲", Role.WORKER, "652328", ("kk",), agency="测试机构", skills=("meals",))
    return first, await staff.add(connection, "测试乙", Role.WORKER, "652328")


async def filed(book: Tickets, by: Staff, *, state: str = "accepted", reporter: str = "x:1", name: str = "") -> Ticket:
    need = need_to_json(Need(("meals",), Beneficiary(name=name), place="652328"))
    events = [
        Event("filed", book.now, f"resident:{reporter}", {"need": need, "reporter": reporter, "urgent": name == "急"}),
        Event("dispatched", book.now, "system", {"to": by.id, "name": by.name}),
    ]
    if state != "dispatched":
        events.append(Event("accepted", book.now, f"staff:{by.id}", {"by": by.id, "name": by.name}))
    if state == "done":
        events.append(Event("done", book.now, f"staff:{by.id}", {"record": "好了"}))
    return await book.file(events)


async def test_everything_comes_back_the_same_when_it_was_kept(connection: AsyncConnection) -> None:
    first, second = await two(connection)
    shifts = [
        Shift(first.id, (1, 2), time(20), time(8), True, ("daily-care",)),
        Shift(second.id, (7,), time(0), time(0)),
    ]
    swaps = [Swap(date(2026, 3, 3), first.id, second.id)]
    absences = [Absence(first.id, NOW, NOW + DAY, "病假", second.id), Absence(second.id, NOW - DAY, NOW)]
    await roster.keep(connection, shifts, swaps, absences)
    found = await roster.whole(connection)
    assert (found.staff, found.shifts, found.swaps, found.absences) == ([first, second], shifts, swaps, absences)
    await roster.keep(connection, [], [], [])
    assert (await roster.whole(connection)).shifts == []


async def test_only_what_matters_now_is_read_when_dispatching(connection: AsyncConnection) -> None:
    first, second = await two(connection)
    swaps = [Swap(date(2026, 3, day), first.id, second.id) for day in (1, 2, 3, 20)]
    absences = [Absence(first.id, NOW - 9 * DAY, NOW), Absence(first.id, NOW, NOW + DAY)]
    shifts = [Shift(person.id, (1,), time(8), time(9)) for person in (first, second)]
    await roster.keep(connection, shifts, swaps, absences)
    await staff.remove(connection, second.id)
    found = await roster.around(connection, NOW)
    assert list(found) == [first]
    assert found.shifts == shifts[:1]
    assert found.swaps == swaps[:3]
    assert found.absences == absences[1:]


async def test_the_roster_is_read_once_when_asked_for_twice(connection: AsyncConnection) -> None:
    await two(connection)
    book = Tickets(connection, NOW)
    assert await book.roster() is await book.roster()


async def test_open_tickets_are_weighed_when_the_past_is_asked_for(connection: AsyncConnection) -> None:
    first, second = await two(connection)
    book = Tickets(connection, NOW)
    await filed(Tickets(connection, NOW - 40 * DAY), first)
    await filed(book, first, name="急")
    await filed(book, first, state="done")
    mine = await filed(book, second, state="dispatched")
    past = await book.past(mine, {first.id, second.id})
    assert past.load == {first.id: 1 + 2 + 0.25}
    assert past.recent == {first.id: 2}
    assert past.served == {first.id}
    assert (await book.past(mine, {second.id})).load == {}


async def test_a_family_is_recognised_when_somebody_else_reports_for_it(connection: AsyncConnection) -> None:
    first, second = await two(connection)
    book = Tickets(connection, NOW)
    await filed(book, first, reporter="x:1", name="测试奶奶")
    await filed(book, second, reporter="x:2", name="别人", state="dispatched")
    again = await filed(book, second, reporter="x:3", name=" 测试奶奶", state="dispatched")
    assert (await book.past(again, {first.id, second.id})).served == {first.id}
    nameless = await filed(book, second, reporter="x:4", state="dispatched")
    assert (await book.past(nameless, {first.id, second.id})).served == set()


async def test_staff_and_tickets_stay_when_an_older_database_is_brought_along(tmp_path: Path) -> None:
    def to_0002(opened: Connection) -> None:
        config = Config()
        config.set_main_option("script_location", str(SCRIPTS))
        config.attributes["connection"] = opened
        command.upgrade(config, "0002")

    database = database_of(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    async with database.write() as opened:
        await opened.run_sync(to_0002)
        await opened.exec_driver_sql("insert into staff values (7, '测试甲', 'worker', '652328', '[\"kk\"]', 0, 1)")
    await migrate(database)
    async with database.read() as opened:
        assert list(await roster.around(opened, NOW)) == [Staff(7, "测试甲", Role.WORKER, "652328", ("kk",))]
    await database.close()
    copy = tmp_path / "x.db.before-0002.sealed"
    (tmp_path / "opened.db").write_bytes(b"".join(pieces(copy, database.ring, copy.name)))
    with sqlite3.connect(tmp_path / "opened.db") as raw:
        assert raw.execute("select count(*) from staff").fetchone() == (1,)
