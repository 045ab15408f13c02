"""Whatever is done to the audit, or to the events it vouches for, is found."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
import pytest_asyncio

from bot.trail import HEAD_FILE, Trail
from casework.staff import Role
from casework.ticket import Event
from storage import audit, staff
from storage.audit import Entry
from storage.casebook import Tickets
from storage.database import Database
from storage.migrate import migrate
from tests.keys import database_of

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


@pytest_asyncio.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    database = database_of(f"sqlite+aiosqlite:///{tmp_path / 'x.db'}")
    await migrate(database)
    yield database
    await database.close()


@pytest.fixture
def trail(database: Database, tmp_path: Path) -> Trail:
    return Trail(database, tmp_path / HEAD_FILE)


async def lived(database: Database, tickets: int = 3) -> None:
    async with database.write() as connection:
        worker = await staff.add(connection, "王芳", Role.WORKER, "652328")
        book = Tickets(connection, NOW)
        for number in range(tickets):
            filed = {"need": {}, "reporter": f"webchat:{number}"}
            ticket = await book.file([Event("filed", NOW, f"resident:webchat:{number}", filed)])
            ticket = await book.append(ticket, [Event("accepted", NOW, "staff:1", {"by": 1, "name": "王芳"})])
            await book.looked_at(ticket, worker)


def by_sql(tmp_path: Path, *statements: str) -> None:
    with sqlite3.connect(tmp_path / "x.db") as raw:
        for statement in statements:
            raw.execute(statement)


async def test_it_is_whole_when_nobody_touched_it(database: Database, trail: Trail) -> None:
    await lived(database)
    found, head = await trail.verify()
    assert (found, head.seq) == ([], 9)
    await lived(database)
    assert (await trail.verify())[0] == []
    assert trail.kept() == (await trail.verify())[1]


async def test_who_looked_is_told_when_somebody_asks_about_a_ticket(database: Database) -> None:
    await lived(database)
    async with database.write() as connection:
        await audit.append(connection, NOW, [Entry("staff:1", "read.file", "LZ1001/abc", "casework")])
        await audit.append(connection, NOW, [Entry("staff:1", "read", "LZ10012", "casework")])
        rows = await audit.of_object(connection, "LZ1001")
    assert "webchat" not in "".join(row.actor for row in rows)
    assert [
        (row.actor.partition(":")[0] if row.action == "ticket.filed" else row.actor, row.action, row.purpose)
        for row in rows
    ] == [
        ("resident", "ticket.filed", ""),
        ("staff:1", "ticket.accepted", ""),
        ("staff:1", "read", "casework"),
        ("staff:1", "read.file", "casework"),
    ]


COPY = "insert into audit (at, actor, action, object, purpose, digest, nonce, own, seq, prev, hash) select at, actor, "
REST = ", purpose, digest, nonce, own, "
LAST = "10, (select hash from audit where seq = 9), hash"


@pytest.mark.parametrize(
    ("statements", "told"),
    [
        (["update audit set actor = 'staff:2' where seq = 3"], "entry 3: "),
        (["update audit set at = '2020-01-01 00:00:00.000000' where seq = 5"], "entry 5: "),
        (["delete from audit where seq = 4"], "between 3 and 5"),
        (["delete from audit where seq = 1"], "between 0 and 2"),
        (
            ["delete from audit where seq = 4", "update audit set seq = seq - 1 where seq > 4"],
            "entry 4: it was changed, moved or put in",
        ),
        (
            [
                "update audit set seq = -1 where seq = 2",
                "update audit set seq = 2 where seq = 3",
                "update audit set seq = 3 where seq = -1",
            ],
            "entry 2: it was changed, moved or put in",
        ),
        (
            [f"{COPY} action, object {REST} {LAST} from audit where seq = 3"],
            "entry 10: it was changed, moved or put in",
        ),
        (
            [f"{COPY} 'read', 'LZ1002' {REST} null, '', '' from audit where seq = 3"],
            "entry 10: its content was changed",
        ),
        ([f"{COPY} action, object {REST} null, '', '' from audit where seq = 3"], "another one just like it"),
        (["delete from audit where seq > 7"], "after 7: the end is cut off, up to entry 9"),
        (["delete from audit"], "after 0: the end is cut off, up to entry 9"),
        (["update ticket_event set audience = 'staff' where id = 2"], "LZ1001: its events are not those"),
        (["delete from ticket_event where ticket_id = 2 and position = 1"], "LZ1002: its events are not those"),
        (
            [
                f"delete from ticket{part} = 3"
                for part in ("_event where ticket_id", "_reporter where ticket_id", " where id")
            ],
            "LZ1003: the ticket is gone",
        ),
    ],
)
async def test_it_is_found_when_the_database_was_tampered_with(
    database: Database, trail: Trail, tmp_path: Path, statements: list[str], told: str
) -> None:
    await lived(database)
    assert (await trail.verify())[0] == []
    by_sql(tmp_path, *statements)
    found, _ = await trail.verify()
    assert any(told in line for line in found), found


async def test_a_cut_off_end_is_still_found_when_new_entries_came_after_it(
    database: Database, trail: Trail, tmp_path: Path
) -> None:
    await lived(database)
    _, kept = await trail.verify()
    by_sql(tmp_path, "delete from audit where seq > 6")
    await lived(database)
    await trail.link()
    found, _ = await trail.verify()
    assert any("is not the one that was kept outside" in line for line in found), found
    (tmp_path / HEAD_FILE).unlink()
    assert any("is missing" in line for line in (await trail.verify())[0])
    assert any("is not the one that was kept outside" in line for line in (await trail.verify(kept))[0])


async def test_every_entry_is_linked_once_when_two_link_at_the_same_time(database: Database, tmp_path: Path) -> None:
    second = database_of(database.url)
    await migrate(second)
    await lived(database)
    await lived(second)
    async with database.write() as one:
        await audit.link(one)
    async with second.write() as two:
        assert (await audit.link(two)).seq == 18
    assert (await Trail(second, tmp_path / "elsewhere").verify())[0] != []
    await second.close()
