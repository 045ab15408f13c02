"""Photos, recordings, files and pins: a row each here, the bytes in a folder beside the database."""

from __future__ import annotations

import asyncio
import errno
import uuid
from collections.abc import AsyncIterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from sqlalchemy import Row, exists, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.message import MAX_FILE_BYTES, Address, Attachment, AttachmentKind, FileTooLargeError, StoredFile
from storage.seal import KeyRing, SealError
from storage.sealed import ring_of
from storage.sealed_file import Writer, key_of, pieces, seal_again
from storage.table import attachment, attachment_reader


async def keep(
    connection: AsyncConnection, address: Address, item: Attachment, now: datetime, *, path: str = ""
) -> Attachment:
    """A row for an attachment that has none yet. With a `source` and no `path`, its bytes are due to be fetched."""
    kept_id = uuid.uuid4().hex
    values = {
        "id": kept_id,
        "channel": address.channel,
        "conversation": address.conversation,
        "kind": item.kind,
        "source": item.source[:300],
        "mime": item.mime[:80],
        "name": item.name[:120],
        "size": item.size,
        "seconds": item.seconds,
        "latitude": item.latitude,
        "longitude": item.longitude,
        "created_at": now,
        "path": path,
        "fetch_at": now if item.source and not path else None,
    }
    await connection.execute(insert(attachment).values(values))
    return _with_id(item, kept_id)


async def load(connection: AsyncConnection, ids: Sequence[str]) -> list[Attachment]:
    """The attachments with these ids, in this order; unknown ids are left out."""
    rows = (await connection.execute(select(attachment).where(attachment.c.id.in_(list(ids))))).all()
    by_id = {row.id: _attachment(row) for row in rows}
    return [by_id[i] for i in ids if i in by_id]


async def grant(connection: AsyncConnection, attachment_id: str, reader: Address) -> None:
    """From now on this address may open the file."""
    key = {"attachment_id": attachment_id, "channel": reader.channel, "conversation": reader.conversation}
    conditions = [attachment_reader.c[name] == value for name, value in key.items()]
    if (await connection.execute(select(attachment_reader.c.channel).where(*conditions))).first() is None:
        await connection.execute(insert(attachment_reader).values(key))


async def stored(
    connection: AsyncConnection, folder: Path, attachment_id: str, reader: Address | None
) -> StoredFile | None:
    """Where the bytes lie, if they are here and `reader` sent or was sent the file (None: the caller checked)."""
    query = select(attachment).where(attachment.c.id == attachment_id)
    if reader is not None:
        sent_to = exists().where(
            attachment_reader.c.attachment_id == attachment.c.id,
            attachment_reader.c.channel == reader.channel,
            attachment_reader.c.conversation == reader.conversation,
        )
        own = (attachment.c.channel == reader.channel) & (attachment.c.conversation == reader.conversation)
        query = query.where(or_(own, sent_to))
    row = (await connection.execute(query)).first()
    if row is None or not row.path:
        return None
    content = partial(read_bytes, folder, row.path, ring_of(connection.dialect))
    return StoredFile(content, row.mime, row.name, _attachment(row))


async def any_to_fetch(connection: AsyncConnection, now: datetime) -> bool:
    """Whether there is something for `to_fetch` to give."""
    return (
        await connection.execute(select(attachment.c.id).where(attachment.c.fetch_at <= now).limit(1))
    ).first() is not None


async def to_fetch(connection: AsyncConnection, now: datetime, limit: int = 20) -> list[tuple[Attachment, int]]:
    """Attachments whose bytes are still with their channel and due to be fetched, with the number of tries so far.

    Nobody else is given them for the length of a CLAIM.
    """
    query = select(attachment).where(attachment.c.fetch_at <= now).order_by(attachment.c.fetch_at).limit(limit)
    rows = (await connection.execute(query.with_for_update(skip_locked=True))).all()
    if rows:
        mine = attachment.c.id.in_([row.id for row in rows])
        await connection.execute(update(attachment).where(mine).values(fetch_at=now + CLAIM))
    return [(_attachment(row), row.attempts) for row in rows]


