"""How long the HTTP server waits for whoever is slow, and which names it answers to.

uvicorn waits for ever for the head of a request and for a body that comes in drops: a few hundred such connections
would use up what a machine may hold open. A web server in front has limits of its own; these hold without one.
"""

from __future__ import annotations

import asyncio
from urllib.parse import urlsplit

import h11
from starlette.types import ASGIApp, Message, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol

from bot.settings import Settings

HEAD_SECONDS = 20.0
"""For a request's head, and for what a client still sends after it was answered."""
IDLE_SECONDS = 30.0
"""Between two pieces of a body. A village line falls silent for some seconds, and comes back."""
BODY_SECONDS = 1200.0
"""For a whole body: 10 MB over a line of 9 KB a second."""


class Patient(H11Protocol):
    """A connection that is closed when no request comes of it. For `uvicorn.Config(http=Patient)`."""

    head_seconds = HEAD_SECONDS
    _answered: object = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        super().connection_made(transport)
        self.loop.call_later(self.head_seconds, self._look)

    def data_received(self, data: bytes) -> None:
        try:
            super().data_received(data)
        except h11.LocalProtocolError:
            # What came cannot be read, and the answer is on its way already: there is nothing left to say.
            self.transport.close()

    def _look(self) -> None:
        if self.transport.is_closing():
            return
        idle = self.cycle is None or (self.cycle.response_complete and self.cycle is self._answered)
        if idle:
            self.transport.close()
            return
        self._answered = self.cycle if self.cycle.response_complete else None
        self.loop.call_later(self.head_seconds, self._look)


class Bodies:
    """Middleware: a body that stops coming ends as if the client had gone away, which every address answers."""

    def __init__(self, app: ASGIApp, idle: float = IDLE_SECONDS, whole: float = BODY_SECONDS) -> None:
        self._app = app
        self._idle = idle
        self._whole = whole

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        clock = asyncio.get_running_loop().time
        end, more = clock() + self._whole, True

        async def patient() -> Message:
            nonlocal more
            if not more:
                # Whoever listens now waits for the client to leave: a stream may last for hours.
                return await receive()
            try:
                message = await asyncio.wait_for(receive(), max(0.0, min(self._idle, end - clock())))
            except TimeoutError:
                return {"type": "http.disconnect"}
            more = bool(message.get("more_body", False))
            return message

        await self._app(scope, patient, send)


def names(settings: Settings) -> list[str]:
    """The Host headers that are answered: the public name and this machine itself; all where no public name is set."""
    if not settings.public_url:
        return ["*"]
    public = [urlsplit(each).hostname for each in (settings.public_url, settings.telegram_webhook)]
    return [*dict.fromkeys(each for each in (*public, settings.host, "127.0.0.1", "localhost") if each)]
