"""An inbox in memory, which can be told to fail or to wait."""

from __future__ import annotations

import asyncio

from bot.message import Incoming

GUARD = 30
"""Seconds after which a test gives up waiting; far more than anything takes."""


class Kept:
    """Keeps each external id once, as storage does.

    `failures` is how often it refuses whatever comes; a message with the text `refused` is refused until that changes;
    a message with the text `slow` waits for `gate`. `tries` are the texts of everything handed over, refused or not.
    """

    def __init__(self) -> None:
        self.messages: list[Incoming] = []
        self.tries: list[str] = []
        self.failures = 0
        self.refused = ""
        self.slow = ""
        self.gate = asyncio.Event()
        self._changed = asyncio.Condition()

    async def receive(self, incoming: Incoming) -> None:
        self.tries.append(incoming.text)
        if self.slow and incoming.text == self.slow:
            await self.gate.wait()
        if self.failures > 0 or (self.refused and incoming.text == self.refused):
            self.failures -= 1
            raise OSError("the storage is away")
        if incoming.external_id not in [kept.external_id for kept in self.messages if kept.address == incoming.address]:
            self.messages.append(incoming)
        async with self._changed:
            self._changed.notify_all()

    async def until(self, count: int) -> list[Incoming]:
        """The messages, once so many are kept."""
        async with asyncio.timeout(GUARD), self._changed:
            await self._changed.wait_for(lambda: len(self.messages) >= count)
        return self.messages

    @property
    def texts(self) -> list[str]:
        """The texts of the messages kept."""
        return [message.text for message in self.messages]
