"""Messages on their way out. A row is written with its turn and leaves only when the channel has taken it."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Row,
    Update,
    and_,
    bindparam,
    case,
    exists,
    func,
    insert,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import REPLY, Address, Button, Reply
from storage.attachment import grant
from storage.parcel import COLUMNS, Parcel, parcel_of
from storage.table import PARKED, UNSENT, outbox


def _due(now: ColumnElement[datetime]) -> ColumnElement[bool]:
    """Whether a message may go. What was to go at once goes at once, also when the clock has gone back since."""
    went_back = and_(outbox.c.created_at > now, outbox.c.attempts == 0, outbox.c.by_day.is_(False))
    return or_(outbox.c.due_at <= now, went_back)


def _waiting(channels: Any) -> ColumnElement[bool]:
    """Messages of some channels that have still to go, asked so that the indexes of such messages serve: one by channel
    would lead through everything that was ever sent, because nearly all of it goes by one channel."""
    return and_(UNSENT, _of(channels))


def _of(channels: Any) -> ColumnElement[bool]:
    return outbox.c.channel.concat("").in_(channels)


def _claim() -> Update:
    earlier = outbox.alias("earlier")
    blocked = exists().where(
        earlier.c.channel == outbox.c.channel,
        earlier.c.conversation == outbox.c.conversation,
        earlier.c.id < outbox.c.id,
        earlier.c.sent_at.is_(None),
        earlier.c.parked_at.is_(None),
    )
    now, until, never = (bindparam(name, type_=outbox.c.due_at.type) for name in ("now", "until", "never"))
    # A claim that lasts longer than any can was made before the clock went back.
    free = or_(outbox.c.claimed_until.is_(None), outbox.c.claimed_until <= now, outbox.c.claimed_until > never)
    next_ones = (
        select(outbox.c.id)
        .where(_waiting(bindparam("channels", expanding=True)), free, _due(now))
        .where(~blocked)
        .order_by(outbox.c.urgent.desc(), outbox.c.id)
        .limit(bindparam("most"))
        .with_for_update(skip_locked=True, of=outbox)
    )
    return update(outbox).where(outbox.c.id.in_(next_ones)).values(claimed_until=until).returning(*COLUMNS)


def _sent() -> Update:
    # One message of a conversation is under way at a time, so nobody else counts here at this moment. Rows are not
    # counted by id: on PostgreSQL a message with a lower one may become visible later.
    other = outbox.alias("other")
    there = and_(other.c.channel == bindparam("to"), other.c.conversation == bindparam("whom"))
    taken = select(func.coalesce(func.max(other.c.delivery), 0) + 1).where(there, other.c.delivery.is_not(None))
    values: dict[str, object] = {
        "sent_at": bindparam("now"),
        "claimed_until": None,
        "reference": bindparam("given"),
        "delivery": taken.scalar_subquery(),
    }
    return update(outbox).where(outbox.c.id == bindparam("row"), UNSENT).values(values)


def _wake() -> Update:
    now = bindparam("now", type_=outbox.c.due_at.type)
    due = case((outbox.c.attempts == 0, now), else_=outbox.c.due_at)
    asleep = or_(outbox.c.due_at > now, outbox.c.by_day)
    return update(outbox).where(_THERE, UNSENT, asleep).values(due_at=due, by_day=False)


_THERE = and_(outbox.c.channel == bindparam("to"), outbox.c.conversation == bindparam("whom"))
_RECENT = select(*COLUMNS).where(_THERE).order_by(outbox.c.id.desc()).limit(bindparam("most"))
# Built once: that costs more than SQLite needs to run them.
_PUT, _CLAIM, _SENT, _WAKE = insert(outbox), _claim(), _sent(), _wake()


@dataclass(frozen=True, slots=True)
class Leave:
    """When a message may leave: not before `at` (UTC; None: at once), and with `by_day` never in the quiet hours,
    however long it has waited by then."""

    at: datetime | None = None
    by_day: bool = False


AT_ONCE = Leave()
APART = timedelta(minutes=1)
"""The clocks of two machines are never further apart than this."""
ERASED = {"text": ""}
"""What is left of a message whose words were erased; its row stays, because rows are counted by those who wait."""


async def put(
    connection: AsyncConnection,
    address: Address,
    replies: Sequence[Reply],
    now: datetime,
    *,
    urgent: bool = False,
    leave: Leave = AT_ONCE,
) -> None:
    """Queue messages to one address, in order."""
    rows = await prepare(connection, address, replies, now, urgent=urgent, leave=leave)
    await put_rows(connection, rows)


async def prepare(
    connection: AsyncConnection,
    address: Address,
    replies: Sequence[Reply],
    now: datetime,
    *,
    urgent: bool = False,
    leave: Leave = AT_ONCE,
) -> list[dict[str, object]]:
    """The same as rows for `put_rows`; what is attached may be read at that address from now on."""
    for reply in replies:
        if reply.attachment is not None and reply.attachment.id:
            await grant(connection, reply.attachment.id, address)
    return [
        {
            "key": secrets.token_hex(16),
            "channel": address.channel,
            "conversation": address.conversation,
            "payload": REPLY.dump_python(reply, mode="json", exclude_defaults=True),
            "urgent": urgent,
            "ticket": reply.ticket,
            "created_at": now,
            "due_at": leave.at or now,
            "by_day": leave.by_day,
        }
        for reply in replies
    ]


async def put_rows(connection: AsyncConnection, rows: Sequence[dict[str, object]]) -> None:
    """Queue prepared messages, in order."""
    if rows:
        await connection.execute(_PUT, rows)


async def wake(connection: AsyncConnection, address: Address, now: datetime) -> None:
    """Somebody is awake: what was held back for the morning may go now, what failed when its next try is due."""
    await connection.execute(_WAKE, {"to": address.channel, "whom": address.conversation, "now": now})


async def hold(connection: AsyncConnection, now: datetime, morning: datetime) -> None:
    """It is night: what should have left by day waits until `morning`. Its tries are forgotten, so that `wake` can send
    it, and whatever stands behind it, at once."""
    came = and_(UNSENT, outbox.c.by_day, outbox.c.due_at <= now)
    await connection.execute(update(outbox).where(came).values(due_at=morning, attempts=0))


async def claim(
    connection: AsyncConnection, channels: Sequence[str], now: datetime, hold: timedelta, limit: int
) -> list[Parcel]:
    """The next message of each conversation that may go now, urgent ones first; held for `hold` against other relays.

    Only the oldest unsent message of a conversation is ever handed out, so order in a conversation cannot break. What
    another relay is claiming at this moment is passed over (PostgreSQL; on SQLite one claims at a time anyway).
    """
    until = now + hold
    values = {"channels": list(channels), "now": now, "until": until, "never": until + APART, "most": limit}
    rows = (await connection.execute(_CLAIM, values)).all()
    return [parcel_of(row) for row in sorted(rows, key=lambda row: (not row.urgent, row.id))]


async def renew(connection: AsyncConnection, ids: Sequence[int], until: datetime) -> None:
    """Hold messages under way for longer; those that were settled meanwhile are nobody's."""
    held = and_(outbox.c.id.in_(list(ids)), UNSENT, outbox.c.claimed_until.is_not(None))
    await connection.execute(update(outbox).where(held).values(claimed_until=until))


