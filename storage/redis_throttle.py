"""How often somebody may do something, counted by Redis for all processes of a house."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.throttle import Limit, Throttle

log = logging.getLogger(__name__)
ANSWER_SECONDS = 0.3
"""Somebody waits for the answer with a message in hand: whoever counts no quicker is passed over."""
PAUSE = 10.0
"""Seconds for which a Redis that did not answer is not asked again."""
GCRA = """
local time = redis.call('TIME')
local now = tonumber(ARGV[3]) or time[1] + time[2] / 1e6
local full = math.max(tonumber(redis.call('GET', KEYS[1]) or now), now)
local wait = full - now - (ARGV[2] - ARGV[1])
if wait > 1e-6 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', full + ARGV[1]), 'PX', math.ceil((full + ARGV[1] - now) * 1000))
return '0'
"""
"""A token bucket in its one-number form (GCRA, ITU-T I.371), by Redis's own clock."""


class RedisThrottle:
    """`bot.throttle.Throttle`. While Redis is away or silent each process counts for itself, by `instead`.

    `clock` gives seconds; without one Redis's own clock counts, which is the same for all. Redis may take `patience`
    seconds to answer.
    """

    def __init__(
        self,
        redis: Redis,
        house: str,
        instead: Throttle,
        clock: Callable[[], float] | None = None,
        patience: float = ANSWER_SECONDS,
    ) -> None:
        self._clock = clock
        self._count = redis.register_script(GCRA)
        self._house = house
        self._instead = instead
        self._patience = patience
        self._silent_until = 0.0

    async def allow(self, key: str, limit: Limit) -> float:
        if self._now() < self._silent_until:
            return await self._instead.allow(key, limit)
        if self._silent_until:
            # One finds out whether it is back, and keeps the others from waiting with them.
            self._silent_until = self._now() + PAUSE
        try:
            async with asyncio.timeout(self._patience):
                wait = await self._counted(key, limit)
        except (RedisError, OSError) as error:  # also TimeoutError
            self._silent_until = self._now() + PAUSE
            log.warning("Redis cannot be asked how much is allowed (%s)", type(error).__name__)
            return await self._instead.allow(key, limit)
        self._silent_until = 0.0
        return wait

    async def _counted(self, key: str, limit: Limit) -> float:
        each, now = limit.seconds / limit.times, self._clock() if self._clock else ""
        return float(await self._count(keys=[f"lianzhu:{self._house}:{key}"], args=[each, limit.seconds, now]))

    def _now(self) -> float:
        return (self._clock or time.monotonic)()
