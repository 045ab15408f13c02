"""One bot, measured in a process of its own: python -m benchmarks.conversation_trial '{"bot": "lianzhu", …}'"""

from __future__ import annotations

import asyncio
import json
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from benchmarks import rival_aiogram, rival_telegram
from benchmarks.network import Network
from benchmarks.ours import open_ours, villages
from benchmarks.resident import Crowd
from bot.task import settle_memory
from catalogue.place import Gazetteer

WARM_UP = 20
"""Conversations before the measured ones: statements are compiled, pools filled, libraries loaded."""


@asynccontextmanager
async def opened(trial: dict[str, Any], folder: Path) -> AsyncIterator[Crowd]:
    """The residents of the bot that the trial names."""
    network, database, places = Network(), str(trial.get("database", "")), villages(Gazetteer.load())
    match trial["bot"]:
        case "lianzhu":
            async with open_ours(folder, database, network) as ours:
                yield Crowd(network, ours.take, places)
        case "telegram":
            async with rival_telegram.open_rival(folder, database, network) as take:
                yield Crowd(network, take, places)
        case _:
            async with rival_aiogram.open_rival(folder, database, network, str(trial.get("redis", ""))) as take:
                yield Crowd(network, take, places)


async def run(trial: dict[str, Any]) -> dict[str, float]:
    """Messages a second, p50 and p99 in ms, and processor time of this process for a message in ms."""
    with tempfile.TemporaryDirectory(dir=trial["folder"]) as folder:
        async with opened(trial, Path(folder)) as crowd:
            await crowd.talk(WARM_UP, trial["at_once"])
            # As `serve` does; for the rivals too, who did not ask for what this process has loaded.
            settle_memory()
            worked, begin = time.process_time(), time.perf_counter()
            waited = sorted(await crowd.talk(trial["conversations"], trial["at_once"]))
            seconds, worked = time.perf_counter() - begin, time.process_time() - worked
    return {
        "rate": len(waited) / seconds,
        "p50": 1000 * waited[len(waited) // 2],
        "p99": 1000 * waited[len(waited) * 99 // 100],
        "work": 1000 * worked / len(waited),
    }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(run(json.loads(sys.argv[1])))))
