"""Raw bytes to the real HTTP server and back: what no client library would send."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass

import uvicorn
from starlette.types import ASGIApp
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.throttle import MemoryThrottle
from tests.waiting import eventually

GUARD = 120.0
"""Seconds after which a test gives up: far above what anything takes."""


def unhurried() -> MemoryThrottle:
    """Lets everybody do everything: between two looks at its clock a day passes."""
    days = itertools.count(0.0, 86_400.0)
    return MemoryThrottle(lambda: next(days))


@dataclass(frozen=True, slots=True)
class Wire:
    """A server on a loopback port."""

    port: int

    async def send(self, *pieces: bytes, pause: float = 0.0) -> bytes:
        """Everything that comes back until the server closes or has answered whole; b"" where it only closes."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            async with asyncio.timeout(GUARD):
                for piece in pieces:
                    writer.write(piece)
                    await writer.drain()
                    await asyncio.sleep(pause)
                return await reader.read()
        except (ConnectionResetError, BrokenPipeError):
            return b""
        finally:
            writer.close()

    async def status(self, *pieces: bytes, pause: float = 0.0) -> int:
        """The status of the answer; 0 where the connection was only closed."""
        answer = await self.send(*pieces, pause=pause)
        return int(answer.split(b" ", 2)[1]) if answer else 0


def request(
    path: str = "/", method: str = "GET", headers: Sequence[str] = (), body: bytes = b"", host: str = "127.0.0.1"
) -> bytes:
    """A request after which the connection is closed."""
    head = [f"{method} {path} HTTP/1.1", f"Host: {host}", "Connection: close", *headers]
    return "\r\n".join([*head, "", ""]).encode("latin-1") + body


@asynccontextmanager
async def wired(app: ASGIApp, http: type[H11Protocol]) -> AsyncIterator[Wire]:
    """The app behind the server that `serve` uses."""
    config = uvicorn.Config(app, port=0, http=http, log_level="critical", access_log=False, lifespan="off")
    server = uvicorn.Server(config)
    running = asyncio.create_task(server.serve())
    await eventually(lambda: server.started, GUARD)
    try:
        yield Wire(server.servers[0].sockets[0].getsockname()[1])
    finally:
        server.should_exit = server.force_exit = True
        await running
