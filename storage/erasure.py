"""Forgetting people: the one place that changes events already written.

An event keeps its position, type and time and loses whoever is in it (`casework.anonymous`); the thread gets an event
`erased` that says which positions were changed, by whose order and why, and a row in the table `erasure` says the same
of everything erased, so that whoever checks the thread can tell this from tampering. Source: PIPL Art. 47, 51, 55.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import Address
from casework.anonymous import TOWNSHIP_DIGITS, forgotten, forgotten_of
from casework.attached import files_of
from casework.dossier import asked_by
from casework.ticket import Audience, Event, fold
from storage import audit
from storage.audit import Entry
from storage.audit_check import ERASED as ERASED_ACTION
from storage.column import may_be_row
from storage.outbox import ERASED
from storage.privacy_table import consent, doomed_file, erasure
from storage.table import (
    UNSENT,
    attachment,
    attachment_reader,
    conversation,
    inbox,
    outbox,
    ticket,
    ticket_event,
    ticket_reporter,
    trip,
)

NOTHING, MESSAGES, RECORD, ALL = range(4)
"""How much of a ticket is erased (column `tidied`): its messages; all but the record of the service; all."""
GONE = "erased"
"""The channel of an address that is nobody's any more: nothing is ever sent there."""


@dataclass(slots=True)
class Alias:
    """Another name for each address, in one ticket."""

    known: dict[str, str] = field(default_factory=dict)

    def __call__(self, address: str) -> str:
        if address.startswith(f"{GONE}:"):
            return address
        return self.known.setdefault(address, f"{GONE}:{secrets.token_hex(4)}")


async def ticket_messages(connection: AsyncConnection, number: str, *, but: Collection[str] = ()) -> None:
    """What was told about a ticket, to everybody `but` these addresses, keeps its time and loses its words."""
    there = outbox.c.channel + ":" + outbox.c.conversation
    await _blank_messages(connection, and_(outbox.c.ticket == number, there.not_in(but)))


async def anonymise(
    connection: AsyncConnection, number: str, by: str, why: str, now: datetime, *, of: str = "", record: bool = False
) -> None:
    """Everybody in a ticket, or only the one at the address `of`. With `record` it stays known whom a service was for
    and what was done; then this is done again without, when that time is over. `by` is an actor of the staff or
    "system"."""
    # Held, so that nobody adds to the thread meanwhile.
    row = (await connection.execute(select(ticket).where(ticket.c.number == number).with_for_update())).one()
    query = select(ticket_event).where(ticket_event.c.ticket_id == row.id).order_by(ticket_event.c.position)
    rows = (await connection.execute(query)).all()
    alias, changed, left = Alias(), list[int](), list[Event]()
    events = [Event(each.type, each.at, each.actor, each.data, Audience(each.audience)) for each in rows]
    for each, event in zip(rows, events, strict=True):
        left.append(forgotten_of(event, of, alias) if of else forgotten(event, alias, record=record))
        if left[-1] != event:
            changed.append(each.position)
            values = {"actor": left[-1].actor, "data": dict(left[-1].data)}
            await connection.execute(update(ticket_event).where(ticket_event.c.id == each.id).values(values))
    files = files_of([e for e in events if not of or e.actor == f"resident:{of}" or e.data.get("reporter") == of])
    removed = await remove_files(connection, files)
    after = fold(number, left)
    # What staff was told quotes whoever is forgotten; of what others who asked were told nothing is taken.
    others = {after.reporter, *(each.address for each in after.others)} if of else ()
    await ticket_messages(connection, number, but=others)
    await _rename(connection, row, alias)
    level = row.tidied if of else RECORD if record else ALL
    told = {"why": why, "positions": changed, "kept": ["record"] if record else []}
    # Of one ticket that went on in another both may be asked for; what is gone already is not noted again.
    noted = bool(changed or removed or level != row.tidied)
    if noted:
        await _note(connection, row, by, now, told)
        await log(connection, by, why, number, {"positions": changed, "files": removed, "kept": told["kept"]}, now)
    change: dict[str, object] = {
        "length": row.length + noted,
        "tidied": level,
        "erase_asked": bool(asked_by(after)),
        "due_at": None,
    }
    if not of and not record:
        change |= {"family": "", "place": row.place[:TOWNSHIP_DIGITS]}
        await _forget_stops(connection, number, rows)
    await connection.execute(update(ticket).where(ticket.c.id == row.id).values(change))


async def conversation_words(
    connection: AsyncConnection,
    address: Address,
    kept_files: Collection[str],
    *,
    since: datetime | None = None,
    waiting: Collection[str] = (),
) -> int:
    """What was said to the bot and told by it here, and files other than `kept_files`: their words go. With `since`
    only what came after that, and of what was told only what is of no ticket. What these tickets have `waiting` to be
    sent still goes out. What came in stays as an empty row, so that the same message is still known when it comes
    twice. Returns how many lines were emptied."""
    said = and_(inbox.c.channel == address.channel, inbox.c.conversation == address.conversation)
    told = and_(outbox.c.channel == address.channel, outbox.c.conversation == address.conversation)
    sent = and_(attachment.c.channel == address.channel, attachment.c.conversation == address.conversation)
    told = and_(told, or_(~UNSENT, outbox.c.ticket.not_in(waiting)))
    if since is not None:
        said, told = and_(said, inbox.c.at > since), and_(told, outbox.c.created_at > since, outbox.c.ticket == "")
        sent = and_(sent, attachment.c.created_at > since)
    emptied = await connection.execute(update(inbox).where(said).values(payload={}).returning(inbox.c.id))
    await _blank_messages(connection, told)
    ids = (await connection.execute(select(attachment.c.id).where(sent))).scalars()
    await remove_files(connection, [each for each in ids if each not in kept_files])
    return len(emptied.all())


