"""The house's clock: does what fell due for tickets, in batches, each batch one transaction."""

from __future__ import annotations

import logging
import math
from datetime import timedelta
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.again import again
from bot.book import Book
from bot.message import Address
from bot.parts import Parts
from casework import roster
from casework.clock import next_due
from casework.overdue import catch_up
from casework.ticket import Ticket
from storage import lock
from storage import roster as roster_store
from storage.database import away

log = logging.getLogger(__name__)
BATCH = 100
"""Tickets of one transaction: enough that the disk is not waited for at each, few enough that nobody waits long."""
LOOK_AGAIN_AFTER = timedelta(minutes=10)
"""When a ticket whose step failed is tried again, so that it keeps no other from its turn."""
_NOWHERE = Address("desk", "")


class Clockwork:
    """Does what is due. Any number may run at once: each passes over what another holds, and a step that another has
    done finds its ticket grown."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def run_due(self) -> int:
        """Everything that fell due by now, urgent first and oldest first; returns how many tickets were looked at."""
        await self._settle()
        looked_at = 0
        while True:
            count = await self._batch()
            looked_at += count
            if count < BATCH:
                break
        if looked_at:
            self._parts.woken(_NOWHERE)
        return looked_at

    async def until_next(self) -> float:
        """Seconds until something is due, or somebody is away or back."""
        now = self._parts.now()
        async with self._parts.database.read() as connection:
            moments = await self._book(connection).next_due(), await roster_store.next_change(connection, now)
        due = min((each for each in moments if each is not None), default=None)
        return max(0.0, (due - now).total_seconds()) if due else math.inf

    async def _settle(self) -> None:
        """Before anything else: what lies with somebody who is away goes to somebody who is there."""
        async with self._parts.database.read() as connection:
            if not await self._book(connection).adrift(1):
                return
        try:
            async with self._parts.database.write() as connection:
                await lock.alone(connection, "settle")
                await roster.settle(self._book(connection))
        except Exception as error:
            if away(error):
                raise
            log.exception("tickets of those who are away could not be moved; it is tried again later")

    async def _batch(self) -> int:
        try:
            async with self._parts.database.write() as connection:
                book = self._book(connection, bulk=True)
                tickets, count = await self._due(book)
                for ticket in tickets:
                    await _look_at(book, ticket)
                await book.flush()
                return count
        except Exception as error:
            if away(error):
                raise
            log.exception("a step that was due failed; its batch is done one by one")
            return await self._one_by_one()

    async def _one_by_one(self) -> int:
        async with self._parts.database.write() as connection:
            tickets, count = await self._due(self._book(connection))
        for ticket in tickets:
            try:
                await again(partial(self._one, ticket.number))
            except Exception as error:
                if away(error):
                    raise
                log.exception("what is due for %s failed; it is tried again later", ticket.number)
                async with self._parts.database.write() as connection:
                    await self._book(connection).settle(ticket.number, self._parts.now() + LOOK_AGAIN_AFTER)
        return count

    async def _due(self, book: Book) -> tuple[list[Ticket], int]:
        """What fell due, and how much that is with those that cannot be read, which are tried again later."""
        tickets = await book.due(BATCH)
        for number in book.unreadable:
            await book.settle(number, self._parts.now() + LOOK_AGAIN_AFTER)
        return tickets, len(tickets) + len(book.unreadable)

    async def _one(self, number: str) -> None:
        async with self._parts.database.write() as connection:
            book = self._book(connection)
            known = await book.ticket(number)
            if known is not None:
                await _look_at(book, known)

    def _book(self, connection: AsyncConnection, *, bulk: bool = False) -> Book:
        return self._parts.book(connection, bulk=bulk)


async def _look_at(book: Book, ticket: Ticket) -> None:
    after = await catch_up(book, ticket, book.pace)
    # Whatever was added to the thread has set its next moment with it.
    if after is ticket:
        due = next_due(ticket, book.pace)
        await book.settle(ticket.number, due.at if due else None)
