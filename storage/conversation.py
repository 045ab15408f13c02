"""What was said to the bot, and where each conversation stands."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import and_, bindparam, func, insert, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import INCOMING, Address, Incoming, Logged
from storage.outbox import ERASED
from storage.parcel import COLUMNS, parcel_of
from storage.seal import SealError
from storage.sealed import or_error
from storage.table import conversation, inbox, outbox

log = logging.getLogger(__name__)
LONGEST_WAIT = timedelta(minutes=2)
"""More than anybody waits for the rest of a need; a moment further off was set before the clock went back."""


@dataclass(slots=True)
class Standing:
    """One conversation: the dialogs' state (plain JSON), and messages (inbox ids) waiting for the rest of a need."""

    address: Address
    state: dict[str, Any] = field(default_factory=dict)
    language: str = "zh"
    name: str = ""
    gathered: list[int] = field(default_factory=list)
    flush_at: datetime | None = None
    tidy_at: datetime | None = None
    """When to look whether it is to be forgotten."""
    new: bool = True

    def finished(self, now: datetime) -> bool:
        """Whether gathered messages have waited long enough."""
        return self.flush_at is not None and not now < self.flush_at <= now + LONGEST_WAIT


_AT = and_(conversation.c.channel == bindparam("to"), conversation.c.conversation == bindparam("whom"))
_MESSAGE = and_(
    inbox.c.channel == bindparam("to"),
    inbox.c.conversation == bindparam("whom"),
    inbox.c.external_id == bindparam("external"),
)
# Built once: that costs more than SQLite needs to run them.
_ROW_OF = select(inbox.c.id).where(_MESSAGE)
_SAME = (inbox.c.channel, inbox.c.conversation, inbox.c.external_id)
_REMEMBER = {
    "sqlite": sqlite.insert(inbox).on_conflict_do_nothing(index_elements=_SAME).returning(inbox.c.id),
    "postgresql": postgresql.insert(inbox).on_conflict_do_nothing(index_elements=_SAME).returning(inbox.c.id),
}
_STANDING, _LANGUAGE = select(conversation).where(_AT), select(conversation.c.language).where(_AT)
_OPEN = (conversation.c.language, conversation.c.gathered, conversation.c.flush_at, conversation.c.tidy_at)
_SAID = or_error(inbox)
_PLAIN = select(*_OPEN).where(_AT)
_BEGIN = insert(conversation)
_KEPT = ("state", "language", "name", "gathered", "flush_at")
_WAITING = select(conversation.c.channel, conversation.c.conversation).order_by(conversation.c.flush_at)
_DUE = _WAITING.where(conversation.c.flush_at <= bindparam("now")).limit(bindparam("most"))
_FROM_BEFORE = _WAITING.where(conversation.c.flush_at > bindparam("latest")).limit(bindparam("most"))
_KEEP = update(conversation).where(_AT).values({name: bindparam(name) for name in _KEPT})


async def remember(connection: AsyncConnection, incoming: Incoming) -> int | None:
    """Keep a message; returns its row, or None when this very message (address and external id) was kept before."""
    values = {
        "channel": incoming.address.channel,
        "conversation": incoming.address.conversation,
        "external_id": incoming.external_id,
        "at": incoming.at,
        "payload": INCOMING.dump_python(incoming, mode="json", exclude_defaults=True),
    }
    row: int | None = (await connection.execute(_REMEMBER[connection.dialect.name], values)).scalar()
    return row


async def last_heard(connection: AsyncConnection, address: Address) -> datetime | None:
    """When this conversation last wrote or pressed anything."""
    own = (inbox.c.channel == address.channel) & (inbox.c.conversation == address.conversation)
    at: datetime | None = (await connection.execute(select(func.max(inbox.c.at)).where(own))).scalar()
    return at


async def language_of(connection: AsyncConnection, address: Address) -> str:
    """The language in which this conversation was last answered, empty where it was never heard."""
    return str((await connection.execute(_LANGUAGE, _named(address))).scalar() or "")


