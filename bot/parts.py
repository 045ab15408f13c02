"""What every conversation needs, built once by the composition root."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.book import Book
from bot.counsel import Counsel
from bot.message import Address
from bot.press import Signer
from casework.pace import Pace, pace
from casework.retention import Keeping, keeping
from catalogue.catalogue import Catalogue
from locales.text import Texts
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Parts:
    """`gather` is how long to wait for the next of several short messages; `woken` is called with who was
    written to, `gathered` when somebody's message waits for the next."""

    database: Database
    catalogue: Catalogue
    texts: Texts
    signer: Signer
    now: Callable[[], datetime]
    gather: timedelta
    woken: Callable[[Address], None]
    counsel: Counsel
    pace: Pace = field(default_factory=pace)
    url: str = ""
    """How browsers reach the house, for links that are sent."""
    keeping: Keeping = field(default_factory=keeping)
    files: Path | None = None
    """The folder of attachments' bytes."""
    gathered: Callable[[], None] = lambda: None

    def book(self, connection: AsyncConnection, *, bulk: bool = False) -> Book:
        """The casebook of one transaction, at this moment."""
        return Book(
            connection,
            self.now(),
            self.texts,
            self.signer,
            bulk=bulk,
            pace=self.pace,
            keeping=self.keeping,
            files=self.files,
        )
