"""A month of a prefecture in minutes: python -m benchmarks.month --people 20000 --seed 1

The real casework, storage (SQLite) and clockwork under a simulated clock, and invented people who accept, pass on, let
lie, answer or not. Then `benchmarks.month_check` works everything out again from the stored rows; the exit status is 1
when it finds a violation.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import nullcontext
from pathlib import Path

from benchmarks import month_check
from benchmarks.month_figures import lines
from benchmarks.month_life import Month
from benchmarks.month_town import Plan, plan, settle_in
from casework.ticket import Ticket
from storage.casebook import Tickets
from storage.database import Database
from storage.migrate import migrate
from storage.seal import KeyRing, new_key

A_YEAR = 365


async def simulate(folder: Path, people: int, given: Plan, filings: int, seed: int) -> list[str]:
    """Run it all into month.sqlite and month.json of the folder; returns the report."""
    dice = random.Random(seed)
    key = new_key()
    (folder / "month.key").write_text(key.hex())
    database = Database(f"sqlite+aiosqlite:///{folder / 'month.sqlite'}", KeyRing([key]))
    try:
        await migrate(database)
        async with database.write() as connection:
            town = await settle_in(connection, dice, people, given)
        month, begin = Month(database, town, given, dice), time.perf_counter()
        await month.run(filings)
        took = time.perf_counter() - begin
        tickets = await everything(database, month)
    finally:
        await database.close()
    _write_facts(folder, given)
    events = sum(len(ticket.events) for ticket in tickets)
    return [
        f"staff: {len(town.people)}; {given.start.date()} and {(given.end - given.start).days} days more",
        *lines(tickets, town, given.last),
        f"steps that came too late or did not fit: {dict(sorted(month.refused.items()))}; "
        f"failed in the clockwork: {month.failures.count}",
        f"throughput: {took:.0f} s; {month.steps} steps of people, {month.looked_at} looks of the clock, "
        f"{events / took:.0f} events a second",
    ]


async def everything(database: Database, month: Month) -> list[Ticket]:
    """All tickets."""
    found: list[Ticket] = []
    async with database.read() as connection:
        book, after = Tickets(connection, month.at), 0
        while page := await book.everything(after):
            found += [ticket for _, ticket in page]
            after = page[-1][0]
    return found


def _write_facts(folder: Path, given: Plan) -> None:
    facts = {
        "outages": [[each.timestamp() for each in given.outage]],
        "set_back": [[each.timestamp() for each in given.set_back]],
        "end": given.last.timestamp(),
    }
    (folder / "month.json").write_text(json.dumps(facts), "utf-8")


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the report and every violation."""
    parser = argparse.ArgumentParser(description="a month of the prefecture under a simulated clock")
    parser.add_argument("--people", type=int, default=20_000, help="residents who may ask for something")
    parser.add_argument("--rate", type=float, default=1.5, help="tickets of one of them in a year")
    parser.add_argument("--days", type=int, default=30)
    parser.add_argument("--tail", type=int, default=30, help="days after it in which nothing new comes")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--folder", type=Path, help="an empty folder to keep the rows in")
    given = parser.parse_args(arguments)
    if given.people < 1 or given.days < 1 or given.tail < 0:
        parser.error("--people and --days must be from 1 up, --tail from 0 up")
    if given.folder and given.folder.is_dir() and any(given.folder.iterdir()):
        parser.error(f"{given.folder} is not empty: give a new folder")
    filings = round(given.people * given.rate * given.days / A_YEAR)
    with nullcontext(given.folder) if given.folder else tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        report = asyncio.run(simulate(folder, given.people, plan(given.days, given.tail), filings, given.seed))
        print("\n".join(report))
        return month_check.main([str(folder)])


if __name__ == "__main__":
    sys.exit(main())
