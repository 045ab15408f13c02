"""Drains the outbox: claims what may go now, hands it to its channel, and settles what came of it.

At least once, under a stable key; nothing is marked sent before the channel said so. A failed message holds back the
rest of its conversation, so order holds; it never holds back another conversation.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import log as lines
from bot.message import Address, Outcome, Retry, Sender, Sent, Undeliverable
from bot.metric import DELIVERY, SENDS, THROTTLED, yes_no
from casework.calendar import quiet_until
from storage import outbox
from storage.database import Database, StorageError
from storage.parcel import Parcel, Unread

log = logging.getLogger(__name__)
HOLD = timedelta(seconds=20)
"""How long a claim lasts if it is not renewed; a relay that died gives its messages back by that."""
RENEW = timedelta(seconds=5)
"""How often a claim is renewed while its message is under way, however long the channel takes."""
AT_ONCE = 40
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=5)
PATIENCE = timedelta(days=3)
"""A channel may be out of reach this long before a message is parked."""
ELSEWHERE = 16
"""Tries, three quarters of an hour, after which a message that another process might have read is parked."""
IDLE = 1.0
"""Seconds between two looks when nobody wakes the relay."""
Carried = tuple[Parcel, Outcome]
"""A message and what became of it."""


class Relay:
    """One relay for all channels given to it, which share its AT_ONCE messages under way. `delivered` is called with
    the address of every message that was sent, once that is noted."""

    def __init__(
        self,
        database: Database,
        senders: Mapping[str, Sender],
        now: Callable[[], datetime],
        woken: asyncio.Event,
        delivered: Callable[[Address], None] = lambda address: None,
        turned: Callable[[], None] = lambda: None,
    ) -> None:
        self._database = database
        self._senders = senders
        self._now = now
        self._woken = woken
        self._delivered = delivered
        self._turned = turned
        self._hold_on_at = 0.0

    async def recover(self) -> None:
        """Take back at once what a relay before this one had claimed when it was killed. On the embedded database there
        is one relay for a channel, so whatever is claimed at the start belongs to nobody any more; elsewhere claims run
        out by themselves."""
        if self._database.embedded:
            async with self._database.write() as connection:
                await outbox.release(connection, list(self._senders))

    async def run(self) -> None:
        """Until cancelled. The database being away is waited out."""
        under_way: dict[asyncio.Task[Carried], Parcel] = {}
        done: list[Carried] = []
        while True:
            self._turned()
            parcels: list[Parcel] = []
            try:
                await self._hold_on([*under_way.values(), *(parcel for parcel, _ in done)])
                parcels = await self._exchange(done, AT_ONCE - len(under_way))
                done = []
            except StorageError:
                # Not noted yet: tried again with whatever is done by then, before the claims run out.
                log.exception("the relay cannot reach the database; trying again")
                await asyncio.sleep(IDLE)
            under_way |= {asyncio.create_task(self._carry(parcel)): parcel for parcel in parcels}
            waiter = asyncio.create_task(self._woken.wait())
            await asyncio.wait({*under_way, waiter}, timeout=IDLE, return_when=asyncio.FIRST_COMPLETED)
            waiter.cancel()
            done += [task.result() for task in under_way if task.done()]
            under_way = {task: parcel for task, parcel in under_way.items() if not task.done()}

    async def drain(self) -> None:
        """Send what may go now, message after message, until nothing is left that could go at once."""
        done: list[Carried] = []
        while parcels := await self._exchange(done, AT_ONCE):
            done = await asyncio.gather(*(self._carry(parcel) for parcel in parcels))

    async def _exchange(self, done: Sequence[Carried], limit: int) -> list[Parcel]:
        """Note what became of messages and claim the next ones, in one transaction. It is a lazy one: after a power cut
        a message may go again under the same key, which it may anyway."""
        woken = self._woken.is_set()
        self._woken.clear()
        if not done and not woken and not await self._anything_due():
            return []
        morning = quiet_until(self._now())
        async with self._database.write(lazy=True) as connection:
            await self._settle(connection, done)
            if morning is not None:
                await outbox.hold(connection, self._now(), morning)
            parcels = await outbox.claim(connection, list(self._senders), self._now(), HOLD, limit) if limit > 0 else []
        for parcel, outcome in done:
            _count(parcel, outcome, self._now())
            if isinstance(outcome, Sent):
                self._delivered(parcel.address)
        return parcels

    async def _hold_on(self, held: Sequence[Parcel]) -> None:
        """Renew the claims on what takes long, before anybody takes this relay for dead; at first take back those of
        the one before."""
        clock = asyncio.get_running_loop().time
        if clock() < self._hold_on_at:
            return
        if not self._hold_on_at:
            await self.recover()
        if held:
            async with self._database.write() as connection:
                await outbox.renew(connection, [parcel.id for parcel in held], self._now() + HOLD)
        self._hold_on_at = clock() + RENEW.total_seconds()

    async def _anything_due(self) -> bool:
        async with self._database.read() as connection:
            return await outbox.any_due(connection, list(self._senders), self._now())

    async def _carry(self, parcel: Parcel) -> Carried:
        with lines.about(parcel.key[:8]):
            return parcel, await self._send(parcel)

    async def _send(self, parcel: Parcel) -> Outcome:
        if parcel.unread is not None:
            return _unreadable(parcel, parcel.unread)
        try:
            return await self._senders[parcel.address.channel].send(parcel.address, parcel.reply, parcel.key)
        except Exception as error:
            log.exception("sending by %s failed", parcel.address.channel)
            return Retry(type(error).__name__)

    async def _settle(self, connection: AsyncConnection, done: Sequence[Carried]) -> None:
        now = self._now()
        taken = [(parcel, outcome.reference) for parcel, outcome in done if isinstance(outcome, Sent)]
        await outbox.sent(connection, taken, now)
        for parcel, outcome in done:
            if isinstance(outcome, Sent):
                continue
            if isinstance(outcome, Retry) and _patient(parcel, now):
                await outbox.retry(connection, parcel, now + pause(parcel.attempts, outcome.after), outcome.reason)
                continue
            log.warning("a message by %s is parked: %s", parcel.address.channel, outcome.reason)
            await outbox.park(connection, parcel, now, outcome.reason)


def _count(parcel: Parcel, outcome: Outcome, now: datetime) -> None:
    """Into the metrics."""
    channel = parcel.address.channel
    if isinstance(outcome, Sent):
        SENDS.labels(channel, "sent").inc()
        waited = now - (parcel.created_at if parcel.attempts else parcel.due_at)
        DELIVERY.labels(yes_no(parcel.urgent)).observe(max(0.0, waited.total_seconds()))
    else:
        SENDS.labels(channel, "retry" if isinstance(outcome, Retry) and _patient(parcel, now) else "parked").inc()
        if isinstance(outcome, Retry) and outcome.after is not None:
            THROTTLED.labels(channel).inc()


def _unreadable(parcel: Parcel, unread: Unread) -> Outcome:
    log.warning("a message by %s is not sent: %s", parcel.address.channel, unread.reason)
    if unread.elsewhere and parcel.attempts < ELSEWHERE:
        return Retry(unread.reason)
    return Undeliverable(unread.reason)


def _patient(parcel: Parcel, now: datetime) -> bool:
    return now - parcel.created_at < PATIENCE


def pause(attempts: int, demanded: float | None) -> timedelta:
    """How long to wait before the next try: what the channel demands, else twice as long each time."""
    if demanded is not None:
        return timedelta(seconds=demanded)
    doublings: int = 2 ** min(attempts, 16)
    return min(FIRST_PAUSE * doublings, LONGEST_PAUSE)
