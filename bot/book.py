"""The casebook of one transaction, complete: what storage keeps, and people told by way of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.circle import BookCircle
from bot.colleague import words_of
from bot.dialogs import notice as telling
from bot.dialogs.turn import Sign
from bot.dossier import BookDossier
from bot.message import Address, Attachment, Reply
from bot.outing import BookTrips
from casework.calendar import quiet_until
from casework.casebook import Notice
from casework.duplicate import Suggestion, comparable, suggestions
from casework.merge import may_compare
from casework.pace import Pace
from casework.retention import Keeping
from casework.retention import keeping as built_in
from casework.staff import Staff
from casework.ticket import Ticket
from catalogue.person_name import name_forms
from locales.text import Texts
from storage import attachment, conversation, erasure, outbox, staff
from storage.casebook import Tickets
from storage.outbox import AT_ONCE, Leave

STILL_AWAKE = timedelta(hours=1)
"""Whoever wrote within this time is awake, and is answered at night too."""


class Book(Tickets):
    """Tickets, and the telling of people. With `bulk` messages too wait for `flush`."""

    def __init__(
        self,
        connection: AsyncConnection,
        now: datetime,
        texts: Texts,
        sign: Sign,
        *,
        bulk: bool = False,
        pace: Pace | None = None,
        keeping: Keeping | None = None,
        files: Path | None = None,
    ) -> None:
        super().__init__(connection, now, bulk=bulk, pace=pace)
        self._messages: list[dict[str, object]] = []
        self._texts = texts
        self._sign = sign
        self._keeping = keeping or built_in()
        self._folder = files
        self._colleagues: dict[int, tuple[Staff, list[Address]] | None] = {}
        self._known: dict[tuple[str | int, int], list[Ticket]] = {}

    async def of_reporter(self, address: str, limit: int = 20) -> list[Ticket]:
        """Read once until a thread grows: on the way to its answer a message is looked at by several dialogs."""
        if (address, limit) not in self._known:
            self._known[address, limit] = await super().of_reporter(address, limit)
        return self._known[address, limit]

    async def of_staff(self, staff: Staff, limit: int = 200) -> list[Ticket]:
        """Read once until a thread grows."""
        if (staff.id, limit) not in self._known:
            self._known[staff.id, limit] = await super().of_staff(staff, limit)
        return self._known[staff.id, limit]

    async def _insert(self, rows: Sequence[dict[str, Any]]) -> None:
        self._known.clear()
        await super()._insert(rows)

    async def alike(self, ticket: Ticket) -> list[Suggestion]:
        if not comparable(ticket.need):
            return []
        found = suggestions(ticket, await self.near(ticket), self.now, name_forms)
        whole = {each.number: each for each in await self.several([each.ticket.number for each in found])}
        return [replace(each, ticket=whole[each.ticket.number]) for each in found if each.ticket.number in whole]

    @property
    def circle(self) -> BookCircle:
        """The volunteers."""
        return BookCircle(self.connection, self.now, self._texts, self._sign, self._leave)

    @property
    def trips(self) -> BookTrips:
        """The trips of the mobile service."""
        return BookTrips(self.connection, self.now, self._texts, self._sign)

    @property
    def dossier(self) -> BookDossier:
        """What is kept of one person, and their rights over it."""
        return BookDossier(self, self._texts, self._keeping, self._folder)

    async def tell_staff(self, staff_id: int, notice: Notice) -> None:
        """To the desk, and to every account bound to that person."""
        known = await self._colleague(staff_id)
        if known is None:
            return
        person, addresses = known
        say = words_of(person, self._texts)
        files = await self._files(notice.attachments)
        found = await self.alike(notice.ticket) if notice.key == "assigned" else []
        alike = [each for each in found if may_compare(notice.ticket, each.ticket, person)]
        for address in addresses:
            replies = telling.for_staff(notice, staff_id, address, say, self._sign, files, alike)
            await self._put(address, replies, urgent=notice.ticket.urgent)

    async def _colleague(self, staff_id: int) -> tuple[Staff, list[Address]] | None:
        """Who that is and where they are told things, asked once in a transaction; None for who has left."""
        if self._bulk and not self._colleagues:
            bound = await staff.bound(self.connection)
            self._colleagues |= {
                person.id: (person, [staff.desk_of(person.id), *bound.get(person.id, ())])
                for person in await self.roster()
            }
        if staff_id not in self._colleagues:
            person = await staff.find(self.connection, staff_id)
            found = (person, await staff.addresses(self.connection, staff_id)) if person else None
            self._colleagues[staff_id] = found
        return self._colleagues[staff_id]

    async def tell_resident(self, notice: Notice, *, to: str = "") -> None:
        files = await self._files(notice.attachments)
        urgent = notice.ticket.urgent
        for each in notice.ticket.reporters:
            # Whoever was forgotten is told nothing any more.
            if to in ("", each.address) and not each.address.startswith(f"{erasure.GONE}:"):
                address = Address.parse(each.address)
                # As the bot answers them now: whoever chose another language since they asked may read no other.
                language = await conversation.language_of(self.connection, address)
                say = self._texts.say(language if language in self._texts.languages else each.language)
                replies = telling.for_resident(notice, address, say, self._sign, files)
                leave = AT_ONCE if urgent else await self._leave(address)
                await self._put(address, replies, urgent=urgent, leave=leave)

    async def flush(self) -> None:
        """Write what waits. Raises what `Tickets.flush` raises."""
        await super().flush()
        messages, self._messages = self._messages, []
        await outbox.put_rows(self.connection, messages)

    async def _put(self, address: Address, replies: Sequence[Reply], *, urgent: bool, leave: Leave = AT_ONCE) -> None:
        if urgent:
            # It wakes them, and must not stand in line behind what waits there for the morning: whoever is of the staff
            # may be a resident or a volunteer too.
            await outbox.wake(self.connection, address, self.now)
        self._messages += await outbox.prepare(self.connection, address, replies, self.now, urgent=urgent, leave=leave)
        if not self._bulk:
            await self.flush()

    async def _leave(self, address: Address) -> Leave:
        """By day; at night only to somebody who has just written."""
        morning = quiet_until(self.now)
        if morning is None:
            return Leave(by_day=True)
        heard = await conversation.last_heard(self.connection, address)
        awake = heard is not None and self.now - heard < STILL_AWAKE
        return AT_ONCE if awake else Leave(morning, by_day=True)

    async def _files(self, ids: Sequence[str]) -> list[Attachment]:
        return await attachment.load(self.connection, ids) if ids else []
