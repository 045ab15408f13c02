"""Several equal processes beside one, on the same PostgreSQL and Redis: python -m benchmarks.processes

Every process has residents of its own, as if each of them were behind the same webhook; whichever process sends an
answer hands it over to where the resident is. All share the cores of this machine with the two servers, so told is also
how many cores the bots and the servers took: where both together come near what there is, nothing else can be gained.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import socket
import sys
import time
from asyncio.subprocess import PIPE, Process, create_subprocess_exec
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from itertools import count
from pathlib import Path
from typing import Any

from benchmarks.network import Network
from benchmarks.ours import open_ours, villages
from benchmarks.resident import FIRST_CHAT, Crowd
from benchmarks.stand import middles, postgresql, redis, scratch, table, write_between
from bot.task import settle_memory

PAGE = Path(__file__).parents[1] / "docs" / "speed.md"
HEAD = ("processes", "messages a second", "beside one", "p50 ms", "p99 ms", "cores of the bots", "cores of the servers")
CHATS = 1_000_000
"""Chats of one process."""
AT_ONCE, CONVERSATIONS, WARM_UP = 50, 300, 20
"""Of all processes together."""
LONGEST_WAIT = 300.0
TICKS = os.sysconf("SC_CLK_TCK")


class Post(asyncio.DatagramProtocol):
    """What another process was given for a resident of this one."""

    def __init__(self, network: Network) -> None:
        self._network = network

    def datagram_received(self, data: bytes, addr: object) -> None:
        chat, given = json.loads(data)
        self._network.show(chat, given)


def posting(folder: Path) -> Callable[[int, Mapping[str, Any]], None]:
    """Hand a message to the process whose resident it is for; what is for nobody's is dropped."""
    out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def post(chat: int, given: Mapping[str, Any]) -> None:
        path = _socket(folder, chat // CHATS)
        if path.exists():
            kept = {name: given[name] for name in ("text", "reply_markup") if name in given}
            out.sendto(json.dumps((chat, kept)).encode(), str(path))

    return post


def _socket(folder: Path, owner: int) -> Path:
    return folder / f"{owner}.post"


async def member(given: dict[str, Any]) -> None:
    """One process. It says when it is ready, and goes on when it is told to."""
    network, folder, owner = Network(), Path(given["folder"]), FIRST_CHAT // CHATS + given["number"]
    network.elsewhere = posting(folder)
    loop = asyncio.get_running_loop()
    await loop.create_datagram_endpoint(
        lambda: Post(network), local_addr=str(_socket(folder, owner)), family=socket.AF_UNIX
    )
    async with open_ours(folder, given["database"], network, redis=given["redis"]) as ours:
        first = owner * CHATS
        crowd = Crowd(network, ours.take, villages(ours.app.catalogue.gazetteer), count(first), count(first))
        await _barrier()
        await crowd.talk(WARM_UP, given["at_once"])
        settle_memory()
        await _barrier()
        begin, worked = time.time(), time.process_time()
        waited = await crowd.talk(given["conversations"], given["at_once"])
        told = {"begin": begin, "end": time.time(), "work": time.process_time() - worked, "waited": waited}
        print(json.dumps(told), flush=True)
        # The others may still need what this one has claimed.
        await _barrier()


async def _barrier() -> None:
    print("ready", flush=True)
    await asyncio.to_thread(sys.stdin.readline)


async def together(processes: int, common: Mapping[str, Any]) -> dict[str, float]:
    """Messages a second, p50 and p99 in ms, and cores taken, of so many processes at once."""
    share = {"at_once": AT_ONCE // processes, "conversations": CONVERSATIONS // processes}
    command = (sys.executable, "-W", "ignore", "-m", "benchmarks.processes")
    members = [
        await create_subprocess_exec(
            *command, json.dumps({**common, **share, "number": number}), stdin=PIPE, stdout=PIPE, limit=2**24
        )
        for number in range(processes)
    ]
    for _ in ("open", "warm"):
        await _all_ready(members)
    busy = _busy()
    told = [json.loads(line) for line in await _lines(members)]
    busy = _busy() - busy
    await _all_ready(members)
    for each in members:
        await each.wait()
    seconds = max(each["end"] for each in told) - min(each["begin"] for each in told)
    waited = sorted(wait for each in told for wait in each["waited"])
    bots = sum(each["work"] for each in told)
    return {
        "rate": len(waited) / seconds,
        "p50": 1000 * waited[len(waited) // 2],
        "p99": 1000 * waited[len(waited) * 99 // 100],
        "bots": bots / seconds,
        "servers": (busy - bots) / seconds,
    }


async def _all_ready(members: Sequence[Process]) -> None:
    if any(line != b"ready\n" for line in await _lines(members)):
        raise RuntimeError("a process ended before its time; its error stands above")
    for each in members:
        if each.stdin is not None:
            each.stdin.write(b"go\n")


async def _lines(members: Sequence[Process]) -> list[bytes]:
    async with asyncio.timeout(LONGEST_WAIT):
        return await asyncio.gather(*(each.stdout.readline() for each in members if each.stdout is not None))


def _busy() -> float:
    """Seconds that all cores together have worked since the machine started (proc(5), /proc/stat)."""
    user, nice, system, *_ = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:])
    return (user + nice + system) / TICKS


async def prepare(folder: Path, database: str) -> None:
    """A migrated database with a roster, before several come at once."""
    async with open_ours(folder, database, Network()):
        pass


def main() -> None:
    """Measure in turns, print, write the page."""
    chosen = argparse.ArgumentParser(description=__doc__)
    chosen.add_argument("--processes", type=int, nargs="+", default=[1, 2, 4])
    chosen.add_argument("--rounds", type=int, default=3)
    chosen.add_argument("--keep", action="store_true", help="leave the page as it is")
    given = chosen.parse_args()
    if not all(1 <= number <= AT_ONCE for number in given.processes) or given.rounds < 1:
        chosen.error(f"processes are from 1 to {AT_ONCE}, rounds at least 1")
    found: dict[int, list[dict[str, float]]] = {number: [] for number in given.processes}
    with ExitStack() as stack:
        folder = stack.enter_context(scratch())
        server, postgres = stack.enter_context(redis(folder)), stack.enter_context(postgresql(folder, pinned=False))
        for turn in range(given.rounds):
            for number in given.processes:
                common = {"database": asyncio.run(postgres.make("processes")), "redis": server}
                common["folder"] = str(folder / f"{turn}-{number}")
                asyncio.run(prepare(Path(common["folder"]), common["database"]))
                found[number].append(asyncio.run(together(number, common)))
                print(number, found[number][-1], file=sys.stderr)
    rows = []
    typical = middles(found)
    for number, run in typical.items():
        beside = run["rate"] / typical[given.processes[0]]["rate"]
        rest = [f"{run['p50']:.0f}", f"{run['p99']:.0f}", f"{run['bots']:.2f}", f"{run['servers']:.2f}"]
        rows.append([str(number), f"{run['rate']:.0f}", f"{beside:.2f} ×", *rest])
    result = table(HEAD, rows)
    print(result)
    if not given.keep:
        write_between(PAGE, "processes", f"{result}\n\nThis machine has {os.cpu_count()} cores.")


if __name__ == "__main__":
    if len(sys.argv) > 1 and sys.argv[1].startswith("{"):
        asyncio.run(member(json.loads(sys.argv[1])))
    else:
        main()
