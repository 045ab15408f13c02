"""How often somebody may do something, counted by Redis for all processes of a house."""

from __future__ import annotations

import logging
from collections.abc import Callable

from redis.asyncio import Redis
from redis.exceptions import RedisError

from bot.throttle import Limit, Throttle

log = logging.getLogger(__name__)
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
    """`bot.throttle.Throttle`. While Redis is away each process counts for itself, by `instead`. `clock` gives seconds;
    without one Redis's own clock counts, which is the same for all."""

    def __init__(self, redis: Redis, house: str, instead: Throttle, clock: Callable[[], float] | None = None) -> None:
        self._clock = clock
        self._count = redis.register_script(GCRA)
        self._house = house
        self._instead = instead

    async def allow(self, key: str, limit: Limit) -> float:
        try:
            each, now = limit.seconds / limit.times, self._clock() if self._clock else ""
            return float(await self._count(keys=[f"lianzhu:{self._house}:{key}"], args=[each, limit.seconds, now]))
        except (RedisError, OSError) as error:
            log.warning("Redis cannot be asked how much is allowed (%s)", type(error).__name__)
            return await self._instead.allow(key, limit)
