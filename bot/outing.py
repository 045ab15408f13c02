"""The trips of one transaction, complete: what storage keeps, and whoever leads one told by way of the outbox."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.colleague import accounts
from bot.dialogs import trip_notice as telling
from bot.dialogs.turn import Sign
from casework.trip import Outing
from locales.text import Texts
from storage import outbox
from storage.trip import TripRows


class BookTrips(TripRows):
    """Trips, and the telling of their leaders."""

    def __init__(self, connection: AsyncConnection, now: datetime, texts: Texts, sign: Sign) -> None:
        super().__init__(connection, now)
        self._texts = texts
        self._sign = sign

    async def tell_leader(self, outing: Outing, key: str) -> None:
        for address, say in await accounts(self.connection, outing.trip.leader, self._texts):
            reply = telling.for_leader(outing, key, address, say, self._sign)
            await outbox.put(self.connection, address, [reply], self._now)
