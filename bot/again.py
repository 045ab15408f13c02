"""Doing a transaction again when another process came between, in one place for everybody who decides something."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from typing import TypeVar

from bot.metric import CONFLICTS
from casework.casebook import ConflictError
from storage.database import StorageError, clashed

Result = TypeVar("Result")
TRIES = 8
LONGEST_PAUSE = 0.2
"""Seconds; each pause is by chance, so that two who met do not meet again."""


async def again(step: Callable[[], Awaitable[Result]]) -> Result:
    """What `step` gives: one whole transaction that reads, decides and writes. It is undone and done anew when somebody
    else changed the same ticket meanwhile; after TRIES its error is raised."""
    for _ in range(TRIES - 1):
        try:
            return await step()
        except (ConflictError, StorageError) as error:
            if not isinstance(error, ConflictError) and not clashed(error):
                raise
        CONFLICTS.inc()
        await asyncio.sleep(random.uniform(0, LONGEST_PAUSE))  # noqa: S311 - no secret hangs on it
    return await step()
