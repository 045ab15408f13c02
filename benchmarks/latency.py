"""From the resident's confirmation to the worker's notification handed to the network: python -m benchmarks.latency

Residents begin at moments by chance and pause as people do, whether or not others were answered (an open loop). A wait
is counted from when a message was due to come, not from when there was time to send it: who waits in line is counted
too (Gil Tene, "How not to measure latency", on coordinated omission). Counted is what comes once as many talk as the
rate asks for. One process on one core, the servers on the others.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import re
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.network import Network, Shown
from benchmarks.ours import WORKER_CHAT, hired, open_ours, villages
from benchmarks.resident import MESSAGES, PATIENCE, STEPS, Crowd, Resident
from benchmarks.stand import measured, postgresql, scratch, table, write_between
from bot.task import settle_memory

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
HEAD = ("database", "messages/s asked for", "messages/s taken", "p50 ms", "p99 ms", "answers p50 ms", "answers p99 ms")
LIMIT_MS = 50.0
FIGURES = ("rate", "p50", "p99", "answer50", "answer99")
PAUSE = (1.0, 2.0)
"""Seconds before each of a resident's messages, at least and at most."""
LEAD = MESSAGES * PAUSE[1]
"""Seconds until as many talk as the rate asks for: the first residents have ended by then."""


class Notices:
    """When each ticket's notification was handed to the network for its worker."""

    def __init__(self, network: Network, workers: int) -> None:
        self._at: dict[str, asyncio.Future[float]] = defaultdict(asyncio.get_running_loop().create_future)
        for worker in range(1, workers + 1):
            network.listeners[WORKER_CHAT + worker] = self._hear

    def _hear(self, shown: Shown) -> None:
        told = self._at[_number(shown.text)]
        if not told.done():
            told.set_result(shown.at)

    async def told(self, ticket: str) -> float:
        """The moment on the clock of `perf_counter`."""
        return await self._at[ticket]


def _number(text: str) -> str:
    found = re.search(r"LZ\d+", text)
    return found.group() if found else ""


async def paced(crowd: Crowd, notices: Notices, rate: float, seconds: float) -> tuple[list[float], list[float]]:
    """Waits from confirmation to notification, and from any message to its answer, in ms."""
    told: list[float] = []
    answered: list[float] = []
    dice, begin = random.Random(1), time.perf_counter() + 0.1

    async def conversation(number: int, due: float) -> None:
        resident = Resident(next(crowd.chats), crowd.network, crowd.numbers)
        crowd.network.listeners[resident.chat] = resident.hear
        place = crowd.places[number % len(crowd.places)]
        for words, awaited in STEPS:
            due += dice.uniform(*PAUSE)
            await asyncio.sleep(due - time.perf_counter())
            late = max(0.0, time.perf_counter() - due)
            waited = await resident.say(crowd.take, words.format(place=place), awaited)
            if counted(due):
                answered.append(1000 * (late + waited))
        async with asyncio.timeout(PATIENCE):
            handed = await notices.told(_number(resident.text))
        if counted(due):
            told.append(1000 * (handed - due))
        del crowd.network.listeners[resident.chat]

    def counted(due: float) -> bool:
        return begin + LEAD <= due < begin + LEAD + seconds

    async with asyncio.TaskGroup() as group:
        for number in range(int(rate * (LEAD + seconds) / MESSAGES)):
            group.create_task(conversation(number, begin + dice.uniform(0, LEAD + seconds)))
    return sorted(told), sorted(answered)


def at(waits: list[float], percent: float) -> float:
    """A percentile of sorted values."""
    return waits[min(len(waits) - 1, int(len(waits) * percent / 100))]


async def trial(given: dict[str, Any]) -> dict[str, float]:
    """One database at one rate."""
    network = Network()
    with tempfile.TemporaryDirectory(dir=given["folder"]) as folder:
        async with open_ours(Path(folder), given["database"], network) as ours:
            crowd = Crowd(network, ours.take, villages(ours.app.catalogue.gazetteer))
            await crowd.talk(20, 10)
            notices = Notices(network, await hired(ours.app))
            settle_memory()
            told, answered = await paced(crowd, notices, given["rate"], given["seconds"])
    return {
        "rate": len(answered) / given["seconds"],
        "p50": at(told, 50),
        "p99": at(told, 99),
        "answer50": at(answered, 50),
        "answer99": at(answered, 99),
    }


def main() -> None:
    """Measure, print, write the page; exit with 1 when the limit is not held."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--rates", type=float, nargs="+", default=[25.0, 50.0, 100.0])
    chosen.add_argument("--seconds", type=float, default=20.0)
    chosen.add_argument("--keep", action="store_true", help="leave the page as it is")
    given = chosen.parse_args()
    if min(given.rates) * given.seconds < MESSAGES:
        chosen.error("too few messages to tell anything: choose higher rates or more seconds")
    rows, held = [], True
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        postgres = stack.enter_context(postgresql(folder))
        for name in ("SQLite", "PostgreSQL"):
            for rate in given.rates:
                url = asyncio.run(postgres.make("latency")) if name == "PostgreSQL" else ""
                wanted = {"database": url, "rate": rate, "seconds": given.seconds, "folder": str(folder)}
                found = measured("benchmarks.latency", wanted)
                rows.append(
                    [
                        name,
                        f"{rate:.0f}",
                        *(f"{found[key]:.1f}" for key in ("rate", "p50", "p99", "answer50", "answer99")),
                    ]
                )
                print(rows[-1], file=sys.stderr)
                held = held and found["p99"] <= LIMIT_MS
    result = table(HEAD, rows)
    print(result)
    if not given.keep:
        write_between(PAGE, "latency", result)
    sys.exit(0 if held else 1)


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("{"):
        print(json.dumps(asyncio.run(trial(json.loads(sys.argv[1])))))
    else:
        main()
