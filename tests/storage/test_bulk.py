"""Tickets written together at the end come out as if each had been written at once."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from casework.casebook import ConflictError
from casework.need import Need, need_to_json
from casework.staff import Role
from casework.ticket import Event, Ticket
from storage import staff
from storage.casebook import Tickets
from storage.database import Database

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)


async def filed(database: Database, count: int = 1) -> list[Ticket]:
    async with database.write() as connection:
        await staff.add(connection, "王芳", Role.WORKER, "652328")
        book = Tickets(connection, NOW)
        need = need_to_json(Need(("meals",), place="652328"))
        event = Event("filed", NOW, "resident:webchat:r", {"need": need, "reporter": "webchat:r"})
        return [await book.file([event]) for _ in range(count)]


def given() -> Event:
    return Event("dispatched", NOW + timedelta(minutes=1), "system", {"to": 1, "name": "王芳"})


async def test_waiting_writes_come_out_as_if_written_at_once(database: Database) -> None:
    numbers = [ticket.number for ticket in await filed(database, 3)]
    async with database.write() as connection:
        book = Tickets(connection, NOW, bulk=True)
        for number in numbers:
            ticket = await book.ticket(number)
            assert ticket is not None
            ticket = await book.append(ticket, [given()])
            await book.append(ticket, [Event("accepted", NOW, "staff:1", {"by": 1, "name": "王芳"})])
        assert [len(t.events) for t in await book.of_reporter("webchat:r")] == [1, 1, 1]
        await book.flush()
    async with database.read() as connection:
        kept = await Tickets(connection, NOW).of_staff((await staff.everyone(connection))[0])
    assert [(t.number, t.state, len(t.events)) for t in kept] == [(number, "accepted", 3) for number in numbers]


async def test_load_counts_what_still_waited(database: Database) -> None:
    first, second = await filed(database, 2)
    async with database.write() as connection:
        book = Tickets(connection, NOW, bulk=True)
        known = await book.ticket(first.number)
        assert known is not None
        await book.append(known, [given()])
        assert (await book.past(second, {1})).load == {1: 1.0}


async def test_conflict_is_told_when_the_thread_has_grown_meanwhile(database: Database) -> None:
    [ticket] = await filed(database)
    async with database.write() as connection:
        book = Tickets(connection, NOW, bulk=True)
        known = await book.ticket(ticket.number)
        assert known is not None
        await book.append(known, [given()])
        await Tickets(connection, NOW).append(ticket, [given()])
        with pytest.raises(ConflictError):
            await book.flush()