async def row_of(connection: AsyncConnection, address: Address, external_id: str) -> int | None:
    """The row of a message kept before, None if there is none."""
    row = (await connection.execute(_ROW_OF, {**_named(address), "external": external_id})).first()
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
    return [INCOMING.validate_python(row.payload) for row in rows if row.payload]


async def standing(connection: AsyncConnection, address: Address) -> Standing:
    """Where a conversation stands; a new one stands at the beginning."""
    row = (await connection.execute(_STANDING, _named(address))).first()
    if row is None:
        return Standing(address)
    return Standing(
        address, dict(row.state), row.language, row.name, list(row.gathered), row.flush_at, row.tidy_at, new=False
    )


async def readable(connection: AsyncConnection, address: Address) -> Standing:
    """Where a conversation stands; one of which that cannot be opened any more stands at the beginning, in its own
    language."""
    try:
        return await standing(connection, address)
    except SealError as error:
        log.error("where a conversation by %s stands cannot be read, it begins anew: %s", address.channel, error)
        row = (await connection.execute(_PLAIN, _named(address))).one()
        plain = row.language, "", list(row.gathered), row.flush_at, row.tidy_at
        return Standing(address, {}, *plain, new=False)


async def keep_standing(connection: AsyncConnection, kept: Standing) -> None:
    """Write back where a conversation stands."""
    values = {
        "state": kept.state,
        "language": kept.language,
        "name": kept.name,
        "gathered": kept.gathered,
        "flush_at": kept.flush_at,
        "tidy_at": kept.tidy_at,
    }
    if kept.new:
        key = {"channel": kept.address.channel, "conversation": kept.address.conversation}
        await connection.execute(_BEGIN, {**key, **values})
        kept.new = False
        return
    await connection.execute(_KEEP, {**_named(kept.address), **values})


async def due_to_flush(connection: AsyncConnection, now: datetime, most: int) -> list[Address]:
    """Conversations whose gathered messages have waited long enough, who has waited longest first."""
    # Two questions, each a stretch of the index in its order.
    asked = ((_DUE, {"now": now}), (_FROM_BEFORE, {"latest": now + LONGEST_WAIT}))
    rows = [row for query, values in asked for row in (await connection.execute(query, {**values, "most": most})).all()]
    return [Address(row.channel, row.conversation) for row in rows[:most]]


async def next_flush(connection: AsyncConnection) -> datetime | None:
    """When the next gathered messages are due, None when nobody's are."""
    due: datetime | None = (await connection.execute(select(func.min(conversation.c.flush_at)))).scalar()
    return due


async def history(connection: AsyncConnection, address: Address, limit: int) -> list[Logged]:
    """The last lines of a conversation in both directions, oldest first; of the outgoing ones those already sent. Those
    that cannot be read are left out."""
    said = select(*_SAID).where(inbox.c.channel == address.channel, inbox.c.conversation == address.conversation)
    told = select(*COLUMNS).where(
        outbox.c.channel == address.channel,
        outbox.c.conversation == address.conversation,
        outbox.c.delivery.is_not(None),
    )
    incoming = (await connection.execute(said.order_by(inbox.c.id.desc()).limit(limit))).all()
    outgoing = (await connection.execute(told.order_by(outbox.c.delivery.desc()).limit(limit))).all()
    lines = [
        Logged("in", row.at, external_id=row.external_id, incoming=INCOMING.validate_python(row.payload))
        for row in incoming
        if row.payload and not isinstance(row.payload, SealError)  # what was erased is an empty row
    ] + [
        Logged("out", parcel.created_at, id=parcel.delivery, reply=parcel.reply)
        for parcel in (parcel_of(row) for row in outgoing if row.payload != ERASED)
        if parcel.unread is None
    ]
    lines.sort(key=lambda line: (line.at, line.direction == "out", line.id))
    return lines[-limit:]


def _named(address: Address) -> dict[str, object]:
    return {"to": address.channel, "whom": address.conversation}
