"""The HTTP route to which a channel delivers one update at a time; it says 200 only for what was kept."""

from __future__ import annotations

import hmac
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect

log = logging.getLogger(__name__)

MAX_BODY_BYTES = 1024 * 1024
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105 - the header's name, not a secret


def router(
    take: Callable[[dict[str, Any]], Awaitable[None]], secret: str, path: str = "/telegram/webhook"
) -> APIRouter:
    """A router with one POST route: 200 kept, 400 no JSON object, 403 wrong secret, 413 over 1 MB, 503 not kept.

    Whoever gets a 503 is expected to deliver the update again. Raises ValueError for an empty secret, which would let
    anybody in.
    """
    if not secret:
        raise ValueError("the webhook needs a secret; set one and register the webhook with it")
    routes = APIRouter()

    @routes.post(path, include_in_schema=False)
    async def deliver(request: Request) -> Response:
        if not _knows(request, secret):
            return Response(status_code=403)
        try:
            body = await _body(request)
        except ClientDisconnect:
            return Response(status_code=400)
        if body is None:
            return Response(status_code=413)
        update = _object(body)
        if update is None:
            return Response(status_code=400)
        return Response(status_code=await _handed_over(take, update))

    return routes


def _knows(request: Request, secret: str) -> bool:
    given = request.headers.get(SECRET_HEADER, "")
    return hmac.compare_digest(given.encode(), secret.encode())


async def _body(request: Request) -> bytes | None:
    # Counted while it arrives: the announced length may be missing or untrue.
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > MAX_BODY_BYTES:
            return None
    return bytes(body)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        found = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None


async def _handed_over(take: Callable[[dict[str, Any]], Awaitable[None]], update: dict[str, Any]) -> int:
    try:
        await take(update)
    except Exception:
        log.exception("an update was not kept; it will be delivered again")
        return 503
    return 200