async def conversation_state(connection: AsyncConnection, address: Address, *, name: bool = True) -> None:
    """What the dialogs remember goes; the language stays, so that the next word is answered in it."""
    own = and_(conversation.c.channel == address.channel, conversation.c.conversation == address.conversation)
    # Frames go on being counted, so that no button of a forgotten one ever fits a new one.
    serial = ((await connection.execute(select(conversation.c.state).where(own))).scalar() or {}).get("serial", 0)
    values: dict[str, object] = {"state": {"serial": serial}, "gathered": [], "flush_at": None}
    await connection.execute(update(conversation).where(own).values(values | ({"name": ""} if name else {})))


async def conversation_address(connection: AsyncConnection, address: Address) -> None:
    """That there was a conversation at this address at all. Only once nothing can come twice any more."""
    own = and_(conversation.c.channel == address.channel, conversation.c.conversation == address.conversation)
    said = and_(inbox.c.channel == address.channel, inbox.c.conversation == address.conversation)
    told = and_(outbox.c.channel == address.channel, outbox.c.conversation == address.conversation)
    await connection.execute(delete(conversation).where(own))
    await connection.execute(delete(inbox).where(said))
    values = {"channel": GONE, "conversation": secrets.token_hex(4)}
    await connection.execute(update(outbox).where(told).values(values))


async def remove_files(connection: AsyncConnection, ids: Collection[str]) -> int:
    """The rows of these files, and what may be read of them; the bytes go once this is committed (`doomed`)."""
    if not ids:
        return 0
    paths = select(attachment.c.path).where(attachment.c.id.in_(ids), attachment.c.path != "")
    found = sorted(set((await connection.execute(paths)).scalars()))
    if found:
        known = set((await connection.execute(select(doomed_file.c.path))).scalars())
        rows = [{"path": path} for path in found if path not in known]
        await connection.execute(insert(doomed_file), rows)
    await connection.execute(delete(attachment_reader).where(attachment_reader.c.attachment_id.in_(ids)))
    await connection.execute(delete(attachment).where(attachment.c.id.in_(ids)))
    return len(ids)


async def doomed(connection: AsyncConnection, limit: int) -> Sequence[str]:
    """Paths of bytes whose rows are gone."""
    return (await connection.execute(select(doomed_file.c.path).limit(limit))).scalars().all()


async def removed(connection: AsyncConnection, paths: Collection[str]) -> None:
    """These bytes are gone too."""
    await connection.execute(delete(doomed_file).where(doomed_file.c.path.in_(paths)))


async def log(
    connection: AsyncConnection, by: str, why: str, subject: str, what: dict[str, Any], now: datetime
) -> None:
    """What was erased, when and by whose order; nothing of whom it was about."""
    row = {"at": now, "ordered_by": by, "why": why, "subject": subject, "what": what}
    await connection.execute(insert(erasure).values(row))
    # From now on whoever verifies the audit knows why the events are not those that were noted.
    await audit.append(connection, now, [Entry(by, ERASED_ACTION, subject, why)])


async def last(connection: AsyncConnection) -> int:
    """The number of the last thing erased."""
    return int((await connection.execute(select(func.coalesce(func.max(erasure.c.id), 0)))).scalar_one())


async def _blank_messages(connection: AsyncConnection, where: ColumnElement[bool]) -> None:
    # What had not gone yet is not sent any more, and counts as gone.
    gone = case((UNSENT, outbox.c.created_at), else_=outbox.c.sent_at)
    values = {"payload": ERASED, "error": "", "reference": "", "sent_at": gone, "claimed_until": None}
    await connection.execute(update(outbox).where(where).values(values))


async def _rename(connection: AsyncConnection, row: Row[Any], alias: Alias) -> None:
    for address, other in alias.known.items():
        own = and_(ticket_reporter.c.ticket_id == row.id, ticket_reporter.c.address == address)
        await connection.execute(update(ticket_reporter).where(own).values(address=other))
        given = and_(consent.c.ticket_id == row.id, consent.c.given_by == f"resident:{address}")
        await connection.execute(update(consent).where(given).values(given_by=f"resident:{other}"))
    if row.reporter in alias.known:
        await connection.execute(update(ticket).where(ticket.c.id == row.id).values(reporter=alias(row.reporter)))


async def _note(connection: AsyncConnection, row: Row[Any], by: str, now: datetime, told: dict[str, Any]) -> None:
    values = {
        "ticket_id": row.id,
        "position": row.length,
        "type": "erased",
        "at": now,
        "actor": by,
        "audience": Audience.STAFF.value,
        "data": told,
    }
    await connection.execute(insert(ticket_event).values(values))


async def _forget_stops(connection: AsyncConnection, number: str, rows: Sequence[Row[Any]]) -> None:
    """A pin on a day's tour says where somebody lives."""
    for trip_id in {each.data["trip"] for each in rows if may_be_row(int(each.data.get("trip") or 0))}:
        tour = (await connection.execute(select(trip.c.stops).where(trip.c.id == trip_id))).scalar()
        bare = {"point": None, "known": ""}
        stops = [
            {**stop, **bare, "place": stop["place"][:TOWNSHIP_DIGITS]} if stop["ticket"] == number else stop
            for stop in tour or ()
        ]
        await connection.execute(update(trip).where(trip.c.id == trip_id).values(stops=stops))
