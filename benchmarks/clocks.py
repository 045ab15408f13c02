"""How fast what is due is done: python -m benchmarks.clocks

100,000 open tickets, of which 10,000 fall due in the same minute: a twentieth urgent reminders, half ordinary
reminders, a quarter deadlines that the next level is told of, the rest tickets nobody took, which pass to the next
worker. Measured is `Clockwork.run_due`, until the last urgent one and until the last one is done; beside it, in the
same run on a copy of the same database, the plain way: one transaction a ticket.
"""

from __future__ import annotations

import argparse
import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, cast

from sqlalchemy import Connection, event, func, insert, select

from benchmarks.month_town import START, plan, settle_in
from bot.book import Book
from bot.clockwork import BATCH, Clockwork
from bot.parts import Parts
from bot.press import Signer
from casework.clock import next_due
from casework.need import Beneficiary, Need, need_to_json
from casework.overdue import catch_up
from casework.pace import pace
from casework.staff import Role, Staff
from casework.ticket import Event, Ticket, fold
from locales.text import Texts
from storage import roster
from storage.casebook import Tickets
from storage.database import Database
from storage.migrate import migrate
from storage.seal import KeyRing, new_key
from storage.table import ticket, ticket_event

PEOPLE = 70_000
"""Enough for six workers in a township."""
NOW = START + timedelta(days=2, hours=11, minutes=30)
"""A Wednesday, 11:30 in Beijing."""
CHUNK = 2000
MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
LATE, NOT_YET = 60.0, 3600.0


@dataclass(frozen=True, slots=True)
class Kind:
    """Tickets of one kind: how long ago they were filed so that they fall due within the last minute, and what had
    happened to them."""

    share: float
    urgent: bool
    ago: timedelta
    then: Callable[[datetime, Staff], list[Event]]


def _accepted(at: datetime, by: Staff) -> list[Event]:
    return [Event("accepted", at + MINUTE, f"staff:{by.id}", {"by": by.id, "name": by.name})]


def _reminded(clock: str) -> Callable[[datetime, Staff], list[Event]]:
    def then(at: datetime, by: Staff) -> list[Event]:
        start = _accepted(at, by) if clock == "contact" else []
        return [*start, Event("reminded", at + HOUR, "system", {"clock": clock, "due": "", "to": by.id})]

    return then


# Three quarters of three working days, three working days and one before 11:30 of the Wednesday: the Sunday is worked.
KINDS = (
    Kind(0.05, True, 1.5 * HOUR, _accepted),
    Kind(0.5, False, timedelta(days=2, hours=16), _accepted),
    Kind(0.25, False, timedelta(days=3), _reminded("contact")),
    Kind(0.2, False, timedelta(days=1), _reminded("accept")),
)
FRESH = Kind(0, False, timedelta(minutes=90), _accepted)


def thread(kind: Kind, second: int, by: Staff, dice: random.Random) -> Ticket:
    """A ticket of this worker's area, for somebody whose age is known, and mostly a telephone number."""
    at = NOW - kind.ago - timedelta(seconds=second)
    mother = Beneficiary("other", "mother", "我妈", age=dice.randint(60, 95))
    phone = f"1380000{dice.randint(0, 9999):04}" if dice.random() < 0.7 else ""
    need = need_to_json(Need(("bathing",), mother, place=by.area, phone=phone))
    filed = Event("filed", at, "resident:webchat:r", {"need": need, "reporter": "webchat:r", "urgent": kind.urgent})
    given = Event("dispatched", at, "system", {"to": by.id, "name": by.name, "why": "duty-worker"})
    return fold("", [filed, given, *kind.then(at, by)])


def threads(number: int, due: int, workers: Sequence[Staff]) -> Iterator[Ticket]:
    """All of them, in no order."""
    dice = random.Random(1)
    kinds = [kind for kind in KINDS for _ in range(round(kind.share * due))]
    kinds += [FRESH] * (number - len(kinds))
    dice.shuffle(kinds)
    for kind in kinds:
        yield thread(kind, dice.randint(0, 59), dice.choice(workers), dice)


