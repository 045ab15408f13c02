"""`run_bot.py serve --processes N`: equal processes on one listening socket, each started again when it dies."""

from __future__ import annotations

import asyncio
import logging
import os
import signal
import socket
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Coroutine, Sequence
from pathlib import Path

from bot import exposition
from bot.house import StartError
from bot.server import bound
from bot.settings import Settings

log = logging.getLogger(__name__)
LISTENER = "LIANZHU_LISTENER"
"""The environment variable that hands a process the number of its socket, and whether it is the one that speaks."""
FIRST_PAUSE, LONGEST_PAUSE = 1.0, 30.0
"""Seconds before a process that died is started again; longer each time that it dies young."""
GROWN_UP = 60.0
"""Seconds after which a process counts as having started well."""
CANNOT_START = 2
"""The exit status of a process that has said why it cannot start."""


async def serve(settings: Settings, processes: int, arguments: Sequence[str]) -> None:
    """Run so many of `run_bot.py serve ARGUMENTS` until a signal comes, and end them in order.

    They end by themselves when this process is killed. Raises StartError when they cannot start.
    """
    if settings.database.startswith("sqlite"):
        raise StartError("SQLite is served by one process: set LIANZHU_DATABASE_URL=postgresql://… for --processes")
    stopping = asyncio.Event()
    loop = asyncio.get_running_loop()
    for wanted in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(wanted, stopping.set)
    with bound(settings) as listener, exposition.shared(settings.data_dir / "metrics") as numbers:
        keepers = [asyncio.create_task(_keep(listener, n == 0, arguments, stopping, numbers)) for n in range(processes)]
        try:
            await asyncio.gather(*keepers)
        finally:
            stopping.set()
            await asyncio.gather(*keepers, return_exceptions=True)


async def _keep(
    listener: socket.socket, speaks: bool, arguments: Sequence[str], stopping: asyncio.Event, numbers: Path
) -> None:
    """One process, again and again."""
    clock, pause, began = asyncio.get_running_loop().time, FIRST_PAUSE, False
    while not stopping.is_set():
        born = clock()
        process = await _start(listener, speaks, arguments, numbers)
        status = await _ended(process, stopping)
        exposition.forget(process.pid, numbers)
        if stopping.is_set():
            return
        if status == CANNOT_START and not began:
            raise StartError("its processes could not start; they have said why")
        # One that has served may come when the database is away, and is not the end of the others for that.
        began = True
        pause = FIRST_PAUSE if clock() - born > GROWN_UP else min(2 * pause, LONGEST_PAUSE)
        speaks = False
        log.error("a process ended with status %d; it is started again in %.0f s", status, pause)
        try:
            await asyncio.wait_for(stopping.wait(), pause)
        except TimeoutError:
            continue


async def _start(listener: socket.socket, speaks: bool, arguments: Sequence[str], numbers: Path) -> Process:
    number = listener.fileno()
    return await asyncio.create_subprocess_exec(
        sys.executable,
        sys.argv[0],
        "serve",
        *arguments,
        stdin=PIPE,
        env={**os.environ, LISTENER: f"{number}{' speaks' if speaks else ''}", exposition.SHARED: str(numbers)},
        pass_fds=(number,),
        # Ctrl-C goes to this process alone, which ends the others in order.
        start_new_session=True,
    )


async def _ended(process: Process, stopping: asyncio.Event) -> int:
    """Wait for its end, which begins when it should stop."""
    stop = asyncio.create_task(stopping.wait())
    end = asyncio.create_task(process.wait())
    await asyncio.wait({stop, end}, return_when=asyncio.FIRST_COMPLETED)
    stop.cancel()
    if not end.done():
        process.terminate()
    return await end


def inherited() -> tuple[socket.socket, bool] | None:
    """The socket that a fleet handed to this process, and whether it announces the house; None outside a fleet."""
    number, _, speaks = os.environ.pop(LISTENER, "").partition(" ")
    return (socket.socket(fileno=int(number)), bool(speaks)) if number else None


async def member(work: Coroutine[None, None, None]) -> None:
    """Do a process's work, and end it in order when whoever started it is gone."""
    watching = asyncio.create_task(_end_when_orphaned())
    try:
        await work
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)


async def _end_when_orphaned() -> None:
    # The pipe between the two is closed when the other end dies, whatever it died of.
    reader = asyncio.StreamReader()
    loop = asyncio.get_running_loop()
    await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(reader), sys.stdin)
    await reader.read()
    os.kill(os.getpid(), signal.SIGTERM)