async def fetched(connection: AsyncConnection, item: Attachment, path: str) -> None:
    """The bytes are here, and tell what they are."""
    values = {"path": path, "fetch_at": None} | {n: getattr(item, n) for n in ("kind", "mime", "name", "size")}
    await connection.execute(update(attachment).where(attachment.c.id == item.id).values(values))


async def owner(connection: AsyncConnection, attachment_id: str) -> Address | None:
    """Who sent it."""
    query = select(attachment.c.channel, attachment.c.conversation).where(attachment.c.id == attachment_id)
    row = (await connection.execute(query)).first()
    return Address(row.channel, row.conversation) if row else None


async def refuse(connection: AsyncConnection, attachment_id: str) -> None:
    """It is not kept, and its channel's copy is not handed on either."""
    values = {"source": "", "mime": "", "kind": "file", "fetch_at": None}
    await connection.execute(update(attachment).where(attachment.c.id == attachment_id).values(values))


async def fetch_later(connection: AsyncConnection, attachment_id: str, attempts: int, at: datetime | None) -> None:
    """The fetch failed: again at `at`, or never (None). The channel's own copy stays usable through `source`."""
    values = {"fetch_at": at, "attempts": attempts}
    await connection.execute(update(attachment).where(attachment.c.id == attachment_id).values(values))


def read_bytes(folder: Path, path: str, ring: KeyRing) -> bytes:
    """The content of a kept file. Raises OSError where it cannot be read, also because it was changed."""
    try:
        return b"".join(pieces(folder / path, ring, path))
    except SealError as error:
        raise OSError(errno.EBADMSG, str(error)) from None


async def write_bytes(folder: Path, chunks: AsyncIterator[bytes], now: datetime, ring: KeyRing) -> tuple[str, int]:
    """Seal a stream into the folder; returns the path inside it and the size in bytes of what it brought.

    Raises FileTooLargeError over MAX_FILE_BYTES, and then leaves nothing behind.
    """
    relative = f"{now:%Y/%m}/{uuid.uuid4().hex}"
    target = folder / relative
    await asyncio.to_thread(target.parent.mkdir, parents=True, exist_ok=True)
    size = 0
    try:
        with await asyncio.to_thread(target.open, "wb") as out:
            writer = Writer(out, ring, relative)
            async for chunk in chunks:
                size += len(chunk)
                if size > MAX_FILE_BYTES:
                    raise FileTooLargeError(MAX_FILE_BYTES)
                await asyncio.to_thread(writer.write, chunk)
            await asyncio.to_thread(writer.close)
        await asyncio.to_thread(_seal_with_current, target, ring, relative)
    except BaseException:
        target.unlink(missing_ok=True)
        raise
    return relative, size


def _seal_with_current(target: Path, ring: KeyRing, name: str) -> None:
    """While a file came in over a slow line the key may have been changed: then it would need the old one for ever."""
    ring.look()
    if key_of(target) != ring.current:
        seal_again(target, ring, name)


CLAIM = timedelta(minutes=10)
"""After this what somebody took to fetch is given to the next: they are gone."""
FETCH_PAUSE = timedelta(seconds=20)
"""First pause after a failed fetch; it doubles with every further try."""


def _attachment(row: Row[tuple[object, ...]]) -> Attachment:
    kind: AttachmentKind = row.kind
    return Attachment(
        kind, row.id, row.source, row.mime, row.name, row.size, row.seconds, row.latitude, row.longitude
    )  # fmt: skip


def _with_id(item: Attachment, kept_id: str) -> Attachment:
    return Attachment(
        item.kind, kept_id, item.source, item.mime, item.name, item.size, item.seconds, item.latitude, item.longitude
    )  # fmt: skip
