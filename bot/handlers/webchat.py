"""The resident's web chat: one page, and the few addresses it talks to."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse, StreamingResponse
from pydantic import BaseModel, Field, ValidationError
from starlette.requests import ClientDisconnect

from bot.handlers.webchat_files import file_routes
from bot.handlers.webchat_lines import HISTORY_LINES, events, lines_of
from bot.handlers.webchat_page import page_routes
from bot.handlers.webchat_parts import Parts
from bot.handlers.webchat_session import ChatRoute, RefusedError, language_of, own_page, resident, slow_down, where
from bot.message import Address, Attachment, Files, Inbox, Incoming, Mailbox
from bot.plain import plain
from bot.throttle import MemoryThrottle, Streams, Throttle, counted

MAX_BODY = 64 * 1024
LONGEST_TEXT = 20_000
"""Characters handed on. The conversation reads MAX_TEXT of them and tells the person; this only bounds the storage."""
PRIVATE = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
STREAM_WAIT = 20.0
"""Seconds after which a page too many may ask again: an abandoned one is noticed by then."""
ID = r"^[A-Za-z0-9_-]{1,64}$"
LAST_PLACE = 2**31 - 1
"""Whoever asks for what comes after this has seen all there can be."""

Resident = Annotated[Address, Depends(resident)]


class Pin(BaseModel):
    """A place in WGS 84 degrees."""

    latitude: float = Field(ge=-90, le=90, allow_inf_nan=False)
    longitude: float = Field(ge=-180, le=180, allow_inf_nan=False)


class Said(BaseModel):
    """What the page posts: one of text, button or location, under an id that the page made."""

    id: str = Field(pattern=ID)
    text: str | None = None
    button: str | None = Field(None, min_length=1, max_length=64)
    edits: str | None = Field(None, pattern=ID)
    location: Pin | None = None


def router(
    inbox: Inbox,
    mailbox: Mailbox,
    files: Files,
    texts: Callable[[str], Mapping[str, str]],
    now: Callable[[], datetime],
    *,
    closing: asyncio.Event | None = None,
    throttle: Throttle | None = None,
) -> APIRouter:
    """The whole web chat. `texts` maps a language to its `page.*` texts and answers in Chinese for one it lacks.
    Without a `throttle` this process counts by itself.

    `closing` should be set when the server is told to stop: a server waits for its open streams and can't tell them.
    """
    parts = Parts(inbox, mailbox, files, now, closing or asyncio.Event(), throttle or MemoryThrottle(), Streams())
    routes = APIRouter()
    for part in (page_routes(texts, parts.throttle), message_routes(parts), line_routes(parts), file_routes(parts)):
        routes.include_router(part)
    return routes


def message_routes(parts: Parts) -> APIRouter:
    """`POST /chat/messages`."""
    routes = APIRouter(route_class=ChatRoute)

    @routes.post("/chat/messages", status_code=202, dependencies=[Depends(own_page)])
    async def send_message(request: Request, address: Resident) -> Response:
        await slow_down(parts.throttle, "message", request, address)
        said = read(await body_of(request))
        await parts.inbox.receive(as_incoming(said, address, parts.now(), language_of(request)))
        return JSONResponse({"ok": True}, 202)

    return routes


def line_routes(parts: Parts) -> APIRouter:
    """`GET /chat/history` and `GET /chat/events`."""
    routes = APIRouter(route_class=ChatRoute)

    @routes.get("/chat/history")
    async def history(request: Request, address: Resident) -> Response:
        await slow_down(parts.throttle, "news", request, address)
        past = await parts.mailbox.history(address, HISTORY_LINES)
        return JSONResponse(lines_of(past), headers=PRIVATE)

    @routes.get("/chat/events")
    async def stream(
        request: Request,
        address: Resident,
        after: Annotated[int, Query(ge=0, le=2**63)] = 0,
        last_event_id: Annotated[str, Header()] = "",
    ) -> Response:
        await slow_down(parts.throttle, "news", request, address)
        # The browser's own memory is fresher than the address it first asked for.
        resumed = int(last_event_id) if re.fullmatch(r"[0-9]{1,18}", last_event_id) else after
        resumed = min(resumed, LAST_PLACE)
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no", "X-Content-Type-Options": "nosniff"}
        if parts.streams.full(str(address), where(request)):
            raise RefusedError(429, "slow", STREAM_WAIT)
        news = events(parts.mailbox, address, resumed, parts.closing)
        lines = counted(parts.streams, str(address), news, where(request))
        return StreamingResponse(lines, media_type="text/event-stream", headers=headers)

    return routes


async def body_of(request: Request) -> bytes:
    """The whole body; 413 as soon as it passes 64 KB."""
    body = b""
    try:
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_BODY:
                raise RefusedError(413, "too-large")
    except ClientDisconnect as gone:
        raise RefusedError(400, "cut-off") from gone
    return body


def read(body: bytes) -> Said:
    """What was said. 400 `malformed` if it is no JSON, 422 if a field is wrong, 422 `empty` if nothing is in it."""
    try:
        said = Said.model_validate(json.loads(body))
    except ValidationError as wrong:
        raise RefusedError(422, "malformed") from wrong
    except (ValueError, RecursionError) as broken:
        raise RefusedError(400, "malformed") from broken
    if not (words_in(said) or said.button or said.location):
        raise RefusedError(422, "empty")
    return said


def as_incoming(said: Said, address: Address, at: datetime, language: str) -> Incoming:
    """The message in the words that every channel speaks."""
    pins: tuple[Attachment, ...] = ()
    if said.location is not None:
        pins = (Attachment("location", latitude=said.location.latitude, longitude=said.location.longitude),)
    return Incoming(
        address,
        said.id,
        at,
        text=words_in(said),
        attachments=pins,
        button=plain(said.button) if said.button else None,
        edits=said.edits,
        locale_hint=language,
    )


def words_in(said: Said) -> str:
    """The text as it may be kept."""
    return plain((said.text or "")[:LONGEST_TEXT])
