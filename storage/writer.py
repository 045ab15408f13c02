"""Group commit on SQLite: write transactions that queue share one commit, and with it one wait for the disk.

SQLite has one writer at a time, so the transactions of a process stand in line. When one of them is done and others are
waiting, the next goes on in the same transaction of the file, behind a savepoint of its own: an error undoes only the
one it happened in. The last in line commits for all. Nobody returns before that commit, so whoever is answered is kept;
when the commit fails, it has failed for each of them. A full or broken disk makes SQLite undo the whole transaction by
itself, savepoints and all (https://sqlite.org/lang_transaction.html, section 3), and a commit would say nothing of it.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

TOGETHER = 16
"""At most so many share a commit: the first of them waits for all."""


class UndoneError(SQLAlchemyError):
    """SQLite has undone a transaction by itself. Remedy: make room on the disk; what was undone comes again."""

    def __init__(self) -> None:
        super().__init__("SQLite has undone the transaction: make room on the disk, or mend it")


@dataclass(slots=True)
class _Group:
    """Those who share a commit; `kept` is done when it is."""

    connection: AsyncConnection
    driver: Any
    stack: AsyncExitStack
    kept: asyncio.Future[None] = field(default_factory=lambda: asyncio.get_running_loop().create_future())
    units: int = 0

    @property
    def undone(self) -> bool:
        """Whether there is no transaction any more that could be committed."""
        try:
            return not self.driver.in_transaction
        except ValueError:  # the driver's own: the connection is closed
            return True


class Writer:
    """Everything that one process writes into one SQLite file."""

    def __init__(self, connected: Callable[[], AbstractAsyncContextManager[AsyncConnection]]) -> None:
        self._connected = connected
        self._lock = asyncio.Lock()
        self._waiting = 0
        self._group: _Group | None = None
        self._left: asyncio.Task[None] | None = None

    @asynccontextmanager
    async def transaction(self, *, lazy: bool = False) -> AsyncIterator[AsyncConnection]:
        """All or nothing; committed when the block has ended without an error and this returns. What is `lazy` survives
        the program and may be lost with the power."""
        await self._turn()
        committing = None
        try:
            self._group = group = self._group or await self._begin(lazy=lazy)
            try:
                async with group.connection.begin_nested():
                    yield group.connection
            finally:
                group.units += 1
                alone = lazy and group.units == 1
                full = group.units >= TOGETHER or group.connection.invalidated or group.undone
                if not self._waiting or alone or full:
                    # Without a wait for the disk there is nothing to share.
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

    async def _begin(self, *, lazy: bool) -> _Group:
        async with AsyncExitStack() as stack:
            connection = await stack.enter_async_context(self._connected())
            await connection.execution_options(write=True, lazy=lazy)
            await stack.enter_async_context(connection.begin())
            driver = (await connection.get_raw_connection()).driver_connection
            return _Group(connection, driver, stack.pop_all())

    async def _commit(self, group: _Group) -> None:
        """In a task of its own: whoever is last in line may be cancelled, the others are still to be kept."""
        undone = group.undone
        try:
            await group.stack.aclose()
            if undone:
                raise UndoneError
        except Exception as error:
            group.kept.set_exception(error)
            # Read here, so that nobody is warned of an error where all who waited for it have been cancelled.
            group.kept.exception()
        else:
            group.kept.set_result(None)
        finally:
            self._lock.release()
