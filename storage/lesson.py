"""First guesses that residents corrected, for those who edit the phrases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.table import lesson


@dataclass(frozen=True, slots=True)
class Correction:
    """One message (without personal data), what it was first taken for, and what the resident confirmed."""

    at: datetime
    text: str
    language: str
    offered: tuple[str, ...]
    chosen: tuple[str, ...]


async def keep(
    connection: AsyncConnection, at: datetime, text: str, language: str, offered: Sequence[str], chosen: Sequence[str]
) -> None:
    """Keep one pair."""
    values = {"at": at, "text": text, "language": language, "offered": list(offered), "chosen": list(chosen)}
    await connection.execute(insert(lesson).values(values))


async def latest(connection: AsyncConnection, limit: int) -> list[Correction]:
    """The last pairs, newest first."""
    rows = (await connection.execute(select(lesson).order_by(lesson.c.id.desc()).limit(limit))).all()
    return [Correction(row.at, row.text, row.language, tuple(row.offered), tuple(row.chosen)) for row in rows]
