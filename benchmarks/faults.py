"""How well promises are kept while everything goes wrong: python -m benchmarks.faults --minutes 10 --seed 1

Real processes of run_bot.py, on SQLite and on PostgreSQL with Redis, before a strict Telegram of our own; residents
and workers on Telegram and on the web go through need after need, while faults drawn by the seed strike. Then a checker
that shares no code with the program compares what everybody said and saw with what is stored. Prints what was broken,
and writes docs/faults.md unless one house alone was asked for.
"""

from __future__ import annotations

import argparse
import asyncio
import logging
import sys
import tempfile
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from random import Random

from benchmarks.understanding import CACHE
from tests import postgres, redis
from tests.fakes.bot_api import FakeBotApi
from tests.faults.evidence import Violation
from tests.faults.fault import FAULTS, plan
from tests.faults.scene import Scene, endure, opened
from tests.process import Programs

PAGE = Path(__file__).parents[1] / "docs" / "faults.md"
HOUSES = {"sqlite": "one process, SQLite", "postgresql": "two processes, PostgreSQL and Redis"}
EVERY = 30.0
"""Seconds in which each fault strikes once."""
A_NEED = 25.0
"""Seconds that one need takes, when Telegram lets one message a second through to each chat."""
PATIENCE = 300.0
"""Seconds after which somebody who waits gives up, which is a broken promise."""
KINDS = (
    "unanswered", "message lost", "message doubled", "order of messages", "unsent", "parked unseen", "marked sent",
    "from nowhere", "order of answers", "ticket lost", "ticket doubled", "ticket mixed up", "nobody told",
    "thread broken", "step doubled", "ticket of nobody",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Result:
    """What happened to one house."""

    house: str
    struck: Counter[str]
    said: int
    seen: int
    tickets: int
    violations: list[Violation]


@asynccontextmanager
async def house(kind: str, folder: Path) -> AsyncIterator[Scene]:
    programs = Programs(folder / "data", CACHE)
    async with FakeBotApi() as api:
        if kind == "sqlite":
            async with opened(
                Scene(programs, api, database=str(programs.database), patience=PATIENCE, longest=60)
            ) as scene:
                yield scene
            return
        with postgres.running(folder / "pg", postgres.SAFE) as server, redis.running() as wire:
            async with postgres.fresh(server) as url:
                programs.settings |= {"database_url": url, "redis_url": wire.url}
                plain = url.replace("postgresql+asyncpg", "postgresql")
                async with opened(
                    Scene(programs, api, server, wire, plain, processes=2, patience=PATIENCE, longest=60)
                ) as scene:
                    yield scene


async def endured(kind: str, minutes: float, seed: int) -> Result:
    seconds = 60 * minutes
    chance = Random(f"{kind} {seed}")
    with tempfile.TemporaryDirectory(prefix="lianzhu-faults-") as folder:
        async with house(kind, Path(folder)) as scene:
            planned = plan(chance, scene.has, seconds, slow=True, rounds=max(1, round(seconds / EVERY)))
            violations = await endure(scene, planned, chance, rounds=max(1, round(seconds / A_NEED)))
            witnesses = [each.witness for each in (*scene.phones, *scene.pages)]
            said, seen = sum(len(each.said) for each in witnesses), sum(len(each.seen) for each in witnesses)
            promised = sum(len(each.promised) for each in witnesses)
            return Result(kind, scene.struck, said, seen, promised, violations)


def table(results: Sequence[Result]) -> list[str]:
    """The results in Markdown."""
    houses = [each.house for each in results]
    rows = [["", *(HOUSES[each] for each in houses)], ["---"] + ["---:"] * len(houses)]
    rows += [[fault.name, *(_or_dash(each.struck[fault.name]) for each in results)] for fault in FAULTS]
    for name, of in (("messages said", "said"), ("messages seen", "seen"), ("tickets promised", "tickets")):
        rows.append([f"**{name}**", *(f"{getattr(each, of):,}" for each in results)])
    broken = [Counter(each.kind for each in result.violations) for result in results]
    rows += [[f"broken: {kind}", *(str(each[kind]) for each in broken)] for kind in KINDS]
    return ["| " + " | ".join(row) + " |" for row in rows]


def _or_dash(count: int) -> str:
    return str(count) if count else "–"


def page(results: Sequence[Result], command: str) -> str:
    """The whole document."""
    return "\n".join([
        "# Faults",
        "",
        f"Written by `{command}`. Real processes are killed and cut off while",
        "residents and workers on Telegram and on the web go through need after need; what they said and saw is then",
        "compared with what is stored, by a checker that shares no code with the program (`tests/faults/checker.py`).",
        "The upper rows count how often each fault struck, the lower ones how many promises were broken.",
        "",
        *table(results),
        "",
    ])  # fmt: skip


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=5.0, help="for how long faults strike each house")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--house", choices=HOUSES, action="append", help="this one only; the page is not written then")
    parser.add_argument("--log", action="store_true", help="say when which fault strikes")
    chosen = parser.parse_args()
    logging.basicConfig(level=logging.WARNING)
    if chosen.log:
        logging.getLogger("tests.faults").setLevel(logging.INFO)
    results = [asyncio.run(endured(kind, chosen.minutes, chosen.seed)) for kind in chosen.house or HOUSES]
    print("\n".join(table(results)))
    broken = [violation for each in results for violation in each.violations]
    for violation in broken:
        print(f"{violation.kind}: {violation.words}")
    if not chosen.house:
        command = f"python -m benchmarks.faults --minutes {chosen.minutes:g} --seed {chosen.seed}"
        PAGE.write_text(page(results, command), "utf-8")
    sys.exit(1 if broken else 0)


if __name__ == "__main__":
    main()
