"""Walks the audit chain and says where it is broken."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit
from storage.audit import Head
from storage.seal import SealError
from storage.sealed import or_error, ring_of
from storage.table import audit as table
from storage.table import ticket, ticket_event

TICKET = "ticket."
"""What the actions begin with that wrote an event of a ticket."""
ERASED = "erased"
"""The action after which a ticket's events are no longer what they were, because somebody asked for it."""
PAGE = 500


async def broken(connection: AsyncConnection, kept: Head | None) -> AsyncIterator[str]:
    """What is wrong, a line each; nothing where all is whole. `kept` is a head that was kept outside the database."""
    ring, last, anchored = ring_of(connection.dialect), Head(), kept is None or kept.seq == 0
    async for row in audit.chain(connection):
        if row.seq != last.seq + 1:
            yield f"between {last.seq} and {row.seq}: entries are missing or were put in"
        elif row.prev != last.hash or row.hash != audit.hash_of(ring, row, row.seq, last.hash):
            yield f"entry {row.seq}: it was changed, moved or put in, or the one before it was"
        if row.own != audit.own_of(ring, row):
            yield f"entry {row.seq}: its content was changed"
        last = Head(row.seq, row.hash)
        if kept is not None and last.seq == kept.seq:
            anchored = True
            if last.hash != kept.hash:
                yield f"entry {row.seq}: the chain up to here is not the one that was kept outside the database"
    if not anchored and kept is not None:
        yield f"after {last.seq}: the end is cut off, up to entry {kept.seq} was kept outside the database"
    copies = select(table.c.own).group_by(table.c.own).having(func.count() > 1)
    for row in (await connection.execute(select(table.c.id).where(table.c.own.in_(copies)).order_by(table.c.id))).all():
        yield f"row {row.id}: there is another one just like it, one of them was put in"
    for row in await audit.waiting(connection):
        if row.own != audit.own_of(ring, row):
            yield f"row {row.id}, not linked yet: it was changed or put in"
    async for line in _events(connection):
        yield line


async def _events(connection: AsyncConnection) -> AsyncIterator[str]:
    """Tickets whose events are not those that were noted."""
    filed = select(table.c.object).where(table.c.action == f"{TICKET}filed")
    gone = filed.where(table.c.object.not_in(select(ticket.c.number))).order_by(table.c.id)
    erased = set((await connection.execute(select(table.c.object).where(table.c.action == ERASED))).scalars())
    for number in (await connection.execute(gone)).scalars():
        if number not in erased:
            yield f"{number}: the ticket is gone"
    after = 0
    while True:
        query = select(ticket.c.id, ticket.c.number).where(ticket.c.id > after).order_by(ticket.c.id).limit(PAGE)
        rows = {row.id: row.number for row in (await connection.execute(query)).all()}
        if not rows:
            return
        after = max(rows)
        noted, found = await _noted(connection, rows), await _found(connection, rows)
        for number in rows.values():
            if number not in erased and not _agree(noted.get(number, []), found.get(number, [])):
                yield f"{number}: its events are not those that were noted"


def _agree(noted: list[tuple[str, str]], found: list[str]) -> bool:
    """Events from before there was an audit are not noted; from the filing on all are."""
    digests = [digest for _, digest in noted]
    whole = bool(noted) and noted[0][0] == f"{TICKET}filed"
    return found == digests if whole else found[len(found) - len(digests) :] == digests


async def _noted(connection: AsyncConnection, rows: Mapping[int, str]) -> dict[str, list[tuple[str, str]]]:
    about = table.c.object.in_(rows.values()) & table.c.action.startswith(TICKET)
    query = select(table.c.object, table.c.action, table.c.digest).where(about).order_by(table.c.id)
    noted: dict[str, list[tuple[str, str]]] = {}
    for row in (await connection.execute(query)).all():
        noted.setdefault(row.object, []).append((row.action, row.digest))
    return noted


async def _found(connection: AsyncConnection, rows: Mapping[int, str]) -> dict[str, list[str]]:
    ring = ring_of(connection.dialect)
    query = select(*or_error(ticket_event)).where(ticket_event.c.ticket_id.in_(rows)).order_by(ticket_event.c.position)
    found: dict[str, list[str]] = {}
    for row in (await connection.execute(query)).all():
        number = rows[row.ticket_id]
        unread = isinstance(row.data, SealError)
        found.setdefault(number, []).append("" if unread else audit.event_digest(ring, number, dict(row._mapping)))
    return found
