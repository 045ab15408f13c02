"""A Redis that accepts and does not answer, as one does whose machine stands still: whoever writes is not kept."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.throttle import Limit, MemoryThrottle
from storage.redis import RedisWire
from storage.redis_throttle import PAUSE, RedisThrottle
from tests.redis import running
from tests.waiting import eventually

GUARD = 60.0
ONCE = Limit(1, 3600)
MANY = Limit(1000, 60)


@dataclass
class Watch:
    """A clock of seconds, ours to move."""

    at: float = 1000.0

    def __call__(self) -> float:
        return self.at


@dataclass
class Silent:
    """A server that takes what comes and says nothing."""

    socket: Path
    asked: int = 0

    async def take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.asked += 1
        await reader.read()
        writer.close()


@asynccontextmanager
async def silent(folder: Path) -> AsyncIterator[Silent]:
    opened = Silent(folder / "redis")
    async with await asyncio.start_unix_server(opened.take, opened.socket):
        yield opened


@asynccontextmanager
async def counting(url: str, watch: Watch) -> AsyncIterator[RedisThrottle]:
    """What the house counts with."""
    wire = RedisWire(url, "house")
    yield RedisThrottle(wire.client, "house", MemoryThrottle(watch), watch)
    await wire.close()


async def test_one_question_is_waited_for_when_redis_is_silent(tmp_path: Path) -> None:
    watch = Watch()
    async with silent(tmp_path) as redis, counting(f"unix://{redis.socket}", watch) as throttle:
        for _ in range(10):
            assert await throttle.allow("k", MANY) == 0.0
        assert redis.asked == 1
        watch.at += PAUSE - 0.1
        await throttle.allow("k", MANY)
        assert redis.asked == 1


async def test_one_asks_for_all_when_redis_may_be_back(tmp_path: Path) -> None:
    watch = Watch()
    async with silent(tmp_path) as redis, counting(f"unix://{redis.socket}", watch) as throttle:
        await throttle.allow("k", MANY)
        watch.at += PAUSE
        await asyncio.gather(*(throttle.allow("k", MANY) for _ in range(10)))
        assert redis.asked == 2


async def test_limits_hold_for_all_processes_again_when_redis_goes_on() -> None:
    here, there = Watch(), Watch()
    with running() as redis:
        async with counting(redis.url, here) as one, counting(redis.url, there) as other:
            redis.stand_still()
            assert [await each.allow("k", ONCE) > 0 for each in (one, other, one)] == [False, False, True]
            redis.go_on()
            keys = (f"new {number}" for number in itertools.count())

            async def together() -> bool:
                here.at = there.at = here.at + PAUSE
                key = next(keys)
                return [await each.allow(key, ONCE) > 0 for each in (one, other)] == [False, True]

            await eventually(together, GUARD)
