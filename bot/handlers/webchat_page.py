"""The resident's page: its html with the texts of one language, its style and scripts."""

from __future__ import annotations

import hashlib
import html
import json
import math
import re
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse

from bot.handlers.webchat_session import (
    DEFAULT_LANGUAGE,
    LANGUAGE,
    LANGUAGE_COOKIE,
    ChatRoute,
    RefusedError,
    keep_cookie,
    keep_session,
    known,
    language_of,
    slow_down,
)
from bot.throttle import Throttle

FOLDER = Path(__file__).parent / "page"
TYPES = {".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}
PLACE = re.compile(r"\{\{([\w.-]+)\}\}")
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' blob: data:; media-src 'self' blob:; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
    "Permissions-Policy": "microphone=(self), geolocation=(self), camera=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
}

Texts = Callable[[str], Mapping[str, str]]


def page_routes(texts: Texts, throttle: Throttle) -> APIRouter:
    """`GET /` and what the page loads."""
    routes = APIRouter(route_class=ChatRoute)

    @routes.get("/", response_class=HTMLResponse)
    async def page(request: Request) -> Response:
        try:
            if not known(request):
                await slow_down(throttle, "session", request)
        except RefusedError as refused:
            headers = {**SECURITY, "Cache-Control": "no-store", "Retry-After": str(math.ceil(refused.wait))}
            return HTMLResponse(render(texts, language_of(request), "busy.html"), refused.status, headers=headers)
        response = HTMLResponse(render(texts, language_of(request)), headers=SECURITY)
        response.headers["Cache-Control"] = "no-store"
        response.headers["Vary"] = "Cookie, Accept-Language"
        keep_session(request, response)
        chosen = request.query_params.get("lang", "")
        if LANGUAGE.fullmatch(chosen):
            keep_cookie(request, response, LANGUAGE_COOKIE, chosen)
        return response

    @routes.get("/chat/page/{name}")
    async def asset(name: str, v: str = "") -> Response:
        if name not in versions():
            raise RefusedError(404, "not-found")
        # The page names each file with a digest of its bytes, so a phone may keep it and still see every upgrade.
        # While only half of the servers are upgraded, it must not keep one release's file under the other's name.
        lasting = "public, max-age=31536000, immutable" if v == versions()[name] else "no-store"
        headers = {"Cache-Control": lasting, "X-Content-Type-Options": "nosniff"}
        return Response((FOLDER / name).read_bytes(), media_type=TYPES[Path(name).suffix], headers=headers)

    return routes


def render(texts: Texts, language: str, name: str = "chat.html") -> str:
    """The page's html. What a language has no text for is said in Chinese."""
    words = {**texts(DEFAULT_LANGUAGE), **texts(language)}
    own = {key: text for key, text in words.items() if key.startswith("page.")}
    values = {**own, **{f"asset.{name}": f"/chat/page/{name}?v={version}" for name, version in versions().items()}}
    values["texts"] = json.dumps(own, ensure_ascii=False, sort_keys=True)
    template = (FOLDER / name).read_text(encoding="utf-8")
    return PLACE.sub(lambda place: html.escape(values[place[1]]), template)


@cache
def versions() -> dict[str, str]:
    """Every style and script of the page with a short digest of its bytes. Files change only with a release."""
    files = sorted(path for path in FOLDER.iterdir() if path.suffix in TYPES)
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:12] for path in files}
