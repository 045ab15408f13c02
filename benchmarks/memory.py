"""Memory of one process while it answers message after message: python -m benchmarks.memory --messages 1000000

Whole intakes in five messages, fifty at once, on SQLite; every resident is new. The first fifth fills pools and caches;
from then on a line is laid through the resident memory, and its slope must not exceed LIMIT for a million messages.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from statistics import linear_regression

from benchmarks.network import Network
from benchmarks.ours import open_ours, villages
from benchmarks.resident import MESSAGES, Crowd
from benchmarks.stand import cores, scratch, table, write_between
from bot.task import settle_memory

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
HEAD = ("messages", "resident MB", "messages/s since")
AT_ONCE, SAMPLES = 50, 20
LIMIT = 64.0
"""MB by which memory may grow in a million messages: less than what a restart for an upgrade gives back in years."""


def resident_mb() -> float:
    """Resident memory of this process (Linux: VmRSS of proc(5))."""
    status = Path("/proc/self/status").read_text("ascii")
    return int(status.split("VmRSS:")[1].split()[0]) / 1024


def slope(samples: Sequence[tuple[int, float]]) -> float:
    """MB in a million messages, after the first fifth."""
    settled = samples[len(samples) // 5 :]
    return 1e6 * linear_regression([float(n) for n, _ in settled], [mb for _, mb in settled]).slope


async def watched(messages: int, folder: Path) -> list[tuple[int, float, float]]:
    """Messages so far, resident MB and messages a second since the sample before."""
    network, found = Network(), []
    async with open_ours(folder, "", network) as ours:
        crowd = Crowd(network, ours.take, villages(ours.app.catalogue.gazetteer))
        await crowd.talk(AT_ONCE, AT_ONCE)
        settle_memory()
        step = max(1, messages // MESSAGES // SAMPLES)
        for number in range(SAMPLES + 1):
            begin = time.perf_counter()
            if number:
                await crowd.talk(step, AT_ONCE)
            rate = step * MESSAGES / (time.perf_counter() - begin) if number else 0.0
            found.append((number * step * MESSAGES, resident_mb(), rate))
            print(found[-1], file=sys.stderr)
    return found


def main() -> None:
    """Watch, print, write the page; exit with 1 when it grows."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--messages", type=int, default=1_000_000)
    chosen.add_argument("--keep", action="store_true", help="leave the page as it is")
    given = chosen.parse_args()
    os.sched_setaffinity(0, {cores()[0]})
    with ExitStack() as stack:
        found = asyncio.run(watched(given.messages, stack.enter_context(scratch())))
    grows = slope([(number, mb) for number, mb, _ in found])
    rows = [[f"{number:,}", f"{mb:.0f}", f"{rate:.0f}" if rate else ""] for number, mb, rate in found]
    said = f"Slope after the first fifth: {grows:.0f} MB in a million messages (at most {LIMIT:.0f})."
    result = f"{table(HEAD, rows)}\n\n{said}"
    print(result)
    if not given.keep:
        write_between(PAGE, "memory", result)
    sys.exit(0 if grows <= LIMIT else 1)


if __name__ == "__main__":
    main()
