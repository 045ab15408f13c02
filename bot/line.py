"""Who is next, in this process: one after the other for each name, so that who waits for their own conversation holds
up no other; and only so many at a time of all, urgent ones first."""

from __future__ import annotations

import asyncio
import heapq
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager


class Lines:
    """Locks by name, kept only while somebody holds or awaits them. First come, first served."""

    def __init__(self) -> None:
        self._locks: dict[object, tuple[asyncio.Lock, int]] = {}

    @asynccontextmanager
    async def turn(self, name: object) -> AsyncIterator[None]:
        """Wait for those who came before under this name, and keep those who come after waiting."""
        lock, waiting = self._locks.get(name, (asyncio.Lock(), 0))
        self._locks[name] = lock, waiting + 1
        try:
            async with lock:
                yield
        finally:
            lock, waiting = self._locks[name]
            if waiting > 1:
                self._locks[name] = lock, waiting - 1
            else:
                del self._locks[name]

    def __len__(self) -> int:
        return len(self._locks)


class Gate:
    """Lets `width` in at a time. Of those who wait the urgent ones come first, and else who came first."""

    def __init__(self, width: int) -> None:
        self._free = width
        self._waiting: list[tuple[bool, int, asyncio.Future[None]]] = []
        self._came = 0

    @asynccontextmanager
    async def turn(self, urgent: Callable[[], bool] = lambda: False) -> AsyncIterator[None]:
        """Be inside while the block lasts. Whether it is urgent is only asked where somebody has to wait."""
        await self._enter(urgent)
        try:
            yield
        finally:
            self._leave()

    async def _enter(self, urgent: Callable[[], bool]) -> None:
        if self._free:
            self._free -= 1
            return
        self._came += 1
        called = asyncio.get_running_loop().create_future()
        heapq.heappush(self._waiting, (not urgent(), self._came, called))
        try:
            await called
        except asyncio.CancelledError:
            if called.done() and not called.cancelled():
                # Called in at the moment they went: their place is the next one's.
                self._leave()
            raise

    def _leave(self) -> None:
        while self._waiting:
            *_, called = heapq.heappop(self._waiting)
            if not called.done():
                called.set_result(None)
                return
        self._free += 1
