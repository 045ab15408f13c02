"""Drains the outbox: claims what may go now, hands it to its channel, and settles what came of it.

At least once, under a stable key; nothing is marked sent before the channel said so. A failed message holds back the
rest of its conversation, so order holds; it never holds back another conversation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Outcome, Retry, Sender, Sent
from casework.calendar import quiet_until
from storage import outbox
from storage.database import Database, StorageError
from storage.outbox import Parcel

log = logging.getLogger(__name__)
HOLD = timedelta(minutes=2)
"""How long a claim lasts; a relay that died gives its messages back by that."""
AT_ONCE = 40
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
PATIENCE = timedelta(days=3)
"""A channel may be out of reach this long before a message is parked."""
IDLE = 1.0
"""Seconds between two looks when nobody wakes the relay."""


class Relay:
    """One relay for all channels given to it."""

    def __init__(
        self, database: Database, senders: Mapping[str, Sender], now: Callable[[], datetime], woken: asyncio.Event
    ) -> None:
        self._database = database
        self._senders = senders
        self._now = now
        self._woken = woken

    async def recover(self) -> None:
        """Take back at once what a relay before this one had claimed when it was killed. On the embedded database there
        is one relay for a channel, so whatever is claimed at the start belongs to nobody any more; elsewhere claims run
        out by themselves."""
        if self._database.embedded:
            async with self._database.write() as connection:
                await outbox.release(connection, list(self._senders))

    async def run(self) -> None:
        """Until cancelled. The database being away is waited out."""
        await self.recover()
        under_way: set[asyncio.Task[None]] = set()
        while True:
            self._woken.clear()
            try:
                parcels = await self._claim(AT_ONCE - len(under_way))
            except StorageError:
                log.exception("the relay cannot reach the database; trying again")
                parcels = []
            under_way |= {asyncio.create_task(self._carry(parcel)) for parcel in parcels}
            waiter = asyncio.create_task(self._woken.wait())
            await asyncio.wait({*under_way, waiter}, timeout=IDLE, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()
            under_way = {task for task in under_way if not task.done()}

    async def drain(self) -> None:
        """Send what may go now, message after message, until nothing is left that could go at once."""
        while parcels := await self._claim(AT_ONCE):
            await asyncio.gather(*(self._carry(parcel) for parcel in parcels))

    async def _claim(self, limit: int) -> list[Parcel]:
        if limit <= 0:
            return []
        async with self._database.read() as connection:
            due = await outbox.next_due(connection, list(self._senders))
        if due is None or due > self._now():
            return []
        morning = quiet_until(self._now())
        async with self._database.write() as connection:
            if morning is not None:
                await outbox.hold(connection, self._now(), morning)
            return await outbox.claim(connection, list(self._senders), self._now(), HOLD, limit)

    async def _carry(self, parcel: Parcel) -> None:
        try:
            outcome = await self._senders[parcel.address.channel].send(parcel.address, parcel.reply, parcel.key)
        except Exception as error:
            log.exception("sending by %s failed", parcel.address.channel)
            outcome = Retry(type(error).__name__)
        try:
            async with self._database.write() as connection:
                await self._settle(connection, parcel, outcome)
        except StorageError:
            # Not settled: the claim runs out and the message goes again under the same key.
            log.exception("the relay could not note what became of a message")
        self._woken.set()

    async def _settle(self, connection: AsyncConnection, parcel: Parcel, outcome: Outcome) -> None:
        now = self._now()
        if isinstance(outcome, Sent):
            await outbox.sent(connection, parcel, now, outcome.reference)
        elif isinstance(outcome, Retry) and now - parcel.created_at < PATIENCE:
            await outbox.retry(connection, parcel, now + pause(parcel.attempts, outcome.after), outcome.reason)
        else:
            log.warning("a message by %s is parked: %s", parcel.address.channel, outcome.reason)
            await outbox.park(connection, parcel, now, outcome.reason)


def pause(attempts: int, demanded: float | None) -> timedelta:
    """How long to wait before the next try: what the channel demands, else twice as long each time."""
    if demanded is not None:
        return timedelta(seconds=demanded)
    doublings: int = 2 ** min(attempts, 16)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
