"""Everything that is kept of whoever is at one address."""

from __future__ import annotations

from typing import Any

from sqlalchemy import and_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Address
from storage.table import attachment, inbox, outbox, ticket, ticket_reporter


async def numbers_of(connection: AsyncConnection, address: str) -> list[str]:
    """Every ticket that this address ever asked for and is still named in, oldest first."""
    joined = select(ticket_reporter.c.ticket_id).where(ticket_reporter.c.address == address)
    query = select(ticket.c.number).where((ticket.c.reporter == address) | ticket.c.id.in_(joined))
    return list((await connection.execute(query.order_by(ticket.c.id))).scalars())


async def told_of(connection: AsyncConnection, address: Address) -> list[str]:
    """Every ticket of which anything was ever told at this address: those that somebody of the staff works or worked on
    too, and those that whoever is there no longer asks for."""
    there = and_(outbox.c.channel == address.channel, outbox.c.conversation == address.conversation)
    query = select(outbox.c.ticket).where(there, outbox.c.ticket != "").distinct()
    return list((await connection.execute(query)).scalars())


async def sent(connection: AsyncConnection, address: Address) -> list[str]:
    """The ids of the files that came from this address and are still kept."""
    there = and_(attachment.c.channel == address.channel, attachment.c.conversation == address.conversation)
    return list((await connection.execute(select(attachment.c.id).where(there))).scalars())


async def said(connection: AsyncConnection, address: Address) -> list[dict[str, Any]]:
    """What was said to the bot from here, oldest first: when, and in which words."""
    query = select(inbox.c.at, inbox.c.payload).where(
        inbox.c.channel == address.channel, inbox.c.conversation == address.conversation
    )
    rows = (await connection.execute(query.order_by(inbox.c.id))).all()
    return [{"at": row.at.isoformat(), "text": text} for row in rows if (text := row.payload.get("text", ""))]
