"""What was said to the bot, and where each conversation stands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, and_, func, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import INCOMING, REPLY, Address, Incoming, Logged
from storage.table import conversation, inbox, outbox


@dataclass(slots=True)
class Standing:
    """One conversation: the dialogs' state (plain JSON), and messages (inbox ids) waiting for the rest of a need."""

    address: Address
    state: dict[str, Any] = field(default_factory=dict)
    language: str = "zh"
    name: str = ""
    gathered: list[int] = field(default_factory=list)
    flush_at: datetime | None = None
    new: bool = True


async def remember(connection: AsyncConnection, incoming: Incoming) -> int | None:
    """Keep a message; returns its row, or None when this very message (address and external id) was kept before."""
    if await row_of(connection, incoming.address, incoming.external_id) is not None:
        return None
    values = {
        "channel": incoming.address.channel,
        "conversation": incoming.address.conversation,
        "external_id": incoming.external_id,
        "at": incoming.at,
        "payload": INCOMING.dump_python(incoming, mode="json", exclude_defaults=True),
    }
    result = await connection.execute(insert(inbox).values(values).returning(inbox.c.id))
    return int(result.scalar_one())


async def last_heard(connection: AsyncConnection, address: Address) -> datetime | None:
    """When this conversation last wrote or pressed anything."""
    own = (inbox.c.channel == address.channel) & (inbox.c.conversation == address.conversation)
    at: datetime | None = (await connection.execute(select(func.max(inbox.c.at)).where(own))).scalar()
    return at


async def language_of(connection: AsyncConnection, address: Address) -> str:
    """The language in which this conversation was last answered, empty where it was never heard."""
    query = select(conversation.c.language).where(_at(address))
    return str((await connection.execute(query)).scalar() or "")


async def row_of(connection: AsyncConnection, address: Address, external_id: str) -> int | None:
    """The row of a message kept before, None if there is none."""
    row = (await connection.execute(select(inbox.c.id).where(_message(address, external_id)))).first()
    return int(row.id) if row else None


async def replace_text(connection: AsyncConnection, row_id: int, text: str) -> None:
    """The person edited a message that still waits: keep the new wording in its place."""
    [old] = await messages(connection, [row_id])
    payload = INCOMING.dump_python(replace(old, text=text), mode="json", exclude_defaults=True)
    await connection.execute(update(inbox).where(inbox.c.id == row_id).values(payload=payload))


async def messages(connection: AsyncConnection, ids: Sequence[int]) -> list[Incoming]:
    """The messages of these inbox rows, in order."""
    if not ids:
        return []
    rows = (await connection.execute(select(inbox).where(inbox.c.id.in_(list(ids))).order_by(inbox.c.id))).all()
    return [INCOMING.validate_python(row.payload) for row in rows]


async def standing(connection: AsyncConnection, address: Address) -> Standing:
    """Where a conversation stands; a new one stands at the beginning."""
    row = (await connection.execute(select(conversation).where(_at(address)))).first()
    if row is None:
        return Standing(address)
    return Standing(address, dict(row.state), row.language, row.name, list(row.gathered), row.flush_at, new=False)


async def keep_standing(connection: AsyncConnection, kept: Standing) -> None:
    """Write back where a conversation stands."""
    values = {
        "state": kept.state,
        "language": kept.language,
        "name": kept.name,
        "gathered": kept.gathered,
        "flush_at": kept.flush_at,
    }
    if kept.new:
        key = {"channel": kept.address.channel, "conversation": kept.address.conversation}
        await connection.execute(insert(conversation).values({**key, **values}))
        kept.new = False
        return
    await connection.execute(update(conversation).where(_at(kept.address)).values(values))


async def due_to_flush(connection: AsyncConnection, now: datetime) -> list[Address]:
    """Conversations whose gathered messages have waited long enough."""
    query = select(conversation.c.channel, conversation.c.conversation).where(conversation.c.flush_at <= now)
    return [Address(row.channel, row.conversation) for row in (await connection.execute(query)).all()]


async def next_flush(connection: AsyncConnection) -> datetime | None:
    """When the next gathered messages are due, None when nobody's are."""
    due: datetime | None = (await connection.execute(select(func.min(conversation.c.flush_at)))).scalar()
    return due


async def history(connection: AsyncConnection, address: Address, limit: int) -> list[Logged]:
    """The last lines of a conversation in both directions, oldest first; of the outgoing ones those already sent."""
    said = select(inbox).where(inbox.c.channel == address.channel, inbox.c.conversation == address.conversation)
    told = select(outbox).where(
        outbox.c.channel == address.channel,
        outbox.c.conversation == address.conversation,
        outbox.c.delivery.is_not(None),
    )
    incoming = (await connection.execute(said.order_by(inbox.c.id.desc()).limit(limit))).all()
    outgoing = (await connection.execute(told.order_by(outbox.c.delivery.desc()).limit(limit))).all()
    lines = [
        Logged("in", row.at, external_id=row.external_id, incoming=INCOMING.validate_python(row.payload))
        for row in incoming
    ] + [Logged("out", row.created_at, id=row.delivery, reply=REPLY.validate_python(row.payload)) for row in outgoing]
    lines.sort(key=lambda line: (line.at, line.direction == "out", line.id))
    return lines[-limit:]


def _at(address: Address) -> ColumnElement[bool]:
    return and_(conversation.c.channel == address.channel, conversation.c.conversation == address.conversation)


def _message(address: Address, external_id: str) -> ColumnElement[bool]:
    return and_(
        inbox.c.channel == address.channel,
        inbox.c.conversation == address.conversation,
        inbox.c.external_id == external_id,
    )
