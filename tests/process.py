"""run_bot.py as people start it: processes with a data folder of their own, spoken to over their pipes.

Everything started is known by its id and ends with the test that started it.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import shutil
import signal
import sys
from asyncio.subprocess import PIPE, Process
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

RUN_BOT = Path(__file__).parents[1] / "run_bot.py"
GUARD = 300.0
"""Seconds after which a test gives up waiting: far above what anything takes, also on a busy machine."""
LONGEST_LINE = 16 * 1024 * 1024
NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"
CONFIRM = "确认提交，本人知道也同意"
LOOP = [
    "filed", "dispatched", "accepted", "asked", "said", "planned", "done", "solved", "rated", "commented", "mood-asked",
]  # fmt: skip
"""What happens to a ticket when everybody does their part."""
FIRST = "LZ1001"
"""The number of the first ticket."""
JSON = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Ended:
    """What became of a process. `status` is negative when a signal killed it."""

    status: int
    out: str
    err: str

    @property
    def lines(self) -> list[str]:
        return self.out.splitlines()

    @property
    def objects(self) -> list[JSON]:
        """The output, where it is one JSON object a line."""
        return [json.loads(line) for line in self.lines]


@dataclass(slots=True)
class Running:
    """A process that runs. `out` and `err` are its lines so far."""

    process: Process
    out: list[str] = field(default_factory=list)
    err: list[str] = field(default_factory=list)
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    readers: list[asyncio.Task[None]] = field(default_factory=list)

    async def line(self, begins: str) -> str:
        """The rest of the first line of output that begins so, once it is there."""
        found = await self.until(lambda: [line for line in self.out if line.startswith(begins)])
        return str(found[0]).removeprefix(begins)

    async def until(self, look: Callable[[], Any]) -> Any:
        """What `look` finds, as soon as a new line lets it find something."""
        try:
            async with asyncio.timeout(GUARD), self.changed:
                while not (found := look()):
                    assert not self.over, f"ended early: {self.out[-5:]} {self.err[-20:]}"
                    await self.changed.wait()
        except TimeoutError:
            raise AssertionError(f"waited in vain; out: {self.out[-5:]}, err: {self.err[-20:]}") from None
        return found

    @property
    def over(self) -> bool:
        return all(reader.done() for reader in self.readers)

    async def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        await self.process.stdin.drain()

    async def finish(self) -> Ended:
        """End its input and wait for its end."""
        if self.process.stdin is not None:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):
                self.process.stdin.close()
                await self.process.stdin.wait_closed()
        return await self.ended()

    async def stop(self, number: signal.Signals = signal.SIGTERM) -> Ended:
        """Ask it to end, as Ctrl-C and service managers do."""
        self.process.send_signal(number)
        return await self.ended()

    async def kill(self) -> Ended:
        """kill -9: nothing can be put in order any more."""
        if self.process.returncode is None:
            with contextlib.suppress(ProcessLookupError):
                self.process.kill()
        return await self.ended()

    async def ended(self) -> Ended:
        try:
            async with asyncio.timeout(GUARD):
                status = await self.process.wait()
                await asyncio.gather(*self.readers)
        except TimeoutError:
            raise AssertionError(f"does not end; out: {self.out[-5:]}, err: {self.err[-20:]}") from None
        return Ended(status, "".join(f"{line}\n" for line in self.out), "".join(f"{line}\n" for line in self.err))

    async def read(self, stream: asyncio.StreamReader, lines: list[str]) -> None:
        try:
            while raw := await stream.readline():
                async with self.changed:
                    lines.append(raw.decode().rstrip("\n"))
                    self.changed.notify_all()
        finally:
            # Whoever still waits for a line must notice that none will come.
            asyncio.get_running_loop().call_soon(lambda: asyncio.ensure_future(self._notice()))

    async def _notice(self) -> None:
        async with self.changed:
            self.changed.notify_all()


@dataclass
class Programs:
    """Starts run_bot.py on one data folder, again and again. `settings` become LIANZHU_<NAME> in the environment."""

    folder: Path
    learned: Path | None = None
    """What a start before learned from the phrases, so that not every process of a test learns it anew."""
    settings: dict[str, object] = field(default_factory=dict)
    started: list[Running] = field(default_factory=list)
    output: int = PIPE
    """Where the next process writes to; nobody reads along unless it is a pipe of its own."""

    @property
    def database(self) -> Path:
        return self.folder / "lianzhu.db"

    async def start(self, *arguments: str, **settings: object) -> Running:
        if self.learned is not None and not (self.folder / "cache").exists():
            shutil.copytree(self.learned, self.folder / "cache")
        chosen = {"data_dir": self.folder, "port": 0, **self.settings, **settings}
        environment = {name: value for name, value in os.environ.items() if not name.startswith("LIANZHU_")}
        environment |= {f"LIANZHU_{name.upper()}": str(value) for name, value in chosen.items()}
        process = await asyncio.create_subprocess_exec(
            sys.executable,
            str(RUN_BOT),
            *arguments,
            stdin=PIPE,
            stdout=self.output,
            stderr=PIPE,
            cwd=self.folder.parent,
            env=environment,
            limit=LONGEST_LINE,
        )
        running = Running(process)
        self.started.append(running)
        running.readers = [
            asyncio.create_task(running.read(stream, lines))
            for stream, lines in ((process.stdout, running.out), (process.stderr, running.err))
            if stream is not None
        ]
        return running

    async def run(self, *arguments: str, given: bytes = b"", **settings: object) -> Ended:
        """Run a command to its end."""
        running = await self.start(*arguments, **settings)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            await running.write(given)
        return await running.finish()

    async def serve(self, **settings: object) -> Running:
        """The server, once it has printed its links."""
        running = await self.start("serve", **settings)
        await running.line("desk: ")
        return running

    async def ask(self, *arguments: str) -> list[JSON]:
        """The output of a command with --json, which must succeed."""
        ended = await self.run(*arguments, "--json")
        assert (ended.status, ended.err) == (0, ""), ended.err
        return ended.objects

    async def ticket(self) -> JSON:
        """The one ticket there is, with its events."""
        listed, shown = await asyncio.gather(self.ask("tickets", "list"), self.ask("tickets", "show", FIRST))
        assert [ticket["number"] for ticket in listed] == [FIRST]
        return shown[0]

    async def hire(self, name: str = "王芳", role: str = "worker", area: str = "652328", *more: str) -> str:
        """Somebody new on the roster; returns the id."""
        ended = await self.run("staff", "add", "--name", name, "--role", role, "--area", area, *more)
        assert ended.status == 0, ended.err
        return ended.out.strip()

    async def file(self, sender: str = "r1") -> Ended:
        """A resident files the usual need in the terminal."""
        said = [{"from": sender, "text": NEED}, {"from": sender, "button": CONFIRM}]
        return await self.run("chat", "--json", given="".join(f"{json.dumps(line)}\n" for line in said).encode())

    async def close(self) -> None:
        for running in self.started:
            await running.kill()


def types(ticket: JSON) -> list[str]:
    """What happened to a ticket, in order."""
    return [event["type"] for event in ticket["events"]]
