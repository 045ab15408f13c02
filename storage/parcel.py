"""A message on its way out as its row has it, also where the words in that row cannot be read."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError
from sqlalchemy import Row

from bot.message import REPLY, Address, Reply
from storage.seal import SealError, UnknownKeyError
from storage.sealed import or_error
from storage.table import outbox

COLUMNS = or_error(outbox)
"""What `parcel_of` reads of a row."""


@dataclass(frozen=True, slots=True)
class Unread:
    """Why a message cannot be read, in words without personal data, and whether that may be otherwise `elsewhere`: in a
    process that has the key, or in one of the release that wrote it."""

    reason: str
    elsewhere: bool


@dataclass(frozen=True, slots=True)
class Parcel:
    """One message: where it goes, its stable key, how often it was tried before, and the place in its conversation that
    it got when it was sent (0: not sent). Where it is `unread`, of `reply` nothing but the ticket is known."""

    id: int
    key: str
    address: Address
    reply: Reply
    attempts: int
    created_at: datetime
    due_at: datetime
    urgent: bool
    delivery: int = 0
    unread: Unread | None = None


def parcel_of(row: Row[tuple[object, ...]]) -> Parcel:
    """A row of COLUMNS."""
    address = Address(row.channel, row.conversation)
    reply, unread = _reply(row)
    when = row.created_at, row.due_at
    return Parcel(row.id, row.key, address, reply, row.attempts, *when, row.urgent, row.delivery or 0, unread)


def _reply(row: Row[tuple[object, ...]]) -> tuple[Reply, Unread | None]:
    if isinstance(row.payload, SealError):
        unread = Unread(f"it cannot be read: {row.payload}", isinstance(row.payload, UnknownKeyError))
    else:
        try:
            return REPLY.validate_python(row.payload), None
        except ValidationError:  # its own words would quote the message
            unread = Unread("it cannot be read: another release of the program wrote it", elsewhere=True)
    return Reply("", ticket=row.ticket), unread
