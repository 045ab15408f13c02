"""One after the other for each name, in this process: who waits for their own conversation holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
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
