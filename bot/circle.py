"""The circle of one transaction, complete: what storage keeps of volunteers, and the telling by way of the outbox."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.colleague import accounts
from bot.dialogs import volunteer_notice as telling
from bot.dialogs.turn import Sign
from bot.message import Address
from casework.volunteer import Word
from locales.text import Texts
from storage import outbox
from storage.volunteer import Volunteers

Considerate = Callable[[Address], Awaitable[outbox.Leave]]
"""When something that is not urgent may reach somebody."""


class BookCircle(Volunteers):
    """Volunteers, and the telling of them."""

    def __init__(
        self, connection: AsyncConnection, now: datetime, texts: Texts, sign: Sign, leave: Considerate
    ) -> None:
        super().__init__(connection, now)
        self._leave = leave
        self._texts = texts
        self._sign = sign

    async def tell_volunteer(self, word: Word) -> None:
        address = Address.parse(word.volunteer.address)
        say = self._texts.say(next(iter(word.volunteer.languages), "zh"))
        reply = telling.for_volunteer(word, address, say, self._sign)
        await outbox.put(self.connection, address, [reply], self._now, leave=await self._leave(address))

    async def tell_staff(self, staff_id: int, word: Word) -> None:
        for address, say in await accounts(self.connection, staff_id, self._texts):
            reply = telling.for_staff(word, address, say, self._sign)
            await outbox.put(self.connection, address, [reply], self._now)
