"""Channels without a server of their own to talk to (web chat, desk, terminal): a message is sent when it lies in the
mailbox, from which the person's page reads it as often as it must."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from bot.message import Address, Logged, Outcome, Reply, Sent
from storage import conversation, outbox
from storage.database import Database


class Bell:
    """Wakes whoever waits for an address, in this process."""

    def __init__(self) -> None:
        self._waiting: dict[Address, set[asyncio.Event]] = defaultdict(set)

    def ring(self, address: Address) -> None:
        for event in self._waiting.get(address, ()):
            event.set()

    def ring_all(self) -> None:
        for address in self._waiting:
            self.ring(address)

    @contextmanager
    def listen(self, address: Address) -> Iterator[asyncio.Event]:
        """An event that is set at every ring while the block lasts."""
        event = asyncio.Event()
        self._waiting[address].add(event)
        try:
            yield event
        finally:
            self._waiting[address].discard(event)
            if not self._waiting[address]:
                del self._waiting[address]


class MailboxSender:
    """Puts a message in the mailbox: the row itself is the mailbox, so there is nothing left to do."""

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        return Sent()

    async def close(self) -> None:
        """Nothing to close."""


POLL = 2.0
"""Seconds after which a reader looks by itself, where it may not be told of what another process has put in."""


class StoredMailbox:
    """`bot.message.Mailbox` over the outbox. `told` says whether the bell rings for all that is put in, by whomever:
    then nobody asks the database in vain."""

    def __init__(self, database: Database, bell: Bell, told: Callable[[], bool]) -> None:
        self._database = database
        self._bell = bell
        self._told = told

    async def history(self, address: Address, limit: int) -> list[Logged]:
        async with self._database.read() as connection:
            return await conversation.history(connection, address, limit)

    async def after(self, address: Address, last_id: int) -> list[Logged]:
        async with self._database.read() as connection:
            parcels = await outbox.delivered_after(connection, address, last_id)
        return [Logged("out", p.created_at, id=p.delivery, reply=p.reply) for p in parcels]

    async def wait(self, address: Address, seconds: float) -> None:
        clock = asyncio.get_running_loop().time
        end = clock() + seconds
        with self._bell.listen(address) as rung:
            while not rung.is_set() and clock() < end:
                with suppress(TimeoutError):
                    await asyncio.wait_for(rung.wait(), min(POLL, max(0.0, end - clock())))
                if not self._told():
                    return
