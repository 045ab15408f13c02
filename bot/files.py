"""Attachments' bytes: kept beside the database, and fetched from the channels that hold them."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path

from bot import media
from bot.message import (
    MAX_FILE_BYTES,
    Address,
    Attachment,
    FileTooLargeError,
    Incoming,
    StoredFile,
    UnfitFileError,
)
from storage import attachment
from storage.database import Database

log = logging.getLogger(__name__)
Fetch = Callable[[str], AsyncIterator[bytes]]
"""Streams the bytes behind a channel's own handle."""
FETCH_TRIES = 12


class StoredFiles:
    """`bot.message.Files` in a folder."""

    def __init__(self, database: Database, folder: Path, now: Callable[[], datetime]) -> None:
        self._database = database
        self._folder = folder
        self._now = now
        self.fetchers: dict[str, Fetch] = {}
        """By channel, what brings the bytes that still lie there."""
        self.refused: Callable[[Incoming], Awaitable[None]] | None = None
        """Where it is said that a file, fetched after its message was answered, is not kept."""

    async def keep(self, address: Address, item: Attachment, chunks: AsyncIterator[bytes]) -> Attachment:
        path, found = await self._written(item, chunks)
        async with self._database.write() as connection:
            return await attachment.keep(connection, address, found, self._now(), path=path)

    async def _written(self, item: Attachment, chunks: AsyncIterator[bytes]) -> tuple[str, Attachment]:
        """Where the bytes lie now, and what they are. Nothing is left of what is refused."""
        ring = self._database.ring
        path, size = await attachment.write_bytes(self._folder, chunks, self._now(), ring)
        try:
            content = await asyncio.to_thread(attachment.read_bytes, self._folder, path, ring)
            return path, await asyncio.to_thread(media.examined, replace(item, size=size), BytesIO(content))
        except BaseException:
            (self._folder / path).unlink(missing_ok=True)
            raise

    async def open(self, attachment_id: str, reader: Address) -> StoredFile | None:
        async with self._database.read() as connection:
            return await attachment.stored(connection, self._folder, attachment_id, reader)

    async def open_checked(self, attachment_id: str) -> StoredFile | None:
        """The file, for a caller who has made sure that it may be seen (a page of the desk, a sender)."""
        async with self._database.read() as connection:
            return await attachment.stored(connection, self._folder, attachment_id, None)

    async def bytes_of(self, item: Attachment) -> bytes | None:
        """The bytes of an attachment that has just come, from here or from its channel; None where there are none."""
        kept = await self.open_checked(item.id) if item.id else None
        if kept is not None:
            return await asyncio.to_thread(kept.content)
        channel, _, handle = item.source.partition(":")
        fetch = self.fetchers.get(channel)
        if fetch is None:
            return None
        found = bytearray()
        try:
            async for chunk in fetch(handle):
                found += chunk
                if len(found) > MAX_FILE_BYTES:
                    return None
        except Exception as error:  # a channel's library may raise anything, and the bytes are fetched again later
            log.warning("a recording could not be fetched at once (%s)", type(error).__name__)
            return None
        return bytes(found)

    async def fetch_due(self, channel: str, fetch: Fetch) -> int:
        """Fetch what still lies with a channel; returns how many files came. Failures are tried again."""
        async with self._database.read() as connection:
            if not await attachment.any_to_fetch(connection, self._now()):
                return 0
        async with self._database.write() as connection:
            due = await attachment.to_fetch(connection, self._now())
        return sum(
            [await self._fetch_one(item, tries, fetch) for item, tries in due if item.source.startswith(f"{channel}:")]
        )

    async def _fetch_one(self, item: Attachment, tries: int, fetch: Fetch) -> bool:
        try:
            handle = item.source.partition(":")[2]
            path, found = await self._written(item, fetch(handle))
        except UnfitFileError as unfit:
            await self._refuse(item, unfit)
            return False
        except Exception as error:
            final = isinstance(error, (FileTooLargeError, LookupError)) or tries + 1 >= FETCH_TRIES
            log.warning(
                "an attachment could not be fetched (%s)%s", type(error).__name__, ", given up" if final else ""
            )
            again = None if final else self._now() + attachment.FETCH_PAUSE * 2 ** min(tries, 10)
            async with self._database.write() as connection:
                await attachment.fetch_later(connection, item.id, tries + 1, again)
            return False
        async with self._database.write() as connection:
            await attachment.fetched(connection, found, path)
        return True

    async def _refuse(self, item: Attachment, unfit: UnfitFileError) -> None:
        """Nobody gets it any more, and whoever sent it is told what to do instead."""
        log.warning("an attachment is not kept (%s)", unfit.reason)
        if self.refused is not None:
            async with self._database.read() as connection:
                address = await attachment.owner(connection, item.id)
            if address is not None:
                await self.refused(
                    Incoming(address, f"unfit-{item.id}", self._now(), unsupported="unfit:file", more=False)
                )
        # Last, so that a program that ends in between tells them at its next start.
        async with self._database.write() as connection:
            await attachment.refuse(connection, item.id)
