"""Updates side by side: one chat in order, chats independent of one another, nothing confirmed that was not kept.

Knows nothing of a channel's library; the numbers are Telegram's update ids.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

log = logging.getLogger(__name__)
Item = TypeVar("Item")


@dataclass(frozen=True, slots=True)
class Backoff:
    """Seconds to wait after a failure: `first`, doubled each time, never above `most`."""

    first: float = 1.0
    most: float = 30.0

    def after(self, failures: int) -> float:
        """Seconds to wait after that many failures in a row (from 1)."""
        return min(self.most, self.first * 2.0 ** min(failures - 1, 30))


class Lanes(Generic[Item]):
    """Hands numbered items to `keep`, each until it returns without an error.

    One lane (a chat) is taken in order, different lanes concurrently. Use it inside a running event loop.
    """

    def __init__(self, keep: Callable[[Item], Awaitable[None]], backoff: Backoff) -> None:
        self._keep = keep
        self._backoff = backoff
        self._lanes: dict[str, deque[tuple[int, Item]]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._pending: set[int] = set()
        self._kept: set[int] = set()
        self._next: int | None = None
        self._idle = asyncio.Event()
        self._idle.set()

    def offset(self) -> int | None:
        """The lowest number not yet kept, from which to ask for updates; None before the first one.

        To be read just before asking: what it leaves behind is thereby confirmed and forgotten here.
        """
        if not self._pending:
            self._kept.clear()
            return self._next
        lowest = min(self._pending)
        self._kept = {kept for kept in self._kept if kept > lowest}
        return lowest

    def add(self, number: int, lane: str, item: Item) -> None:
        """Queue an item; one that is already waiting or kept is ignored, since an unconfirmed update comes again."""
        if number in self._pending or number in self._kept:
            return
        self._pending.add(number)
        # Not the highest number ever seen: after a quiet week Telegram starts again at a random one.
        self._next = number + 1
        self._idle.clear()
        self._lanes.setdefault(lane, deque()).append((number, item))
        if lane not in self._tasks:
            self._tasks[lane] = asyncio.create_task(self._drain(lane))

    async def settle(self, seconds: float) -> None:
        """Return as soon as everything is kept, or after `seconds`."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._idle.wait()

    async def close(self) -> None:
        """Stop all lanes; what was not kept stays unconfirmed."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def _drain(self, lane: str) -> None:
        queue = self._lanes[lane]
        try:
            while queue:
                number, item = queue[0]
                await self._until_kept(number, item)
                queue.popleft()
                self._confirm(number)
        finally:
            del self._lanes[lane], self._tasks[lane]

    async def _until_kept(self, number: int, item: Item) -> None:
        failures = 0
        while True:
            try:
                return await self._keep(item)
            except Exception:
                failures += 1
                pause = self._backoff.after(failures)
                log.exception("update %d was not kept (try %d); next try in %.1f s", number, failures, pause)
                await asyncio.sleep(pause)

    def _confirm(self, number: int) -> None:
        self._pending.discard(number)
        self._kept.add(number)
        if not self._pending:
            self._idle.set()
