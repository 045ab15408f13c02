"""Who did what and who looked at what: written with the transaction it belongs to, linked into a chain soon after.

Each entry carries a keyed hash of itself from the start, so that it cannot be changed or invented. One linker at a time
gives entries their place: `hash` covers the entry, its number and the hash of the one before it. So no turn waits for
another one's entry, and whatever is changed, taken out, put in or moved later breaks the chain at that place.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Row, bindparam, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import lock
from storage.seal import KeyRing
from storage.sealed import ring_of
from storage.table import UNLINKED, audit

PURPOSE = "audit"
"""Whose key the hashes are made with."""
READ = "read"
"""What stands here when somebody is shown a ticket whole."""
AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing to note. `actor` as in events, or "command-line:<user>"; `object` a ticket's number, "staff:<id>", …;
    `digest` a keyed hash of what was written, where something was."""

    actor: str
    action: str
    object: str
    purpose: str = ""
    digest: str = ""


@dataclass(frozen=True, slots=True)
class Head:
    """The last link: whoever keeps it elsewhere sees when the end of the chain is cut off."""

    seq: int = 0
    hash: str = ""


async def append(connection: AsyncConnection, now: datetime, entries: Sequence[Entry]) -> None:
    """Note it, in this transaction."""
    ring = ring_of(connection.dialect)
    if entries:
        await connection.execute(insert(audit), [_values(ring, now, each) for each in entries])


def digest(ring: KeyRing, *content: Any) -> str:
    """A keyed hash of plain JSON: what was written can be compared with it later, and not be guessed from it."""
    return ring.keyed(PURPOSE, _canonical(content))


async def link(connection: AsyncConnection) -> Head:
    """Give entries their place, up to AT_ONCE; returns the end of the chain. For a write transaction."""
    await lock.alone(connection, "audit")
    last, ring = await head(connection), ring_of(connection.dialect)
    rows = (await connection.execute(select(audit).where(UNLINKED).order_by(audit.c.id).limit(AT_ONCE))).all()
    links = []
    for row in rows:
        following = Head(last.seq + 1, hash_of(ring, row, last.seq + 1, last.hash))
        links.append({"row": row.id, "at_place": following.seq, "before": last.hash, "whole": following.hash})
        last = following
    if links:
        values: dict[str, Any] = {"seq": bindparam("at_place"), "prev": bindparam("before"), "hash": bindparam("whole")}
        await connection.execute(update(audit).where(audit.c.id == bindparam("row")).values(values), links)
    return last


async def unlinked(connection: AsyncConnection) -> bool:
    """Whether `link` has something to do."""
    return (await connection.execute(select(audit.c.id).where(UNLINKED).limit(1))).first() is not None


async def head(connection: AsyncConnection) -> Head:
    """The end of the chain."""
    query = select(audit.c.seq, audit.c.hash).where(audit.c.seq.is_not(None)).order_by(audit.c.seq.desc()).limit(1)
    row = (await connection.execute(query)).first()
    return Head(row.seq, row.hash) if row else Head()


async def of_object(connection: AsyncConnection, about: str, limit: int = 1000) -> list[Row[*tuple[Any, ...]]]:
    """The last entries about an object and its parts (`LZ1001/…`), oldest first."""
    parts = (audit.c.object >= f"{about}/") & (audit.c.object < f"{about}0")
    query = select(audit).where(or_(audit.c.object == about, parts)).order_by(audit.c.id.desc()).limit(limit)
    return list((await connection.execute(query)).all())[::-1]


async def read_by(connection: AsyncConnection, actor: str, numbers: Collection[str], since: datetime) -> set[str]:
    """Those of these tickets of which it stands here that somebody has read them whole since then."""
    read = (audit.c.actor == actor) & (audit.c.action == READ) & (audit.c.at >= since)
    query = select(audit.c.object).where(audit.c.object.in_(numbers), read)
    return set((await connection.execute(query)).scalars())


async def chain(connection: AsyncConnection) -> AsyncIterator[Row[*tuple[Any, ...]]]:
    """Every linked entry in order."""
    after = -(2**31)
    while True:
        query = select(audit).where(audit.c.seq > after).order_by(audit.c.seq).limit(AT_ONCE)
        rows = (await connection.execute(query)).all()
        if not rows:
            return
        for row in rows:
            yield row
        after = rows[-1].seq


async def waiting(connection: AsyncConnection) -> list[Row[*tuple[Any, ...]]]:
    """Entries that no linker has seen yet."""
    return list((await connection.execute(select(audit).where(UNLINKED).order_by(audit.c.id))).all())


def own_of(ring: KeyRing, row: Row[*tuple[Any, ...]]) -> str:
    """What `own` must be."""
    entry = Entry(row.actor, row.action, row.object, row.purpose, row.digest)
    return digest(ring, "own", row.nonce, *_content(row.at, entry))


def hash_of(ring: KeyRing, row: Row[*tuple[Any, ...]], seq: int, prev: str) -> str:
    """What `hash` must be at this place of the chain."""
    entry = Entry(row.actor, row.action, row.object, row.purpose, row.digest)
    return digest(ring, "link", seq, prev, row.id, row.nonce, *_content(row.at, entry))


def event_digest(ring: KeyRing, number: str, event: Mapping[str, Any]) -> str:
    """Of a ticket's event: a row or the values of one."""
    at = event["at"].astimezone(UTC).isoformat()
    return digest(ring, number, event["position"], event["type"], at, event["actor"], event["audience"], event["data"])


def _values(ring: KeyRing, now: datetime, entry: Entry) -> dict[str, object]:
    nonce = secrets.token_hex(8)
    own = digest(ring, "own", nonce, *_content(now, entry))
    return {
        "nonce": nonce,
        "at": now,
        "actor": entry.actor[:120],
        "action": entry.action[:40],
        "object": entry.object[:120],
        "purpose": entry.purpose[:40],
        "digest": entry.digest,
        "own": own,
    }


def _content(at: datetime, entry: Entry) -> tuple[str, ...]:
    about = (entry.actor[:120], entry.action[:40], entry.object[:120], entry.purpose[:40], entry.digest)
    return (at.astimezone(UTC).isoformat(), *about)


def _canonical(content: Any) -> bytes:
    return json.dumps(content, sort_keys=True, separators=(",", ":")).encode()
