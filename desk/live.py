"""News for open pages: a stream that says when something about any ticket has changed."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator

from fastapi import APIRouter, Request, Response
from fastapi.responses import StreamingResponse

from bot.throttle import counted
from desk.html import explainer
from desk.office import Office
from desk.parts import Parts
from desk.refusal import RefusedError, guarded
from desk.session import visitor

BEAT = 1.0
"""Seconds between two looks."""
KEEP_ALIVE = 15.0
"""Seconds after which a silent stream says that it lives, and looks whether its reader is still signed in."""
RETRY_MILLISECONDS = 3000

log = logging.getLogger(__name__)


class Pulse:
    """The office's count of changes, looked up at most once a beat however many pages are open."""

    def __init__(self, office: Office, beat: float = BEAT) -> None:
        self.beat = beat
        self._office = office
        self._lock = asyncio.Lock()
        self._count = 0
        self._read_at = float("-inf")

    async def count(self) -> int:
        """The count, at most a beat old."""
        clock = asyncio.get_running_loop().time
        async with self._lock:
            if clock() - self._read_at >= self.beat * 0.9:
                self._count = await self._office.change()
                self._read_at = clock()
        return self._count


def live_routes(parts: Parts) -> APIRouter:
    """`GET /desk/events`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))
    pulse = Pulse(parts.office)

    @routes.get("/desk/events")
    async def events(request: Request) -> Response:
        person = await visitor(parts, request, active=False)
        key = str(person.staff.id)
        if parts.streams.full(key):
            raise RefusedError(429, "too-many", KEEP_ALIVE)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
        stream = counted(parts.streams, key, changes(parts, person.session, pulse))
        return StreamingResponse(stream, media_type="text/event-stream", headers=headers)

    return routes


async def changes(
    parts: Parts, session: str, pulse: Pulse, *, keep_alive: float = KEEP_ALIVE
) -> AsyncGenerator[str, None]:
    """The count now and whenever it grows, until the reader leaves, their session ends or the server is stopped."""
    clock = asyncio.get_running_loop().time
    last, looked = -1, clock()
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    while not parts.closing.is_set():
        try:
            count = await pulse.count()
            due = clock() - looked >= keep_alive
            if due and await parts.office.who(session, active=False) is None:
                return
        except Exception:
            # The page comes back by itself and is told the count anew.
            log.exception("desk: a stream of changes broke off")
            return
        if due:
            looked = clock()
            yield ": keep-alive\n\n"
        if count != last:
            last = count
            yield f"event: change\ndata: {count}\n\n"
        await _pause(parts.closing, pulse.beat)


async def _pause(closing: asyncio.Event, seconds: float) -> None:
    """Wait, but not past the server's end."""
    try:
        async with asyncio.timeout(seconds):
            await closing.wait()
    except TimeoutError:
        return
