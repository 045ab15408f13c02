"""A conversation's lines as the page reads them: the past as one list, the present as a stream of events."""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import AsyncGenerator, Iterable

from bot.log import veiled
from bot.message import JSON, Address, Attachment, Button, Incoming, Logged, Mailbox, Reply

HISTORY_LINES = 200
KEEP_ALIVE = 15.0
"""Seconds after which a silent stream says that it lives; phone networks drop what is silent for longer."""
RETRY_MILLISECONDS = 3000
BEAT = ": keep-alive\nevent: beat\ndata: 1\n\n"
"""A comment for the proxies on the way and an event for the page, which never sees comments."""

log = logging.getLogger(__name__)


def as_json(attachment: Attachment | None) -> JSON | None:
    """kind, url, name, seconds, and for a location its coordinates in degrees."""
    if attachment is None:
        return None
    shown: JSON = {"kind": attachment.kind, "name": attachment.name, "seconds": attachment.seconds}
    shown["url"] = f"/chat/files/{attachment.id}" if attachment.id else ""
    if attachment.latitude is not None:
        shown |= {"latitude": attachment.latitude, "longitude": attachment.longitude}
    return shown


def outgoing(logged: Logged, reply: Reply) -> JSON:
    """A line to the person; `id` is the number the stream resumes from."""
    return {
        "id": logged.id,
        "direction": "out",
        "text": reply.text,
        "buttons": [{"key": button.key, "label": button.label} for button in reply.buttons],
        "author": reply.author,
        "ticket": reply.ticket,
        "asks": reply.asks,
        "attachment": as_json(reply.attachment),
        "at": logged.at.isoformat(),
    }


def incoming(logged: Logged, said: Incoming, labels: dict[str, str]) -> JSON:
    """A line of the person; `id` is the page's own. A pressed button is shown by the label it had."""
    attachment = said.attachments[0] if said.attachments else None
    return {
        "id": logged.external_id or said.external_id,
        "direction": "in",
        "text": said.text or labels.get(said.button or "", ""),
        "button": said.button or "",
        "buttons": [],
        "author": "",
        "ticket": "",
        "attachment": as_json(attachment),
        "at": logged.at.isoformat(),
    }


def lines_of(past: Iterable[Logged]) -> list[JSON]:
    """Both directions, in the order given."""
    lines: list[JSON] = []
    labels: dict[str, str] = {}
    for logged in past:
        if logged.reply is not None:
            labels |= labels_of(logged.reply.buttons)
            lines.append(outgoing(logged, logged.reply))
        elif logged.incoming is not None:
            lines.append(incoming(logged, logged.incoming, labels))
    return lines


def labels_of(buttons: Iterable[Button]) -> dict[str, str]:
    """key -> label"""
    return {button.key: button.label for button in buttons}


def event(line: JSON) -> str:
    """One line as a server-sent event, whose id the browser sends back when it resumes."""
    return f"id: {line['id']}\ndata: {json.dumps(line, ensure_ascii=False)}\n\n"


async def events(
    mailbox: Mailbox, address: Address, last_id: int, closing: asyncio.Event, *, keep_alive: float = KEEP_ALIVE
) -> AsyncGenerator[str, None]:
    """Every outgoing line above `last_id`, then each new one, until the reader leaves or `closing` is set.

    After `keep_alive` seconds of silence it gives a sign of life.
    """
    yield f"retry: {RETRY_MILLISECONDS}\n\n"
    clock = asyncio.get_running_loop().time
    spoken = clock()
    while not closing.is_set():
        news = asyncio.create_task(mailbox.wait(address, max(0.0, spoken + keep_alive - clock())))
        try:
            # The waiting begins before the reading: a line that comes in between wakes the next round.
            await asyncio.sleep(0)
            lines = await unread(mailbox, address, last_id)
            for line in lines:
                last_id, spoken = line["id"], clock()
                yield event(line)
            if clock() - spoken >= keep_alive:
                spoken = clock()
                yield BEAT
            # More may be unread than was given at once, and nobody will ring for it.
            if not lines:
                await first_of(news, closing)
        except Exception:
            # The page comes back by itself and resumes from the last line it has.
            log.exception("web chat: the stream of %s broke off", veiled(address))
            return
        finally:
            news.cancel()


async def unread(mailbox: Mailbox, address: Address, last_id: int) -> list[JSON]:
    """The outgoing lines above `last_id`, oldest first."""
    return [outgoing(logged, logged.reply) for logged in await mailbox.after(address, last_id) if logged.reply]


async def first_of(news: asyncio.Task[None], closing: asyncio.Event) -> None:
    """Wait for news or for closing; raises what the waiting for news raised."""
    closed = asyncio.create_task(closing.wait())
    try:
        await asyncio.wait({news, closed}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        closed.cancel()
    if news.done():
        news.result()
