"""Pages that wait for news: told at once, and without asking the database again and again."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing, asynccontextmanager, contextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import event, update

from bot.handlers.webchat_lines import events
from bot.message import Address, Reply
from bot.senders.mailbox import POLL, Bell, MailboxSender, StoredMailbox
from bot.senders.relay import Relay
from storage import outbox
from storage.database import Database
from storage.table import outbox as outbox_table
from tests.talk import Town
from tests.waiting import eventually

GUARD = 60.0
NEVER = 100 * GUARD
"""A page that looked only for its sign of life would look too late."""
SOMEBODY = Address("webchat", "abc")


@contextmanager
def looks(database: Database) -> Iterator[list[str]]:
    """What is read from the outbox while the block lasts."""
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *more: Any) -> None:
        if "FROM outbox" in statement:
            asked.append(statement)

    event.listen(database.engine.sync_engine, "before_cursor_execute", note)
    try:
        yield asked
    finally:
        event.remove(database.engine.sync_engine, "before_cursor_execute", note)


@asynccontextmanager
async def page(mailbox: StoredMailbox) -> AsyncIterator[list[str]]:
    """A page that stays open; what it was told so far."""
    told: list[str] = []

    async def read() -> None:
        async with aclosing(events(mailbox, SOMEBODY, 0, asyncio.Event(), keep_alive=NEVER)) as stream:
            async for block in stream:
                told.append(block)

    reading = asyncio.create_task(read())
    try:
        yield told
    finally:
        reading.cancel()
        await asyncio.gather(reading, return_exceptions=True)


async def deliver(database: Database, count: int = 1) -> None:
    """Another process, which rings nobody here, puts in so many messages and delivers them."""
    now = datetime.now(UTC)
    async with database.write() as connection:
        await outbox.put(connection, SOMEBODY, [Reply(f"第{number}条") for number in range(count)], now)
    sender = {"webchat": MailboxSender()}
    await Relay(database, sender, lambda: datetime.now(UTC), asyncio.Event()).drain()


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
async def test_the_database_is_left_alone_when_a_page_is_silent(town: Town) -> None:
    with looks(town.app.database) as asked:
        async with page(town.app.mailbox):
            await eventually(lambda: asked, GUARD)
            await asyncio.sleep(2.5 * POLL)
    assert len(asked) <= 2


async def test_a_page_is_told_at_once_when_the_bell_rings(database: Database) -> None:
    bell = Bell()
    with looks(database) as asked:
        async with page(StoredMailbox(database, bell, lambda: True)) as told:
            await eventually(lambda: asked, GUARD)
            await deliver(database)
            bell.ring(SOMEBODY)
            await eventually(lambda: "第0条" in "".join(told), GUARD)


async def test_a_page_looks_by_itself_when_nobody_may_tell_it(database: Database) -> None:
    with looks(database) as asked:
        async with page(StoredMailbox(database, Bell(), lambda: False)) as told:
            await eventually(lambda: asked, GUARD)
            await deliver(database)
            await eventually(lambda: "第0条" in "".join(told), GUARD)


async def test_a_page_looks_by_itself_when_the_wire_breaks_while_it_waits(database: Database) -> None:
    carries = True
    with looks(database) as asked:
        async with page(StoredMailbox(database, Bell(), lambda: carries)):
            await eventually(lambda: asked, GUARD)
            carries = False
            await eventually(lambda: len(asked) >= 3, GUARD)


async def test_all_is_shown_when_more_is_unread_than_is_read_at_once(database: Database) -> None:
    await deliver(database, 250)
    async with page(StoredMailbox(database, Bell(), lambda: True)) as told:
        await eventually(lambda: "第249条" in "".join(told), GUARD)


async def test_a_page_is_told_news_when_all_that_was_said_before_is_erased(database: Database) -> None:
    await deliver(database, 250)
    async with database.write() as connection:
        await connection.execute(update(outbox_table).values(payload=outbox.ERASED))
    await deliver(database)
    async with page(StoredMailbox(database, Bell(), lambda: True)) as told:
        await eventually(lambda: "第0条" in "".join(told), GUARD)
