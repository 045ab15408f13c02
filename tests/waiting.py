"""Waiting for what nobody announces."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Callable


async def eventually(look: Callable[[], object], seconds: float, every: float = 0.01) -> None:
    """Return as soon as `look` finds something, by itself or when awaited, in looks `every` so many seconds. Raises
    TimeoutError after `seconds`."""
    async with asyncio.timeout(seconds):
        while True:
            found = look()
            if inspect.isawaitable(found):
                found = await found
            if found:
                return
            await asyncio.sleep(every)