async def fill(database: Database, number: int, due: int) -> int:
    """Staff and tickets, written in bulk; returns how many are due."""
    await migrate(database)
    async with database.write() as connection:
        town = await settle_in(connection, random.Random(1), PEOPLE, plan(30, 0))
        await roster.keep(connection, [], [], [])
        workers = [p for p in town.people if p.role is Role.WORKER and len(p.area) == 9]
    found, row_id, many = 0, 0, threads(number, due, workers)
    while chunk := [t for t, _ in zip(many, range(CHUNK), strict=False)]:
        rows = [_row(row_id + place + 1, each) for place, each in enumerate(chunk)]
        events = [one for row, each in zip(rows, chunk, strict=True) for one in _events(row["id"], each)]
        async with database.write() as connection:
            await connection.execute(insert(ticket), rows)
            await connection.execute(insert(ticket_event), events)
        found += sum(row["due_at"] <= NOW for row in rows)
        row_id += len(rows)
    return found


def _row(row_id: int, each: Ticket) -> dict[str, Any]:
    due = next_due(each, pace())
    return {
        "id": row_id,
        "number": f"LZ{1000 + row_id}",
        "state": each.state.value,
        "urgent": each.urgent,
        "place": each.need.place,
        "responsible": each.responsible,
        "reporter": f"webchat:r{row_id}",
        "created_at": each.created,
        "length": len(each.events),
        "due_at": due.at if due else None,
    }


def _events(row_id: int, each: Ticket) -> Iterator[dict[str, Any]]:
    for position, one in enumerate(each.events):
        yield {
            "ticket_id": row_id,
            "position": position,
            "type": one.type,
            "at": one.at,
            "actor": one.actor,
            "audience": one.audience.value,
            "data": dict(one.data),
        }


async def by_clockwork(database: Database, urgent: int) -> tuple[int, float, float]:
    """Tickets done, seconds until the last urgent one and until the last."""
    ends: list[float] = []
    nothing = cast("Any", None)
    parts = Parts(database, nothing, Texts(), Signer(b"clocks"), lambda: NOW, timedelta(), lambda to: None, nothing)
    begin = time.perf_counter()

    def note(connection: Connection) -> None:
        if connection.get_execution_options().get("write"):
            ends.append(time.perf_counter() - begin)

    event.listen(database.engine.sync_engine, "commit", note)
    done = await Clockwork(parts).run_due()
    took = time.perf_counter() - begin
    return done, ends[-(-urgent // BATCH) - 1], took


async def one_by_one(database: Database, number: int) -> float:
    """Seconds for so many tickets, each in a transaction of its own."""
    texts, signer = Texts(), Signer(b"clocks")
    async with database.read() as connection:
        numbers = [each.number for each in await Tickets(connection, NOW).due(number)]
    begin = time.perf_counter()
    for each in numbers:
        async with database.write() as connection:
            book = Book(connection, NOW, texts, signer)
            known = await book.ticket(each)
            assert known is not None
            await catch_up(book, known, pace())
    return time.perf_counter() - begin


async def steps(database: Database) -> int:
    """Events there are."""
    async with database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(ticket_event))).scalar_one())


async def measure(folder: Path, number: int, due: int, plain: int) -> Iterator[str]:
    """The report."""
    path, copy = folder / "clocks.sqlite", folder / "plain.sqlite"
    ring = KeyRing([new_key()])
    database = Database(f"sqlite+aiosqlite:///{path}", ring)
    found = await fill(database, number, due)
    before = await steps(database)
    await database.close()
    shutil.copy(path, copy)
    database, beside = (Database(f"sqlite+aiosqlite:///{each}", ring) for each in (path, copy))
    slow = plain / await one_by_one(beside, plain)
    done, urgent, last = await by_clockwork(database, round(KINDS[0].share * due))
    after = await steps(database)
    for each in (database, beside):
        await each.close()
    return iter(
        [
            f"{number} open tickets, {found} due in one minute; {done} looked at, {after - before} events written",
            f"clockwork: {done / last:.0f} tickets a second, the last urgent one done after {urgent:.1f} s, "
            f"the last one after {last:.1f} s",
            f"one transaction a ticket: {slow:.0f} tickets a second ({plain} measured); "
            f"the clockwork is {done / last / slow:.1f} times as fast",
        ]
    )


def main(arguments: Sequence[str] | None = None) -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description="how fast what is due for tickets is done")
    parser.add_argument("--tickets", type=int, default=100_000)
    parser.add_argument("--due", type=int, default=10_000)
    parser.add_argument("--plain", type=int, default=1000, help="tickets that are done the plain way")
    given = parser.parse_args(arguments)
    if not 0 < given.due <= given.tickets:
        parser.error("--due must be from 1 up to --tickets")
    with tempfile.TemporaryDirectory() as name:
        print("\n".join(asyncio.run(measure(Path(name), given.tickets, given.due, given.plain))))


if __name__ == "__main__":
    main()
