"""Redis: wakes the processes of a house when there is something for them.

Nothing is kept here and nothing depends on it: without it everybody looks by themselves, a second or two later.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff
from redis.exceptions import RedisError

log = logging.getLogger(__name__)
WAITING = 10_000
"""Signals that may wait to be sent; more are dropped, since whoever they were for looks by themselves."""
ANSWER_SECONDS = 5.0
FIRST_PAUSE, LONGEST_PAUSE = 0.5, 10.0
"""Seconds between two attempts to reach a Redis that is away."""


class RedisWire:
    """`bot.wire.Wire` over Redis publish/subscribe. `house` keeps several deployments on one Redis apart."""

    def __init__(self, url: str, house: str) -> None:
        self._redis = Redis.from_url(
            url,
            decode_responses=True,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_timeout=ANSWER_SECONDS,
            health_check_interval=30,
            retry=Retry(NoBackoff(), 0),
        )
        self._channel = f"lianzhu:{house}"
        self._waiting: asyncio.Queue[str] = asyncio.Queue(WAITING)
        self._carries = False

    @property
    def client(self) -> Redis:
        """The connection, for whoever else needs Redis."""
        return self._redis

    def tell(self, signal: str) -> None:
        """Send a signal to every process of the house, this one too, as soon as Redis takes it."""
        try:
            self._waiting.put_nowait(signal)
        except asyncio.QueueFull:
            return

    async def run(self, heard: Callable[[str], None]) -> None:
        """Send and hear until cancelled. Redis being away is waited out."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._lasting(self._send))
            group.create_task(self._lasting(lambda: self._hear(heard)))

    def carries(self) -> bool:
        """Whether Redis was heard of a moment ago."""
        return self._carries

    async def alive(self) -> bool:
        """Whether Redis answers."""
        try:
            return bool(await self._redis.ping())
        except (RedisError, OSError):
            return False

    async def close(self) -> None:
        await self._redis.aclose()

    async def _lasting(self, work: Callable[[], object]) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                await work()  # type: ignore[misc]  # both are coroutine functions
                pause = FIRST_PAUSE
            except (RedisError, OSError) as error:
                log.warning("Redis cannot be reached (%s); next try in %.1f s", type(error).__name__, pause)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LONGEST_PAUSE)

    async def _send(self) -> None:
        signal = await self._waiting.get()
        signals = {signal}
        while not self._waiting.empty():
            signals.add(self._waiting.get_nowait())
        async with self._redis.pipeline(transaction=False) as pipe:
            for each in signals:
                pipe.publish(self._channel, each)
            await pipe.execute()

    async def _hear(self, heard: Callable[[str], None]) -> None:
        clock = asyncio.get_running_loop().time
        async with self._redis.pubsub() as news:
            await news.subscribe(self._channel)
            answered = clock()
            try:
                while True:
                    message = await news.get_message(timeout=ANSWER_SECONDS / 2)
                    if message is not None:
                        answered, self._carries = clock(), True
                        self._read(message, heard)
                    elif clock() - answered > ANSWER_SECONDS:
                        raise TimeoutError
                    else:
                        await news.ping()
            finally:
                self._carries = False

    def _read(self, message: dict[str, object], heard: Callable[[str], None]) -> None:
        if message["type"] == "subscribe":
            # What was said while nobody listened may be about anything.
            heard("")
        elif message["type"] == "message":
            heard(str(message["data"]))
