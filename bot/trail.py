"""The audit chain as it runs: linked every few seconds, its end kept outside the database."""

from __future__ import annotations

import getpass
import json
import logging
import os
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import audit
from storage.audit import Head
from storage.audit_check import broken
from storage.database import Database
from storage.table import audit as audit_table

log = logging.getLogger(__name__)
HEAD_FILE = "audit.head"
MOST_TOLD = 20


class Trail:
    """The chain of one database. `file` keeps its end: whoever cuts off the last entries must change that file too."""

    def __init__(self, database: Database, file: Path) -> None:
        self._database = database
        self._file = file

    async def link(self) -> Head:
        """Link what waits; returns the end of the chain."""
        async with self._database.read() as connection:
            head, waits = await audit.head(connection), await audit.unlinked(connection)
        while waits:
            async with self._database.write() as connection:
                held = await self._holds(connection, self.kept())
                head = await audit.link(connection)
                waits = await audit.unlinked(connection)
            if held:
                self._keep(head)
            else:
                log.critical("the end of the audit is cut off or changed: see `run_bot.py audit verify`")
        return head

    async def verify(self, kept: Head | None = None) -> tuple[list[str], Head]:
        """What is broken, MOST_TOLD lines at most, and the end of the chain. `kept` is an end that was kept elsewhere;
        without it the file is compared."""
        anchor = kept or self.kept()
        head = await self.link()
        found: list[str] = []
        if anchor is None and head.seq and self.kept() is None:
            found.append(f"{self._file} is missing: without it, or --head, nobody sees a cut-off end")
        async with self._database.read() as connection:
            async for line in broken(connection, anchor):
                found.append(line)
                if len(found) >= MOST_TOLD:
                    break
        if kept is not None and not found:
            self._keep(head)
        return found, head

    def kept(self) -> Head | None:
        """The end that the file knows; None where there is no such file."""
        try:
            plain = json.loads(self._file.read_text("utf-8"))
            return Head(int(plain["seq"]), str(plain["hash"]))
        except (OSError, ValueError, KeyError, TypeError):
            return None

    async def _holds(self, connection: AsyncConnection, kept: Head | None) -> bool:
        """Whether what the file knows is still part of the chain. A missing file is only right for an empty chain."""
        if kept is None:
            return (await audit.head(connection)).seq == 0
        if kept.seq == 0:
            return True
        query = select(audit_table.c.hash).where(audit_table.c.seq == kept.seq)
        return (await connection.execute(query)).scalar() == kept.hash

    def _keep(self, head: Head) -> None:
        fresh = self._file.with_name(f".{self._file.name}.{os.getpid()}")
        fresh.write_text(json.dumps({"seq": head.seq, "hash": head.hash}) + "\n", "utf-8")
        fresh.chmod(0o600)
        fresh.replace(self._file)


def operator() -> str:
    """Who gives a command."""
    try:
        return f"command-line:{getpass.getuser()}"
    except (KeyError, OSError):
        return f"command-line:{os.getuid()}"
