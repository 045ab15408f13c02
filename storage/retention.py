"""What is to be forgotten by now: found by indexes, a bounded batch at a time, oldest first."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, and_, func, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Address
from casework.ticket import State
from storage import conversation as heard
from storage.erasure import ALL, MESSAGES, NOTHING, RECORD
from storage.table import attachment, conversation, ticket, ticket_reporter
from storage.ticket_query import OPEN

MOST_COUNTED = 100_000
"""More than this is not counted one by one before anything is done."""


@dataclass(frozen=True, slots=True)
class Last:
    """Whether any ticket of an address is open, and when the last of them ended."""

    open: bool
    ended: datetime | None


async def dialogs_due(connection: AsyncConnection, now: datetime) -> int:
    query = select(func.count()).select_from(conversation).where(conversation.c.tidy_at <= now)
    return int((await connection.execute(query)).scalar_one())


async def dialogs(connection: AsyncConnection, now: datetime, limit: int) -> list[tuple[Address, datetime | None]]:
    """Conversations to look at, each with when it was last heard of."""
    query = select(conversation.c.channel, conversation.c.conversation).where(conversation.c.tidy_at <= now)
    query = query.order_by(conversation.c.tidy_at).limit(limit).with_for_update(skip_locked=True)
    addresses = [Address(row.channel, row.conversation) for row in (await connection.execute(query)).all()]
    return [(each, await heard.last_heard(connection, each)) for each in addresses]


async def look_again(connection: AsyncConnection, address: Address, at: datetime) -> None:
    """Look at a conversation again then."""
    own = and_(conversation.c.channel == address.channel, conversation.c.conversation == address.conversation)
    await connection.execute(update(conversation).where(own).values(tidy_at=at))


async def last_ticket(connection: AsyncConnection, address: Address) -> Last:
    """How the tickets of whoever is at an address stand; a merged one stands as the one in which it goes on."""
    own = select(ticket.c.state, ticket.c.ended_at).join(ticket_reporter, ticket_reporter.c.ticket_id == ticket.c.id)
    rows = (await connection.execute(own.where(ticket_reporter.c.address == str(address)))).all()
    rows = [row for row in rows if row.state != State.MERGED.value]
    ended = [row.ended_at for row in rows if row.ended_at is not None]
    return Last(any(row.ended_at is None for row in rows), max(ended, default=None))


async def messages_due(connection: AsyncConnection, before: datetime) -> int:
    return await _count(connection, _untouched(before))


async def messages(connection: AsyncConnection, before: datetime, limit: int) -> list[str]:
    """Tickets ended before a moment of which messages still say something."""
    return await _numbers(connection, _untouched(before), limit)


async def messages_gone(connection: AsyncConnection, number: str) -> None:
    own = and_(ticket.c.number == number, ticket.c.tidied == NOTHING)
    await connection.execute(update(ticket).where(own).values(tidied=MESSAGES))


async def requests_due(connection: AsyncConnection, now: datetime) -> int:
    return await _count(connection, _asked())


async def requests(connection: AsyncConnection, limit: int) -> list[str]:
    """Ended tickets of people who have asked to be forgotten."""
    return await _numbers(connection, _asked(), limit)


async def tickets_due(connection: AsyncConnection, before: datetime) -> int:
    return await _count(connection, _known(before))


async def tickets(connection: AsyncConnection, before: datetime, limit: int) -> list[str]:
    """Tickets ended before a moment in which somebody is still known."""
    return await _numbers(connection, _known(before), limit)


async def open_tickets(connection: AsyncConnection, before: datetime) -> list[str]:
    """Tickets filed before a moment that have not ended yet."""
    query = select(ticket.c.number).where(ticket.c.state.in_(OPEN), ticket.c.created_at < before)
    return list((await connection.execute(query)).scalars())


async def attachments(
    connection: AsyncConnection, before: datetime, limit: int, *, kept: Collection[str], but: str
) -> list[str]:
    """Files that came before a moment, other than `kept`, and not of the type `but`."""
    query = select(attachment.c.id).where(attachment.c.created_at < before, attachment.c.mime != but)
    rows = (await connection.execute(query.order_by(attachment.c.created_at).limit(limit + len(kept)))).scalars()
    return [each for each in rows if each not in kept][:limit]


async def exports_due(connection: AsyncConnection, before: datetime, mime: str) -> int:
    return len(await exports(connection, before, mime, MOST_COUNTED))


async def exports(connection: AsyncConnection, before: datetime, mime: str, limit: int) -> list[str]:
    """Files of this type made before a moment."""
    query = select(attachment.c.id).where(attachment.c.created_at < before, attachment.c.mime == mime)
    return list((await connection.execute(query.order_by(attachment.c.created_at).limit(limit))).scalars())


def _untouched(before: datetime) -> ColumnElement[bool]:
    return and_(ticket.c.tidied == NOTHING, ticket.c.ended_at < before)


def _asked() -> ColumnElement[bool]:
    return and_(ticket.c.erase_asked, ticket.c.ended_at.is_not(None), ticket.c.tidied < RECORD)


def _known(before: datetime) -> ColumnElement[bool]:
    return and_(ticket.c.tidied.in_(range(ALL)), ticket.c.ended_at < before)


async def _count(connection: AsyncConnection, where: ColumnElement[bool]) -> int:
    return int((await connection.execute(select(func.count()).select_from(ticket).where(where))).scalar_one())


async def _numbers(connection: AsyncConnection, where: ColumnElement[bool], limit: int) -> list[str]:
    query = select(ticket.c.number).where(where).order_by(ticket.c.ended_at).limit(limit)
    return list((await connection.execute(query.with_for_update(skip_locked=True))).scalars())
