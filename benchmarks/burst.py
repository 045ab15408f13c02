"""A cold wave: 100,000 messages in ten minutes at one process: python -m benchmarks.burst

Every message is the first of somebody, at a moment by chance; one in a hundred tells of a danger. Messages come as a
webhook brings them, forty at a time (Telegram's own `max_connections`): what is more waits at Telegram, which is the
back-pressure. Residents are given the usual two seconds for a second message. Told is how long after its moment a
message was durably taken in, how long until it was answered, dangers apart, and the memory.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from benchmarks.memory import resident_mb
from benchmarks.network import Network, Shown
from benchmarks.ours import Ours, open_ours
from benchmarks.resident import FIRST_CHAT, update
from benchmarks.stand import cores, scratch, table, write_between
from bot.task import settle_memory

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
HEAD = ("", "messages", "p50 s", "p99 s", "longest s")
AT_TELEGRAM = 40
"""Deliveries under way at once (Bot API, setWebhook: max_connections)."""
DANGER = "我妈摔倒了起不来，流了好多血"
NEEDS = ("家里没暖气了，老人冻得不行", "雪太大出不去门，想找人送饭", "没人做饭，我走不动", "想找人陪我爸去医院")
URGENT_SHARE = 0.01
LONGEST_WAIT = 1800.0


@dataclass(slots=True)
class Wave:
    """What became of each message: seconds from its moment to being kept, and to the answer."""

    network: Network
    kept: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    answered: dict[bool, list[float]] = field(default_factory=lambda: {True: [], False: []})
    most_mb: float = 0.0

    def expect(self, chat: int, due: float, *, urgent: bool) -> None:
        """The first message shown to this chat is its answer."""

        def hear(shown: Shown) -> None:
            self.answered[urgent].append(shown.at - due)
            del self.network.listeners[chat]

        self.network.listeners[chat] = hear


async def wave(ours: Ours, network: Network, messages: int, seconds: float, first: int) -> Wave:
    """All messages at their moments, from chats numbered from `first`, until everybody has been answered."""
    found, doors, dice = Wave(network), asyncio.Semaphore(AT_TELEGRAM), random.Random(first)
    moments = sorted(dice.uniform(0, seconds) for _ in range(messages))
    begin = time.perf_counter()

    async def deliver(chat: int, due: float, text: str) -> None:
        try:
            await ours.take(update(chat, chat, text))
            found.kept[text == DANGER].append(time.perf_counter() - due)
        finally:
            doors.release()

    async with asyncio.TaskGroup() as group:
        for number, moment in enumerate(moments):
            await asyncio.sleep(begin + moment - time.perf_counter())
            await doors.acquire()
            urgent = dice.random() < URGENT_SHARE
            text = DANGER if urgent else dice.choice(NEEDS)
            found.expect(first + number, begin + moment, urgent=urgent)
            group.create_task(deliver(first + number, begin + moment, text))
            if number % 1000 == 0:
                found.most_mb = max(found.most_mb, resident_mb())
    async with asyncio.timeout(LONGEST_WAIT):
        while any(chat >= FIRST_CHAT for chat in network.listeners):  # noqa: ASYNC110 - a look a second is enough
            await asyncio.sleep(1)
    found.most_mb = max(found.most_mb, resident_mb())
    return found


def row(name: str, waits: Sequence[float]) -> list[str]:
    """A line of the table."""
    ordered = sorted(waits)
    figures = [ordered[len(ordered) // 2], ordered[len(ordered) * 99 // 100], ordered[-1]]
    return [name, f"{len(ordered):,}", *(f"{seconds:.2f}" for seconds in figures)]


async def run(folder: Path, messages: int, seconds: float) -> str:
    """The report."""
    network = Network()
    async with open_ours(folder, "", network, gather_seconds=2.0) as ours:
        await wave(ours, network, 100, 5.0, FIRST_CHAT)
        settle_memory()
        before, begin = resident_mb(), time.perf_counter()
        found = await wave(ours, network, messages, seconds, 2 * FIRST_CHAT)
        took = time.perf_counter() - begin
    rows = [
        row("taken in, dangers", found.kept[True]),
        row("taken in, others", found.kept[False]),
        row("answered, dangers", found.answered[True]),
        row("answered, others", found.answered[False]),
    ]
    said = (
        f"{messages:,} messages sent within {seconds:.0f} s, all taken in and answered after {took:.0f} s. "
        f"Resident memory {before:.0f} MB before, at most {found.most_mb:.0f} MB."
    )
    return f"{table(HEAD, rows)}\n\n{said}"


def main() -> None:
    """Run, print, write the page."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--messages", type=int, default=100_000)
    chosen.add_argument("--seconds", type=float, default=600.0)
    chosen.add_argument("--keep", action="store_true", help="leave the page as it is")
    given = chosen.parse_args()
    os.sched_setaffinity(0, {cores()[0]})
    with ExitStack() as stack:
        result = asyncio.run(run(stack.enter_context(scratch()), given.messages, given.seconds))
    print(result)
    if not given.keep:
        write_between(PAGE, "burst", result)


if __name__ == "__main__":
    main()
