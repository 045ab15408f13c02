"""What is counted for those who look after the machine. Each query stops at MOST rows, however much there is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.table import UNSENT, outbox, ticket
from storage.ticket_query import OPEN

MOST = 100_000
"""More than this many are counted as this many."""


@dataclass(frozen=True, slots=True)
class Unsent:
    """Messages of a channel that have still to go: those that might leave by now, and those held for later. `oldest` is
    since when the oldest of the first might."""

    channel: str
    urgent: bool
    due: int
    held: int
    oldest: datetime | None


@dataclass(frozen=True, slots=True)
class Overdue:
    """Tickets of which a clock ran out and nobody has looked since, and when the first did."""

    urgent: bool
    count: int
    oldest: datetime


async def unsent(connection: AsyncConnection, now: datetime) -> list[Unsent]:
    """By channel and urgency."""
    rows = select(outbox.c.channel, outbox.c.urgent, outbox.c.due_at).where(UNSENT).limit(MOST).subquery()
    due = func.count(case((rows.c.due_at <= now, 1)))
    query = select(rows.c.channel, rows.c.urgent, due, func.count(), func.min(rows.c.due_at)).group_by(
        rows.c.channel, rows.c.urgent
    )
    return [
        Unsent(channel, urgent, ready, total - ready, oldest if ready else None)
        for channel, urgent, ready, total, oldest in (await connection.execute(query)).all()
    ]


async def open_tickets(connection: AsyncConnection) -> dict[tuple[str, bool], int]:
    """By state and urgency."""
    rows = select(ticket.c.state, ticket.c.urgent).where(ticket.c.state.in_(OPEN)).limit(MOST).subquery()
    query = select(rows.c.state, rows.c.urgent, func.count()).group_by(rows.c.state, rows.c.urgent)
    return {(state, urgent): count for state, urgent, count in (await connection.execute(query)).all()}


async def overdue(connection: AsyncConnection, now: datetime) -> list[Overdue]:
    """By urgency."""
    rows = select(ticket.c.urgent, ticket.c.due_at).where(ticket.c.due_at <= now).limit(MOST).subquery()
    query = select(rows.c.urgent, func.count(), func.min(rows.c.due_at)).group_by(rows.c.urgent)
    return [Overdue(*row) for row in (await connection.execute(query)).all()]
