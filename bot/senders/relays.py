"""Relays beside one another, each with channels of its own: one that is slow or away holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

from bot.senders.relay import Relay


class Relays:
    """Several relays as one; no two of them have a channel in common."""

    def __init__(self, each: Sequence[Relay]) -> None:
        self._each = each

    async def recover(self) -> None:
        """As `Relay.recover`."""
        for relay in self._each:
            await relay.recover()

    async def run(self) -> None:
        """Until cancelled."""
        async with asyncio.TaskGroup() as group:
            for relay in self._each:
                group.create_task(relay.run())

    async def drain(self) -> None:
        """As `Relay.drain`, on all channels."""
        await asyncio.gather(*(relay.drain() for relay in self._each))
