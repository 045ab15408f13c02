"""Signals between processes: the same for every way that they may go."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager

import pytest

from bot.message import Address
from bot.senders.mailbox import Bell
from bot.wire import NoWire, Signals, Wire
from storage.redis import RedisWire
from tests.redis import RedisServer, running
from tests.waiting import eventually

GUARD = 60.0
SOMEBODY = Address("webchat", "a:b")


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running() as server:
        yield server


@asynccontextmanager
async def process(wire: Wire) -> AsyncIterator[tuple[Signals, Bell]]:
    """One process of a house, which hears."""
    bell = Bell()
    signals = Signals(wire, bell)
    hearing = asyncio.create_task(wire.run(signals.heard))
    try:
        yield signals, bell
    finally:
        hearing.cancel()
        await asyncio.gather(hearing, return_exceptions=True)
        await wire.close()


@pytest.mark.parametrize("kind", ["alone", "redis"])
async def test_whoever_waits_in_the_same_process_is_woken_when_something_comes(kind: str, redis: RedisServer) -> None:
    async with process(RedisWire(redis.url, "here") if kind == "redis" else NoWire()) as (signals, bell):
        mine, others = signals.relay(["webchat"]), signals.relay(["telegram"])
        with bell.listen(SOMEBODY) as rung:
            signals.ring(SOMEBODY)
            signals.work(SOMEBODY)
            signals.gathered()
            assert rung.is_set()
            assert mine.is_set()
            assert signals.gather.is_set()
        mine.clear()
        # Whoever has cleared theirs has not cleared that of another channel, which looks too.
        await asyncio.wait_for(others.wait(), GUARD)


async def test_whoever_waits_in_another_process_is_woken_when_something_comes(redis: RedisServer) -> None:
    here, there, elsewhere = (RedisWire(redis.url, house) for house in ("one", "one", "two"))
    async with process(here) as (signals, _), process(there) as (other, bell), process(elsewhere) as (foreign, _):
        # The first sign of life: it is subscribed from now on.
        woken, not_meant = other.relay(["webchat"]), foreign.relay(["webchat"])
        await asyncio.gather(*(asyncio.wait_for(each.wait(), GUARD) for each in (woken, not_meant)))
        for each in (woken, not_meant):
            each.clear()
        with bell.listen(SOMEBODY) as rung:
            signals.ring(SOMEBODY)
            signals.work(SOMEBODY)
            await asyncio.wait_for(rung.wait(), GUARD)
            await asyncio.wait_for(woken.wait(), GUARD)
        assert not not_meant.is_set()


async def test_nobody_else_looks_when_the_process_does_its_own_work(redis: RedisServer) -> None:
    here, there = (RedisWire(redis.url, "five") for _ in range(2))
    async with process(here) as (signals, _), process(there) as (other, bell):
        woken = other.relay(["webchat"])
        await asyncio.wait_for(woken.wait(), GUARD)
        for each in (woken, other.gather):
            each.clear()
        mine, signals.gathers = signals.relay(["webchat"]), True
        with bell.listen(SOMEBODY) as rung:
            signals.work(SOMEBODY)
            signals.gathered()
            signals.ring(SOMEBODY)
            # It came after the others would have come.
            await asyncio.wait_for(rung.wait(), GUARD)
        assert mine.is_set()
        assert not woken.is_set()
        assert not other.gather.is_set()


async def test_signals_go_on_when_redis_was_away(redis: RedisServer) -> None:
    async with process(RedisWire(redis.url, "three")) as (signals, _), process(RedisWire(redis.url, "three")) as (b, _):
        woken = b.relay(["webchat"])
        await asyncio.wait_for(woken.wait(), GUARD)
        redis.stop()
        assert not await signals.wire.alive()
        woken.clear()
        for _ in range(20_000):
            signals.work(SOMEBODY)
        redis.start()
        # What may have been missed counts as a signal.
        await asyncio.wait_for(woken.wait(), GUARD)
        await eventually(signals.wire.alive, GUARD)


async def test_pages_look_by_themselves_when_redis_stands_still(redis: RedisServer) -> None:
    async with process(RedisWire(redis.url, "four")) as (signals, bell):
        await eventually(signals.wire.carries, GUARD)
        redis.stand_still()
        await eventually(lambda: not signals.wire.carries(), GUARD)
        with bell.listen(SOMEBODY) as rung:
            redis.go_on()
            # What was put in meanwhile is looked for by every page.
            await asyncio.wait_for(rung.wait(), GUARD)
        assert signals.wire.carries()


def test_nobody_is_told_of_others_when_there_is_no_wire() -> None:
    assert not NoWire().carries()
