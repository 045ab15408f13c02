"""What must not be kept any longer is forgotten by itself: in bounded batches, each one transaction, found by what is
still there, so that a run that was broken off is simply gone on with."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.book import Book
from bot.dossier import EXPORT
from bot.message import Address
from casework.attached import files_of
from casework.dossier import asked_by
from casework.retention import Keeping
from storage import erasure, lock, retention, staff
from storage.database import Database
from storage.volunteer import Volunteers

log = logging.getLogger(__name__)
BATCH = 50
"""Tickets or conversations of one transaction: residents wait no longer than for one of these."""
EVERY = timedelta(hours=1)
"""How often it is looked whether something is to be forgotten."""
BY = "system"
OpenBook = Callable[[AsyncConnection], Book]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule of `casework/data/retention.toml`: `due` counts what it would forget, `batch` forgets some of it and
    returns how many. What cannot be read is not counted, or a run would never end."""

    name: str
    due: Callable[[AsyncConnection, datetime], Awaitable[int]]
    batch: Callable[[AsyncConnection, datetime], Awaitable[int]]


class Tidying:
    """All rules over one database. `folder` is that of the files' bytes."""

    def __init__(
        self, database: Database, book: OpenBook, now: Callable[[], datetime], keeping: Keeping, folder: Path
    ) -> None:
        self._database = database
        self._book = book
        self._now = now
        self._keeping = keeping
        self._folder = folder
        self._next: datetime | None = None
        self._overwritten = 0

    @property
    def rules(self) -> tuple[Rule, ...]:
        """In the order in which they are run."""
        kept = self._keeping
        return (
            # First, because a conversation is known as long as a file of it is kept.
            Rule("attachments", self._attachments_due, self._attachments),
            Rule("dialogs", retention.dialogs_due, self._dialogs),
            Rule("messages", lambda c, now: retention.messages_due(c, kept.messages.before(now)), self._messages),
            Rule("requests", retention.requests_due, self._requests),
            Rule("tickets", lambda c, now: retention.tickets_due(c, kept.tickets.before(now)), self._tickets),
            Rule("volunteers", self._volunteers_due, self._volunteers),
            Rule("exports", lambda c, now: retention.exports_due(c, kept.exports.before(now), EXPORT), self._exports),
        )

    async def run_if_due(self) -> int:
        """Now and then everything; in between the bytes of what was forgotten just now."""
        now = self._now()
        if self._next is not None and now < self._next:
            return await self.sweep()
        self._next = now + EVERY
        return sum((await self.run()).values())

    async def run(self) -> dict[str, int]:
        """Everything that is due, rule by rule; how much each forgot."""
        done = {rule.name: await self._whole(rule) for rule in self.rules}
        await self.sweep()
        return done

    async def due(self) -> dict[str, int]:
        """How much each rule would forget now."""
        async with self._database.read() as connection:
            return {rule.name: await rule.due(connection, self._now()) for rule in self.rules}

    async def sweep(self) -> int:
        """Remove the bytes whose rows are gone; returns how many files."""
        count = 0
        while True:
            async with self._database.read() as connection:
                paths = await erasure.doomed(connection, BATCH)
                last = await erasure.last(connection)
            if last != self._overwritten and await self._database.overwrite():
                self._overwritten = last
            if not paths:
                return count
            for path in paths:
                with contextlib.suppress(FileNotFoundError):
                    await asyncio.to_thread((self._folder / path).unlink)
            async with self._database.write() as connection:
                await erasure.removed(connection, paths)
            count += len(paths)

    async def _whole(self, rule: Rule) -> int:
        total = 0
        while True:
            async with self._database.write() as connection:
                await lock.alone(connection, "tidying")
                count = await rule.batch(connection, self._now())
            total += count
            if count < BATCH:
                return total
            await asyncio.sleep(0)

    async def _dialogs(self, connection: AsyncConnection, now: datetime) -> int:
        found = await retention.dialogs(connection, now, BATCH)
        for address, heard in found:
            due = self._keeping.dialogs.after(heard) if heard else now
            if due > now:
                await retention.look_again(connection, address, due)
                continue
            await erasure.conversation_state(connection, address, name=False)
            last = await retention.last_ticket(connection, address)
            # What the staff say and send belongs to the tickets they work on, and goes with those.
            if last.open or await staff.at_address(connection, address) is not None:
                await retention.look_again(connection, address, self._keeping.dialogs.after(now))
            elif last.ended is not None and (until := self._keeping.messages.after(last.ended)) > now:
                await retention.look_again(connection, address, until)
            else:
                await self._forget(connection, address, now)
        return len(found)

    async def _forget(self, connection: AsyncConnection, address: Address, now: datetime) -> None:
        files = await self._book(connection).dossier.files_in_tickets(str(address))
        lines = await erasure.conversation_words(connection, address, files)
        await erasure.log(connection, BY, "dialogs", "conversation", {"lines": lines}, now)
        if files:
            # By what was told here it is known to which tickets these belong.
            await retention.look_again(connection, address, self._keeping.dialogs.after(now))
        else:
            await erasure.conversation_address(connection, address)

    async def _messages(self, connection: AsyncConnection, now: datetime) -> int:
        numbers = await retention.messages(connection, self._keeping.messages.before(now), BATCH)
        book = self._book(connection)
        tickets = await book.several(numbers)
        for ticket in tickets:
            for each in (ticket, *await book.absorbed(ticket)):
                await erasure.ticket_messages(connection, each.number)
                await retention.messages_gone(connection, each.number)
        if numbers:
            await erasure.log(connection, BY, "messages", "tickets", {"numbers": numbers}, now)
        return len(tickets)

    async def _attachments_due(self, connection: AsyncConnection, now: datetime) -> int:
        return len(await self._old_files(connection, now, retention.MOST_COUNTED))

    async def _attachments(self, connection: AsyncConnection, now: datetime) -> int:
        return await self._remove(connection, "attachments", await self._old_files(connection, now, BATCH), now)

    async def _old_files(self, connection: AsyncConnection, now: datetime, limit: int) -> list[str]:
        before = self._keeping.attachments.before(now)
        # A file waits for its ticket to be filed no longer than for a dialog to be forgotten.
        numbers = await retention.open_tickets(connection, self._keeping.dialogs.after(before))
        book = self._book(connection)
        tickets = [each for one in await book.several(numbers) for each in (one, *await book.absorbed(one))]
        kept = {file for each in tickets for file in files_of(each.events)}
        return await retention.attachments(connection, before, limit, kept=kept, but=EXPORT)

    async def _exports(self, connection: AsyncConnection, now: datetime) -> int:
        before = self._keeping.exports.before(now)
        return await self._remove(
            connection, "exports", await retention.exports(connection, before, EXPORT, BATCH), now
        )

    async def _remove(self, connection: AsyncConnection, why: str, ids: list[str], now: datetime) -> int:
        await erasure.remove_files(connection, ids)
        if ids:
            await erasure.log(connection, BY, why, "files", {"files": len(ids)}, now)
        return len(ids)

    async def _requests(self, connection: AsyncConnection, now: datetime) -> int:
        """Whoever asked to be forgotten while they were still being helped."""
        numbers = await retention.requests(connection, BATCH)
        book = self._book(connection)
        tickets = await book.several(numbers)
        for ticket in tickets:
            for each in (ticket, *await book.absorbed(ticket)):
                for address in asked_by(each):
                    await book.dossier.erase_ticket(each.number, BY, "request", of=address)
        return len(tickets)

    async def _tickets(self, connection: AsyncConnection, now: datetime) -> int:
        numbers = await retention.tickets(connection, self._keeping.tickets.before(now), BATCH)
        book = self._book(connection)
        tickets = await book.several(numbers)
        for ticket in tickets:
            for each in (*await book.absorbed(ticket), ticket):
                await erasure.anonymise(connection, each.number, BY, "tickets", now)
        return len(tickets)

    async def _volunteers_due(self, connection: AsyncConnection, now: datetime) -> int:
        before = self._keeping.volunteers.before(now)
        return len(await Volunteers(connection, now).long_gone(before, retention.MOST_COUNTED))

    async def _volunteers(self, connection: AsyncConnection, now: datetime) -> int:
        people = Volunteers(connection, now)
        gone = await people.long_gone(self._keeping.volunteers.before(now), BATCH)
        for each in gone:
            await people.forget(each)
            await erasure.log(connection, BY, "volunteers", f"volunteer {each}", {}, now)
        return len(gone)
