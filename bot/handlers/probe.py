"""For those who look after the machine, and their machines: `/healthz`, `/readyz`, `/metrics`."""

from __future__ import annotations

import hmac
import ipaddress
from collections.abc import Awaitable, Callable

from fastapi import APIRouter, Request, Response
from fastapi.responses import JSONResponse

from bot.health import Part

NUMBERS = "text/plain; version=0.0.4; charset=utf-8"
PASSED_ON = ("x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "forwarded", "via")
"""Headers by which a web server in front says that the request is not its own."""
FRESH = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def router(
    parts: Callable[[], Awaitable[list[Part]]], numbers: Callable[[], Awaitable[bytes]], token: str = ""
) -> APIRouter:
    """`/healthz`: this process lives. `/readyz`: 200 or 503, with every part. `/metrics`: with `token` for whoever
    shows it as a bearer, without one for this machine alone; 403 for everybody else."""
    routes = APIRouter(include_in_schema=False)

    @routes.get("/healthz")
    async def alive() -> Response:
        return JSONResponse({"ok": True}, headers=FRESH)

    @routes.get("/readyz")
    async def ready() -> Response:
        found = await parts()
        whole = all(part.ok or part.soft for part in found)
        told = {part.name: {"ok": part.ok} | ({"wrong": part.wrong} if part.wrong else {}) for part in found}
        return JSONResponse({"ok": whole, "parts": told}, 200 if whole else 503, headers=FRESH)

    @routes.get("/metrics")
    async def measured(request: Request) -> Response:
        if not _may_read(request, token):
            return Response(status_code=403, headers=FRESH)
        return Response(await numbers(), media_type=NUMBERS, headers=FRESH)

    return routes


def _may_read(request: Request, token: str) -> bool:
    if token:
        shown = request.headers.get("authorization", "")
        return hmac.compare_digest(shown.encode(), f"Bearer {token}".encode())
    return _from_here(request)


def _from_here(request: Request) -> bool:
    if request.client is None or any(header in request.headers for header in PASSED_ON):
        return False
    # A web server in front keeps the name that the browser asked for, and so does a name that was bent to this machine.
    return _is_loopback(request.client.host) and _is_loopback(request.url.hostname or "")


def _is_loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
