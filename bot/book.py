"""The casebook of one transaction, complete: what storage keeps, and people told by way of the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.circle import BookCircle
from bot.dialogs import notice as telling
from bot.dialogs.turn import Sign
from bot.message import Address, Attachment
from casework.calendar import quiet_until
from casework.casebook import Notice
from locales.text import Texts
from storage import attachment, conversation, outbox, staff
from storage.casebook import Tickets

STILL_AWAKE = timedelta(hours=1)
"""Whoever wrote within this time is awake, and is answered at night too."""


class Book(Tickets):
    """Tickets, and the telling of people."""

    def __init__(self, connection: AsyncConnection, now: datetime, texts: Texts, sign: Sign) -> None:
        super().__init__(connection, now)
        self._texts = texts
        self._sign = sign

    @property
    def circle(self) -> BookCircle:
        """The volunteers."""
        return BookCircle(self.connection, self.now, self._texts, self._sign, self._morning)

    async def tell_staff(self, staff_id: int, notice: Notice) -> None:
        """To the desk, and to every account bound to that person."""
        person = await staff.find(self.connection, staff_id)
        if person is None:
            return
        language = next((code for code in person.languages if code in self._texts.languages), "zh")
        files = await self._files(notice.attachments)
        for address in await staff.addresses(self.connection, staff_id):
            replies = telling.for_staff(notice, staff_id, address, self._texts.say(language), self._sign, files)
            await outbox.put(self.connection, address, replies, self.now, urgent=notice.ticket.urgent)

    async def tell_resident(self, notice: Notice) -> None:
        address = Address.parse(notice.ticket.reporter)
        files = await self._files(notice.attachments)
        say = self._texts.say(notice.ticket.language)
        replies = telling.for_resident(notice, address, say, self._sign, files)
        urgent, morning = notice.ticket.urgent, None if notice.ticket.urgent else await self._morning(address)
        await outbox.put(self.connection, address, replies, self.now, urgent=urgent, not_before=morning)

    async def _morning(self, address: Address) -> datetime | None:
        """When the quiet hours end, if it is night and the person has not just written."""
        heard = await conversation.last_heard(self.connection, address)
        awake = heard is not None and self.now - heard < STILL_AWAKE
        return None if awake else quiet_until(self.now)

    async def _files(self, ids: Sequence[str]) -> list[Attachment]:
        return await attachment.load(self.connection, ids) if ids else []
