"""What a message costs with years of work in the database, beside one with hardly any: python -m benchmarks.scale

Two databases on one PostgreSQL: 1,000 residents and tickets of a year in one, 1,000,000 residents and 5,000,000 tickets
of ten years in the other (`--residents` and `--tickets` for less), with the same roster. The same intakes go on in both
in turns, one at a time; told is the time until a message's answer is handed to the network, and the processor's time.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import shutil
import sys
import time
from contextlib import ExitStack
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.filling import Size, fill
from benchmarks.network import Network
from benchmarks.ours import Ours, open_ours, spots, villages
from benchmarks.resident import Crowd
from benchmarks.stand import measured, middles, postgresql, scratch, table, write_between
from bot.task import settle_memory
from casework import step
from casework.permission import resident

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
HEAD = (
    "residents",
    "tickets",
    "p50 ms",
    "mean ms",
    "processor ms/message",
    "p50 beside small",
    "processor beside small",
)
LIMIT = 1.2
BYTES_A_TICKET = 4_000
"""On the disk, with its events, indexes and the log of filling."""
SMALL = Size(1_000, 1_000, timedelta(days=365), 50)
ROUNDS, CONVERSATIONS, WARM_UP = 5, 30, 6


async def prepared(database: str, size: Size, folder: str) -> None:
    """Let the program make two tickets, one of which is withdrawn, and copy them."""
    network = Network()
    async with open_ours(Path(folder), database, network) as ours:
        crowd = Crowd(network, ours.take, villages(ours.app.catalogue.gazetteer))
        await crowd.talk(2, 1)
        await asyncio.sleep(1.0)
        ended, running = await _two(ours)
        await fill(ours.app.database, size, ended, running, await spots(ours.app))


async def _two(ours: Ours) -> tuple[str, str]:
    """The numbers of a ticket that was withdrawn and of one that is worked on."""
    async with ours.app.database.write() as connection:
        book = ours.app.house.book(connection)
        ended, running = [ticket for _, ticket in await book.everything()][:2]
        await step.cancel(book, ended, resident(ended.reporter))
    return ended.number, running.number


async def trial(given: dict[str, Any]) -> dict[str, float]:
    """Some intakes in a database that is there."""
    network = Network()
    async with open_ours(Path(given["folder"]), given["database"], network) as ours:
        chats, numbers = count(given["chat"]), count(given["chat"])
        crowd = Crowd(network, ours.take, villages(ours.app.catalogue.gazetteer), chats, numbers)
        await crowd.talk(WARM_UP, 1)
        settle_memory()
        worked = time.process_time()
        waited = sorted(await crowd.talk(CONVERSATIONS, 1))
        worked = time.process_time() - worked
    mean = sum(waited) / len(waited)
    return {"p50": 1000 * waited[len(waited) // 2], "mean": 1000 * mean, "work": 1000 * worked / len(waited)}


def room_for(tickets: int, folder: Path) -> int:
    """At most so many tickets as half of the free disk holds."""
    fitting = shutil.disk_usage(folder).free // 2 // BYTES_A_TICKET
    if fitting < tickets:
        print(f"the disk has room for {fitting:,} tickets only", file=sys.stderr)
    return min(tickets, fitting)


def main() -> None:
    """Fill both, measure in turns, print, write the page; exit with 1 when the limit is not held."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--residents", type=int, default=1_000_000)
    chosen.add_argument("--tickets", type=int, default=5_000_000)
    chosen.add_argument("--keep", action="store_true", help="leave the page as it is")
    given = chosen.parse_args()
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        postgres = stack.enter_context(postgresql(folder, max_wal_size="8GB"))
        tickets = room_for(given.tickets, folder)
        sizes = {
            "small": SMALL,
            "large": Size(given.residents, tickets, timedelta(days=3650), max(50, tickets // 2000)),
        }
        urls = {name: asyncio.run(postgres.make(name)) for name in sizes}
        for name, size in sizes.items():
            begin = time.monotonic()
            asyncio.run(prepared(urls[name], size, str(folder / name)))
            print(f"{name}: filled in {time.monotonic() - begin:.0f} s", file=sys.stderr)
        found: dict[str, list[dict[str, float]]] = {name: [] for name in sizes}
        for number in range(1, ROUNDS + 1):
            for name in sizes:
                found[name].append(turn(urls[name], folder / name, number))
                print(name, found[name][-1], file=sys.stderr)
    report(sizes, found, keep=given.keep)


def turn(url: str, folder: Path, number: int) -> dict[str, float]:
    """One round in one database."""
    chat = 90_000_000 + 100_000 * number
    return measured("benchmarks.scale", {"database": url, "folder": str(folder), "chat": chat})


def report(sizes: dict[str, Size], found: dict[str, list[dict[str, float]]], *, keep: bool) -> None:
    """The table, and whether the limit is held."""
    typical = middles(found)
    small = typical["small"]
    rows = []
    for name, size in sizes.items():
        times = [f"{typical[name][key]:.1f}" for key in small]
        ratios = [f"{typical[name][key] / small[key]:.2f} ×" for key in ("p50", "work")]
        rows.append([f"{size.residents:,}", f"{size.tickets:,}", *times, *ratios])
    result = table(HEAD, rows)
    print(result)
    if not keep:
        write_between(PAGE, "scale", result)
    sys.exit(0 if typical["large"]["p50"] <= LIMIT * small["p50"] else 1)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("{"):
        print(json.dumps(asyncio.run(trial(json.loads(sys.argv[1])))))
    else:
        main()
