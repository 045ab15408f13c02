"""Messages reach an open page in the order they were sent, also when their rows appear in another."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.message import Address, Reply
from storage import lock, outbox
from storage.database import Database
from tests.keys import database_of

NOW = datetime(2026, 3, 3, 4, tzinfo=UTC)
PAGE = Address("webchat", "r")
HOLD = timedelta(minutes=2)
GUARD = 60.0


async def send_all(database: Database) -> None:
    async with database.write() as connection:
        while parcels := await outbox.claim(connection, ["webchat"], NOW, HOLD, 10):
            await outbox.sent(connection, [(parcel, "") for parcel in parcels], NOW)


async def read(database: Database, after: int) -> list[tuple[int, str]]:
    async with database.read() as connection:
        return [(each.delivery, each.reply.text) for each in await outbox.delivered_after(connection, PAGE, after)]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_an_open_page_misses_nothing_when_an_earlier_row_appears_later(database: Database) -> None:
    async with database.write() as slow:
        await outbox.put(slow, PAGE, [Reply("慢的")], NOW)
        async with database.write() as quick:
            await outbox.put(quick, PAGE, [Reply("快的")], NOW)
        await send_all(database)
        assert await read(database, 0) == [(1, "快的")]
    await send_all(database)
    assert await read(database, 1) == [(2, "慢的")]


async def test_every_page_counts_for_itself_when_many_are_written_to(database: Database) -> None:
    async with database.write() as connection:
        for number in range(3):
            await outbox.put(connection, Address("webchat", "other"), [Reply(str(number))], NOW)
        await outbox.put(connection, PAGE, [Reply("一"), Reply("二")], NOW)
    await send_all(database)
    assert await read(database, 0) == [(1, "一"), (2, "二")]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_what_another_relay_claims_is_passed_over_when_two_claim_at_once(database: Database) -> None:
    async with database.write() as connection:
        for person in ("a", "b"):
            await outbox.put(connection, Address("webchat", person), [Reply(person)], NOW)
    async with database.write() as one, database.write() as other:
        first = await outbox.claim(one, ["webchat"], NOW, HOLD, 1)
        second = await asyncio.wait_for(outbox.claim(other, ["webchat"], NOW, HOLD, 10), GUARD)
        assert [[each.reply.text for each in claimed] for claimed in (first, second)] == [["a"], ["b"]]


async def test_one_after_the_other_when_two_hold_the_same_name(database: Database) -> None:
    order: list[str] = []

    async def hold(name: str, steps: int) -> None:
        async with database.write() as connection:
            await lock.alone(connection, "somebody")
            order.append(f"{name} begins")
            for _ in range(steps):
                await asyncio.sleep(0)
            order.append(f"{name} ends")

    await asyncio.gather(hold("one", 50), hold("two", 1))
    assert [each.split()[1] for each in order] == ["begins", "ends", "begins", "ends"]


@pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)
async def test_the_next_is_the_one_when_the_one_before_is_gone(database: Database) -> None:
    entered = asyncio.Event()

    async def second() -> None:
        async with lock.only_one(other, "poller"):
            entered.set()

    other = database_of(database.url)
    try:
        async with lock.only_one(database, "poller") as lost:
            waiting = asyncio.create_task(second())
            await asyncio.sleep(0.2)
            assert not entered.is_set()
            assert not lost.is_set()
        await asyncio.wait_for(waiting, GUARD)
    finally:
        await other.close()
    assert entered.is_set()


async def test_a_message_is_claimed_once_when_the_clock_of_another_relay_is_behind(database: Database) -> None:
    async with database.write() as connection:
        await outbox.put(connection, PAGE, [Reply("一")], NOW)
    for behind in (timedelta(0), timedelta(milliseconds=5), timedelta(seconds=1), timedelta(seconds=30)):
        async with database.write() as connection:
            claimed = await outbox.claim(connection, ["webchat"], NOW - behind, HOLD, 10)
        assert len(claimed) == (0 if behind else 1), behind


async def test_a_claim_is_over_when_it_was_made_before_the_clock_went_back(database: Database) -> None:
    async with database.write() as connection:
        await outbox.put(connection, PAGE, [Reply("一")], NOW)
        await outbox.claim(connection, ["webchat"], NOW, HOLD, 10)
    async with database.write() as connection:
        assert len(await outbox.claim(connection, ["webchat"], NOW - timedelta(hours=1), HOLD, 10)) == 1