async def release(connection: AsyncConnection, channels: Sequence[str]) -> None:
    """Give up every claim on messages of these channels."""
    claimed = and_(_waiting(channels), outbox.c.claimed_until.is_not(None))
    await connection.execute(update(outbox).where(claimed).values(claimed_until=None))


async def sent(connection: AsyncConnection, taken: Sequence[tuple[Parcel, str]], now: datetime) -> None:
    """The channel has taken these, and gave each a reference. Noted late, after another has, it changes nothing."""
    rows = [
        {"row": p.id, "to": p.address.channel, "whom": p.address.conversation, "now": now, "given": reference}
        for p, reference in taken
    ]
    if rows:
        await connection.execute(_SENT, rows)


async def retry(connection: AsyncConnection, parcel: Parcel, due: datetime, reason: str) -> None:
    """Try again at `due`."""
    values = {"due_at": due, "claimed_until": None, "attempts": parcel.attempts + 1, "error": reason}
    await connection.execute(update(outbox).where(outbox.c.id == parcel.id, UNSENT).values(values))


async def park(connection: AsyncConnection, parcel: Parcel, now: datetime, reason: str) -> None:
    """Give up; staff see it in the list of `parked`."""
    values = {"parked_at": now, "claimed_until": None, "error": reason}
    await connection.execute(update(outbox).where(outbox.c.id == parcel.id, UNSENT).values(values))


