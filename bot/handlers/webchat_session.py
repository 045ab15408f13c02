"""Who is at the other end of the web chat, and what the chat answers when it must refuse."""

from __future__ import annotations

import hashlib
import logging
import math
import re
import secrets
from collections.abc import Callable, Coroutine
from typing import Any
from urllib.parse import urlsplit

from fastapi import Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.routing import APIRoute

from bot.message import Address
from bot.throttle import Throttle, address_of, wait_for

CHANNEL = "webchat"
SESSION_COOKIE = "lianzhu_session"
LANGUAGE_COOKIE = "lianzhu_language"
DEFAULT_LANGUAGE = "zh"
YEAR = 365 * 24 * 3600
TOKEN = re.compile(r"[A-Za-z0-9_-]{43}")
LANGUAGE = re.compile(r"[A-Za-z]{2,3}([-_][A-Za-z0-9]{2,8}){0,2}")

log = logging.getLogger(__name__)


class RefusedError(Exception):
    """The request can't be served. `key` tells the page why. Remedy: by key, see the page's script."""

    def __init__(self, status: int, key: str, wait: float = 0.0) -> None:
        super().__init__(f"{status} {key}")
        self.status = status
        self.key = key
        self.wait = wait


def failure(status: int, key: str, wait: float = 0.0) -> JSONResponse:
    """The one shape of every refusal: `{"error": key}`, with `seconds` where it may be otherwise after a while."""
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    seconds = math.ceil(wait) or (5 if status == 503 else 0)
    if seconds:
        headers["Retry-After"] = str(seconds)
    return JSONResponse({"error": key} | ({"seconds": seconds} if wait else {}), status, headers)


class ChatRoute(APIRoute):
    """A route that turns every error into `{"error": key}`; what storage raises becomes 503: the page tries again."""

    def get_route_handler(self) -> Callable[[Request], Coroutine[Any, Any, Response]]:
        """The handler of the framework, wrapped."""
        handle = super().get_route_handler()

        async def answer(request: Request) -> Response:
            try:
                return await handle(request)
            except RefusedError as refused:
                return failure(refused.status, refused.key, refused.wait)
            except RequestValidationError:
                return failure(422, "malformed")
            except Exception:
                log.exception("web chat: %s %s failed", request.method, request.url.path)
                return failure(503, "unavailable")

        return answer


def address_of_token(token: str) -> Address:
    """The stored address is a digest of the token: whoever reads the database can't take over a conversation."""
    return Address(CHANNEL, hashlib.sha256(token.encode()).hexdigest()[:24])


def resident(request: Request) -> Address:
    """The address of the person whose cookie the request carries; 401 `no-session` without one."""
    if not known(request):
        raise RefusedError(401, "no-session")
    return address_of_token(request.cookies[SESSION_COOKIE])


def known(request: Request) -> bool:
    """Whether the browser has a token already."""
    return TOKEN.fullmatch(request.cookies.get(SESSION_COOKIE, "")) is not None


def own_page(request: Request) -> None:
    """403 `cross-origin` unless the request comes from a page of this very origin.

    Older phones send no Sec-Fetch-Site; there the Origin's host must be the host that was asked.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    same_host = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if site not in ("same-origin", "none") if site else not same_host:
        raise RefusedError(403, "cross-origin")


def where(request: Request) -> str:
    """The address that the request is counted under; empty where it is not known."""
    return address_of(request.client.host if request.client else None)


async def slow_down(throttle: Throttle, what: str, request: Request, person: Address | None = None) -> None:
    """429 `slow` for whoever does this too often, or comes from where it is done too often."""
    wait = await wait_for(throttle, what, person=str(person or ""), address=where(request))
    if wait:
        raise RefusedError(429, "slow", wait)


def keep_session(request: Request, response: Response) -> None:
    """Give the browser its token, or renew the one it has for another year."""
    token = request.cookies[SESSION_COOKIE] if known(request) else secrets.token_urlsafe(32)
    keep_cookie(request, response, SESSION_COOKIE, token)


def keep_cookie(request: Request, response: Response, name: str, value: str) -> None:
    """A cookie that no script reads and no other site sends along; Secure where the page came by https."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=YEAR, path="/", secure=secure, httponly=True, samesite="lax")


SPOKEN = ("zh", "kk", "ug")
"""Languages of residents, in which a page may open by itself."""


def language_of(request: Request) -> str:
    """The language of the page: `?lang=`, else what was chosen before, else the phone's first where residents speak it,
    else Chinese. Many phones here are left on English by people who read none, so English comes only when asked for."""
    for chosen in (request.query_params.get("lang", ""), request.cookies.get(LANGUAGE_COOKIE, "")):
        if LANGUAGE.fullmatch(chosen):
            return chosen
    first = re.split(r"[,;-]", request.headers.get("accept-language", ""))[0].strip().lower()
    return first if first in SPOKEN else DEFAULT_LANGUAGE
