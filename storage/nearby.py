"""SQLite's connection, for which a statement of a write transaction costs microseconds and not a trip to a thread.

aiosqlite takes every step of every statement to a thread and back, which costs many times what SQLite itself does. What
may wait still goes there: the lock of the file, the disk at the commit, and whatever is read outside a write
transaction, which may be a long list for a page.
"""

from __future__ import annotations

from collections.abc import Callable
from sqlite3 import connect
from typing import Any

import aiosqlite

BEGIN_WRITE = "BEGIN IMMEDIATE"
"""The statement with which every write transaction begins."""


class Nearby(aiosqlite.Connection):
    """While this connection holds the write lock its statements run where they are asked."""

    writing = False

    async def commit(self) -> None:
        self.writing = False
        await super().commit()

    async def rollback(self) -> None:
        self.writing = False
        await super().rollback()

    async def _execute(self, fn: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if self.writing:
            return fn(*args, **named)
        done = await super()._execute(fn, *args, **named)  # type: ignore[no-untyped-call]  # as aiosqlite has it
        # Not before: it is the one statement for which others may have to be waited for.
        self.writing = BEGIN_WRITE in args
        return done


def open_nearby(path: str, **options: Any) -> Nearby:
    """What SQLAlchemy's dialect for aiosqlite calls to connect; to be awaited."""
    opened = Nearby(lambda: connect(path, **(options | {"check_same_thread": False})), 64)
    opened._thread.daemon = True  # as SQLAlchemy does: a connection left open holds up no exit
    return opened
