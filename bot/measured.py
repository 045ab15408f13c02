"""What comes in, counted and timed on its way: an `Inbox` around an inbox, a layer around the web application."""

from __future__ import annotations

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from bot import log
from bot.message import Inbox, Incoming
from bot.metric import HANDLING, MESSAGES, REQUESTS, THROTTLED

TOO_MANY = 429


class MeasuredInbox:
    """Hands on to `inbox`; what is logged on the way belongs together."""

    def __init__(self, inbox: Inbox) -> None:
        self._inbox = inbox

    async def receive(self, incoming: Incoming) -> None:
        channel = incoming.address.channel
        with log.about(), HANDLING.labels(channel).time():
            MESSAGES.labels(channel, kind_of(incoming)).inc()
            await self._inbox.receive(incoming)


class MeasuredWeb:
    """Counts answers by the first digit of their status."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def counted(message: Message) -> None:
            if message["type"] == "http.response.start":
                status = int(message["status"])
                REQUESTS.labels(f"{status // 100}xx").inc()
                if status == TOO_MANY:
                    THROTTLED.labels("http").inc()
            await send(message)

        await self._app(scope, receive, counted)


def kind_of(incoming: Incoming) -> str:
    """What somebody sent, in one of few words."""
    if incoming.button is not None:
        return "button"
    if incoming.edits is not None:
        return "edit"
    if incoming.attachments:
        return incoming.attachments[0].kind
    return "unsupported" if incoming.unsupported and not incoming.text else "text"
