"""A database with years of work in it, made of a few real tickets: each is copied, with everything that belongs to it,
under other numbers, people, places and times.

The threads stay what the program wrote, so whatever is read of the copies folds as it should. Most are over (the thread
of `ended`), the youngest are open (that of `running`); conversations and messages are kept for a month, as the program
does. Made by the database itself, which takes about a minute for a million tickets on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import (
    Column,
    ColumnElement,
    Integer,
    Table,
    column,
    func,
    insert,
    literal,
    literal_column,
    select,
    table,
    text,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.erasure import ALL
from storage.table import conversation, inbox, outbox, ticket, ticket_event, ticket_reporter

KEPT = timedelta(days=30)
"""How long messages are kept."""
BIG = (conversation, inbox, outbox, ticket, ticket_event, ticket_reporter)
"""The tables that grow with the years."""
FIRST = 1_000_000
"""Ids of copies begin here. They count as tidied, or the program would first forget what it may not keep so long."""
CHAT = 50_000_000
_spots = table("filling_spot", column("k", Integer), column("place"), column("worker", Integer))


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is, over how long a time the tickets came, and how many of them are still worked on."""

    residents: int
    tickets: int
    span: timedelta
    running: int

    @property
    def step(self) -> float:
        """Seconds from one ticket to the next."""
        return self.span.total_seconds() / self.tickets


async def fill(database: Database, size: Size, ended: str, running: str, spots: Sequence[tuple[str, int]]) -> None:
    """Copy the tickets with the numbers `ended` and `running`; `spots` are places and the worker (id) of each."""
    async with database.write() as connection:
        await _lay_out(connection, spots)
        of = {number: await _row_of(connection, number) for number in (ended, running)}
        young = size.running
        # Number 1 is the youngest.
        await _tickets(connection, size, of[running], 1, young)
        await _tickets(connection, size, of[ended], young + 1, size.tickets)
        await _messages(connection, size, min(size.tickets, max(1, int(KEPT.total_seconds() / size.step))))
        await _conversations(connection, size.residents)
        await connection.execute(text("DROP TABLE filling_spot"))
    await _look_over(database)


async def _lay_out(connection: AsyncConnection, spots: Sequence[tuple[str, int]]) -> None:
    await connection.execute(
        text("CREATE TABLE filling_spot (k INTEGER PRIMARY KEY, place VARCHAR(12), worker INTEGER)")
    )
    rows = [{"k": k, "place": place, "worker": worker} for k, (place, worker) in enumerate(spots)]
    await connection.execute(insert(_spots), rows)


async def _row_of(connection: AsyncConnection, number: str) -> int:
    return int((await connection.execute(select(ticket.c.id).where(ticket.c.number == number))).scalar_one())


def _series(first: int, last: int) -> tuple[Column[int], object]:
    """The numbers from `first` to `last` as a table with a column i."""
    series = select(literal(first, Integer).label("i")).cte("series", recursive=True)
    series = series.union_all(select(series.c.i + 1).where(series.c.i < last))
    return series.c.i, series


async def _copy(
    connection: AsyncConnection, what: Table, where: ColumnElement[bool], numbers: tuple[int, int], **changed: object
) -> None:
    """Insert copies of the rows `where`, one for each number, with these columns changed."""
    _, series = _series(*numbers)
    old = what.alias("old")
    columns = [each.name for each in what.columns]
    spot = _spots.c.k == literal_column("series.i") % select(func.count()).select_from(_spots).scalar_subquery()
    given = [changed.get(name, old.c[name]) for name in columns]
    query = select(*given).select_from(series).join(old, where).join(_spots, spot)  # type: ignore[arg-type, call-overload]  # columns of many types
    await connection.execute(insert(what).from_select(columns, query))


def _number() -> ColumnElement[int]:
    return literal_column("series.i", Integer)


def _chat(residents: int) -> str:
    return f"CAST({CHAT} + series.i % {residents} AS VARCHAR(20))"


def _back(connection: AsyncConnection, name: str, step: float) -> ColumnElement[object]:
    """A moment of the copied row, earlier by so many steps as the copy has numbers before it."""
    if connection.dialect.name == "sqlite":
        moved = f"strftime('%Y-%m-%d %H:%M:%S.000000', old.{name}, '-' || (series.i * {step}) || ' seconds')"
    else:
        moved = f"old.{name} - series.i * {step} * interval '1 second'"
    return literal_column(moved)


async def _tickets(connection: AsyncConnection, size: Size, row: int, first: int, last: int) -> None:
    old, events, reporters = (each.alias("old") for each in (ticket, ticket_event, ticket_reporter))
    reporter = literal_column(f"'telegram:' || {_chat(size.residents)}")
    moved = {name: _back(connection, name, size.step) for name in ("created_at", "ended_at")}
    await _copy(
        connection, ticket, old.c.id == row, (first, last),
        id=_number() + FIRST, number=literal_column(f"'LZ' || CAST({FIRST} + 1000 + series.i AS VARCHAR(20))"),
        place=_spots.c.place, responsible=_spots.c.worker, reporter=reporter, tidied=literal_column(str(ALL)), **moved,
    )  # fmt: skip
    await _copy(
        connection, ticket_event, events.c.ticket_id == row, (first, last),
        id=(_number() + FIRST) * 8 + literal_column("old.position"), ticket_id=_number() + FIRST,
        at=_back(connection, "at", size.step),
    )  # fmt: skip
    await _copy(
        connection, ticket_reporter, reporters.c.ticket_id == row, (first, last),
        ticket_id=_number() + FIRST, address=reporter,
    )  # fmt: skip


async def _messages(connection: AsyncConnection, size: Size, last: int) -> None:
    """Those of the youngest tickets: whatever was said and answered in the conversation that filed the model."""
    chat = literal_column(_chat(size.residents))
    for what, unique in ((inbox, "external_id"), (outbox, "key")):
        old = what.alias("old")
        models = (old.c.id < FIRST) & (old.c.channel == "telegram")
        changed: dict[str, object] = {
            "id": _number() * 64 + FIRST + literal_column("old.id") % 64,
            unique: literal_column("CAST(series.i AS VARCHAR(20)) || '.' || CAST(old.id AS VARCHAR(20))"),
            "conversation": chat,
        }
        await _copy(connection, what, models & (old.c.id <= 64), (1, last), **changed)


async def _conversations(connection: AsyncConnection, residents: int) -> None:
    old = conversation.alias("old")
    first = select(func.min(conversation.c.conversation)).where(conversation.c.channel == "telegram").scalar_subquery()
    model = (old.c.channel == "telegram") & (old.c.conversation == first)
    chat = literal_column(f"CAST({CHAT} + series.i AS VARCHAR(20))")
    await _copy(connection, conversation, model, (0, residents - 1), conversation=chat)


async def _look_over(database: Database) -> None:
    """Numbers go on after the copies, and the planner knows how much there is."""
    async with database.write() as connection:
        if connection.dialect.name == "sqlite":
            # Numbers follow by themselves, and there is no planner's statistics to keep: the program makes none.
            return
        for what in (inbox, outbox, ticket, ticket_event):
            last = f"(SELECT max(id) FROM {what.name})"
            await connection.execute(text(f"SELECT setval(pg_get_serial_sequence('{what.name}', 'id'), {last})"))
        await connection.execute(text("ANALYZE"))
