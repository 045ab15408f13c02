"""Five-message intakes a second, beside the same dialogue in aiogram and in python-telegram-bot:

    python -m benchmarks.conversations

Writes its table into docs/speed.md. Every bot runs in a process of its own on one core, gets updates as a webhook
delivers them, and sends into a network that costs nothing; Redis and PostgreSQL run on the other cores. Rounds take
turns, so that whatever else the machine does falls on all alike, and the median round is told.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from benchmarks.stand import measured, middles, postgresql, redis, scratch, table, write_between

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
HEAD = (
    "bot",
    "database",
    "at once",
    "messages a second",
    "p50 ms",
    "p99 ms",
    "processor ms a message",
    "beside aiogram with Redis",
)
NAMES = {
    "lianzhu": "lianzhu, every turn durable",
    "memory": "aiogram, MemoryStorage",
    "redis": "aiogram, RedisStorage",
    "telegram": "python-telegram-bot, ConversationHandler",
}
CONVERSATIONS = {1: 40, 50: 300}
"""How many are measured in a round, by how many go on at once."""
Key = tuple[str, str, int]


def trials(databases: Mapping[str, str], folder: Path, server: str) -> Iterator[tuple[Key, dict[str, Any]]]:
    """Everything that is measured in a round."""
    for at_once, conversations in CONVERSATIONS.items():
        for name, url in databases.items():
            for bot in NAMES:
                common = {"database": url, "at_once": at_once, "conversations": conversations, "folder": str(folder)}
                yield (bot, name, at_once), common | {"bot": bot, "redis": server if bot == "redis" else ""}


def rows(found: Mapping[Key, list[dict[str, float]]]) -> Iterator[list[str]]:
    """The lines of the table."""
    typical = middles(found)
    for (bot, database, at_once), run in typical.items():
        ratio = run["rate"] / typical["redis", database, at_once]["rate"]
        figures = [
            f"{run['rate']:.0f}",
            f"{run['p50']:.1f}",
            f"{run['p99']:.1f}",
            f"{run['work']:.2f}",
            f"{ratio:.2f} ×",
        ]
        yield [NAMES[bot], database, str(at_once), *figures]


def main() -> None:
    """Measure, print, and write the page."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--rounds", type=int, default=3)
    chosen.add_argument("--keep", action="store_true", help="leave the page as it is")
    given = chosen.parse_args()
    found: dict[Key, list[dict[str, float]]] = {}
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        server = stack.enter_context(redis(folder))
        postgres = stack.enter_context(postgresql(folder))
        databases = {"SQLite": "", "PostgreSQL": postgres.url("conversations")}
        for number in range(given.rounds):
            for key, trial in trials(databases, folder, server):
                if trial["database"]:
                    trial["database"] = asyncio.run(postgres.make("conversations"))
                found.setdefault(key, []).append(measured("benchmarks.conversation_trial", trial))
                print(f"round {number + 1}: {' '.join(map(str, key))}: {found[key][-1]}", file=sys.stderr)
    result = table(HEAD, list(rows(found)))
    print(result)
    if not given.keep:
        write_between(PAGE, "conversations", result)


if __name__ == "__main__":
    main()