async def any_due(connection: AsyncConnection, channels: Sequence[str], now: datetime) -> bool:
    """Whether an unsent message wants to go now."""
    moment = literal(now, outbox.c.due_at.type)
    due = select(outbox.c.id).where(_waiting(channels), _due(moment)).limit(1)
    return (await connection.execute(due)).first() is not None


async def parked(connection: AsyncConnection, limit: int = 100) -> list[tuple[Parcel, str]]:
    """Messages that could not be delivered, newest first, each with the reason."""
    query = select(*COLUMNS).where(PARKED).order_by(outbox.c.id.desc()).limit(limit)
    return [(parcel_of(row), row.error) for row in (await connection.execute(query)).all()]


async def of_ticket(connection: AsyncConnection, number: str, limit: int = 100) -> list[Row[*tuple[Any, ...]]]:
    """To whom messages about a ticket went and when, oldest first: columns channel, conversation, created_at, sent_at,
    parked_at."""
    columns = (outbox.c.channel, outbox.c.conversation, outbox.c.created_at, outbox.c.sent_at, outbox.c.parked_at)
    query = select(*columns).where(outbox.c.ticket == number).order_by(outbox.c.id.desc()).limit(limit)
    return list((await connection.execute(query)).all())[::-1]


async def delivered_after(
    connection: AsyncConnection, address: Address, delivery: int, limit: int = 200
) -> list[Parcel]:
    """What has been sent to an address after the message with that place, in the order of sending."""
    query = (
        select(*COLUMNS)
        .where(
            outbox.c.channel == address.channel,
            outbox.c.conversation == address.conversation,
            outbox.c.delivery > delivery,
        )
        .order_by(outbox.c.delivery)
        .limit(limit)
    )
    rows = (await connection.execute(query)).all()
    sent = [parcel_of(row) for row in rows if row.payload != ERASED]
    parcels = [parcel for parcel in sent if parcel.unread is None]
    if not parcels and len(rows) == limit:
        # Whoever goes on from an empty answer would never come past what was erased.
        return await delivered_after(connection, address, rows[-1].delivery or 0, limit)
    return parcels


async def since(connection: AsyncConnection, channels: Sequence[str], last_id: int) -> list[Parcel]:
    """Everything that can be read for these channels after the row `last_id`, oldest first."""
    query = select(*COLUMNS).where(_of(channels), outbox.c.id > last_id).order_by(outbox.c.id)
    every = [parcel_of(row) for row in (await connection.execute(query)).all()]
    return [parcel for parcel in every if parcel.unread is None]


async def before_unsent(connection: AsyncConnection, channels: Sequence[str]) -> int:
    """The row before the first unsent message for these channels; the last row of all when everything is sent."""
    # Of the bare id SQLite finds the least by going through all rows in their order.
    least = func.min(outbox.c.id + 0)
    first = (await connection.execute(select(least).where(_waiting(channels)))).scalar()
    if first is not None:
        return int(first) - 1
    return int((await connection.execute(select(func.coalesce(func.max(outbox.c.id), 0)))).scalar_one())


async def recent(connection: AsyncConnection, address: Address, limit: int) -> list[Parcel]:
    """The last messages to an address, sent or not, newest first."""
    values = {"to": address.channel, "whom": address.conversation, "most": limit}
    return [parcel_of(row) for row in (await connection.execute(_RECENT, values)).all()]


async def recent_buttons(connection: AsyncConnection, address: Address, messages: int = 12) -> list[tuple[Button, ...]]:
    """The buttons under the last messages to an address, newest message first, messages without any left out."""
    return [p.reply.buttons for p in await recent(connection, address, messages) if p.reply.buttons]
