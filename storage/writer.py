"""Group commit on SQLite: write transactions that queue share one commit, and with it one wait for the disk.

SQLite has one writer at a time, so the transactions of a process stand in line. When one of them is done and others are
waiting, the next goes on in the same transaction of the file, behind a savepoint of its own: an error undoes only the
one it happened in. The last in line commits for all. Nobody returns before that commit, so whoever is answered is kept;
when the commit fails, it has failed for each of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from sqlalchemy.ext.asyncio import AsyncConnection

TOGETHER = 16
"""At most so many share a commit: the first of them waits for all."""


@dataclass(slots=True)
class _Group:
    """Those who share a commit; `kept` is done when it is."""

    connection: AsyncConnection
    stack: AsyncExitStack
    kept: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    units: int = 0


class Writer:
    """Everything that one process writes into one SQLite file."""

    def __init__(self, connected: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        self._connected = connected
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._group: _Group | None = None
        self._left: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[AsyncConnection]:
        """All or nothing; committed when the block has ended without an error and this returns."""
        await self._turn()
        committing = None
        try:
            self._group = group = self._group or await self._begin()
            try:
                async with group.connection.begin_nested():
                    yield group.connection
            finally:
                group.units += 1
                if not self._waiting or group.units >= TOGETHER or group.connection.invalidated:
                    self._group, committing = None, asyncio.create_task(self._commit(group))
        finally:
            if committing is None:
                self._lock.release()
        await asyncio.shield(group.kept)

    @asynccontextmanager
    async def nobody(self) -> AsyncIterator[None]:
        """Nobody writes while the block lasts, and everything before is committed."""
        await self._turn()
        while self._group is not None:
            group, self._group = self._group, None
            await self._commit(group)
            await self._turn()
        try:
            yield
        finally:
            self._lock.release()

    async def _turn(self) -> None:
        self._waiting += 1
        try:
            await self._lock.acquire()
        except asyncio.CancelledError:
            # Those before may have gone, sure that this one would commit for them.
            self._left = asyncio.create_task(self._commit_left())
            raise
        finally:
            self._waiting -= 1

    async def _commit_left(self) -> None:
        await self._lock.acquire()
        group, self._group = self._group, None
        if group is None:
            self._lock.release()
        else:
            await self._commit(group)

    async def _begin(self) -> _Group:
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self._connected())
            await connection.execution_options(write=True)
            await stack.enter_async_context(connection.begin())
            return _Group(connection, stack.pop_all())

    async def _commit(self, group: _Group) -> None:
        """In a task of its own: whoever is last in line may be cancelled, the others are still to be kept."""
        try:
            await group.stack.aclose()
        except Exception as error:
            group.kept.set_exception(error)
            # Read here, so that nobody is warned of an error where all who waited for it have been cancelled.
            group.kept.exception()
        else:
            group.kept.set_result(None)
        finally:
            self._lock.release()
