"""Inbox, Mailbox and Files in memory, safe to speak to from a test while a server runs in another thread."""

from __future__ import annotations

import asyncio
import io
import itertools
from collections.abc import AsyncIterator, Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot import media
from bot.message import (
    MAX_FILE_BYTES,
    Address,
    Attachment,
    FileTooLargeError,
    Incoming,
    Logged,
    Reply,
    StoredFile,
)

Answer = Callable[[Incoming], Iterable[Reply]]
Waiter = tuple[asyncio.AbstractEventLoop, asyncio.Future[None]]


def clock() -> datetime:
    """The present, in UTC."""
    return datetime.now(UTC)


def silent(_: Incoming) -> Iterable[Reply]:
    """A bot that says nothing."""
    return ()


@dataclass
class FakeMailbox:
    """Inbox and Mailbox. `answer` is the bot; `broken` makes storage fail; `delivered` counts repeats too."""

    answer: Answer = silent
    broken: bool = False
    delivered: list[Incoming] = field(default_factory=list)
    lines: list[tuple[Address, Logged]] = field(default_factory=list)
    waiters: dict[Address, list[Waiter]] = field(default_factory=dict)
    asked: list[int] = field(default_factory=list)
    ids: Iterable[int] = field(default_factory=lambda: itertools.count(1))

    @property
    def received(self) -> list[Incoming]:
        """What was handled: every external id of an address once."""
        return [logged.incoming for _, logged in self.lines if logged.incoming]

    def texts(self) -> list[str]:
        """The texts that were handled, without the page's own opening word."""
        return [incoming.text for incoming in self.received if incoming.external_id != "hello"]

    async def receive(self, incoming: Incoming) -> None:
        """Keep it once, and answer it once."""
        if self.broken:
            raise ConnectionError("the database is away")
        self.delivered.append(incoming)
        if any((i.address, i.external_id) == (incoming.address, incoming.external_id) for i in self.received):
            return
        logged = Logged("in", incoming.at, external_id=incoming.external_id, incoming=incoming)
        self.lines.append((incoming.address, logged))
        for reply in self.answer(incoming):
            self.say(incoming.address, reply)

    def say(self, address: Address, reply: Reply) -> int:
        """Release one outgoing line; returns its id. May be called from any thread."""
        row = next(iter(self.ids))
        self.lines.append((address, Logged("out", clock(), id=row, reply=reply)))
        for loop, future in self.waiters.pop(address, []):
            loop.call_soon_threadsafe(wake, future)
        return row

    async def history(self, address: Address, limit: int) -> list[Logged]:
        """The last `limit` lines, oldest first."""
        if self.broken:
            raise ConnectionError("the database is away")
        return [logged for owner, logged in self.lines if owner == address][-limit:]

    async def after(self, address: Address, last_id: int) -> list[Logged]:
        """Outgoing lines with a higher id; `asked` remembers from where each reader went on."""
        self.asked.append(last_id)
        return [logged for owner, logged in self.lines if owner == address and logged.id > last_id]

    async def wait(self, address: Address, seconds: float) -> None:
        """Until something is said to the address."""
        loop = asyncio.get_running_loop()
        future: asyncio.Future[None] = loop.create_future()
        waiter = (loop, future)
        self.waiters.setdefault(address, []).append(waiter)
        try:
            await asyncio.wait([future], timeout=seconds)
        finally:
            if waiter in self.waiters.get(address, []):
                self.waiters[address].remove(waiter)


def wake(future: asyncio.Future[None]) -> None:
    """Let a waiter go on, if it still waits."""
    if not future.done():
        future.set_result(None)


@dataclass
class FakeFiles:
    """Files in a folder. A file belongs to the address that sent it; `give` hands it to another one too."""

    folder: Path
    limit: int = MAX_FILE_BYTES
    kept: dict[str, tuple[Attachment, set[Address]]] = field(default_factory=dict)

    async def keep(self, address: Address, attachment: Attachment, chunks: AsyncIterator[bytes]) -> Attachment:
        """Write the bytes; refuse past the limit."""
        data = b""
        async for chunk in chunks:
            data += chunk
            if len(data) > self.limit:
                raise FileTooLargeError(self.limit)
        stored = replace(attachment, id=f"f{len(self.kept) + 1}", size=len(data))
        self.folder.joinpath(stored.id).write_bytes(data)
        stored = media.examined(stored, io.BytesIO(data))
        self.kept[stored.id] = (stored, {address})
        return stored

    async def open(self, attachment_id: str, reader: Address) -> StoredFile | None:
        """The file, for whom it belongs to."""
        attachment, readers = self.kept.get(attachment_id, (None, set()))
        if attachment is None or reader not in readers:
            return None
        return StoredFile((self.folder / attachment.id).read_bytes, attachment.mime, attachment.name, attachment)

    def give(self, attachment_id: str, reader: Address) -> None:
        """The address was sent the file."""
        self.kept[attachment_id][1].add(reader)
