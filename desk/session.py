"""Who sits at the desk: the cookie of a signed-in person, and the proof that a form came from our own page."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from fastapi import Request, Response

from bot.throttle import address_of, wait_for
from casework.staff import Staff
from desk.parts import Parts
from desk.refusal import RefusedError
from locales.text import Say

COOKIE = "lianzhu_desk"
FLASH = "lianzhu_desk_said"
PATH = "/desk"
COOKIE_SECONDS = 30 * 24 * 3600
"""How long a browser keeps the token. Whether the session still counts is for the office to say."""
FLASH_SECONDS = 60
LIVE = "x-desk-live"
"""The header of a page that looks again by itself. Where no script can send it, the address has `?live=1`."""
TOKEN = re.compile(r"[A-Za-z0-9_-]{16,128}")


@dataclass(frozen=True, slots=True)
class Visitor:
    """A signed-in person with their session's token, the token their forms carry, and the texts of their language."""

    staff: Staff
    session: str
    csrf: str
    say: Say


def looks_again(request: Request) -> bool:
    """Whether a page asks by itself, and maybe nobody sits before it."""
    return LIVE in request.headers or request.query_params.get("live") == "1"


async def visitor(parts: Parts, request: Request, *, active: bool = True) -> Visitor:
    """The person whose cookie the request carries; 401 `signed-out` without a session, 401 `second-factor` while that
    is owed. What a browser asks by itself (`active` is false, or the page looks again) does not count as somebody who
    is there."""
    session = request.cookies.get(COOKIE, "")
    known = TOKEN.fullmatch(session) is not None
    staff = await parts.office.who(session, active=active and not looks_again(request)) if known else None
    if staff is not None:
        return Visitor(staff, session, csrf_of(session), parts.say(staff.languages))
    if known and await parts.office.owing(session) is not None:
        raise RefusedError(401, "second-factor")
    raise RefusedError(401, "signed-out")


async def slow_down(parts: Parts, what: str, request: Request, person: str = "") -> None:
    """429 `too-many` for whoever does this too often, or comes from where it is done too often."""
    host = request.client.host if request.client else None
    wait = await wait_for(parts.throttle, what, person=person, address=address_of(host))
    if wait:
        raise RefusedError(429, "too-many", wait)


def csrf_of(session: str) -> str:
    """The token of this session's forms. It can be reckoned from the session, the session never from it."""
    return hmac.new(session.encode(), b"desk form", hashlib.sha256).hexdigest()


def own_form(person: Visitor, sent: str) -> None:
    """403 `foreign-form` unless the form carries the token of this very session."""
    own_token(person.session, sent)


def own_token(session: str, sent: str) -> None:
    """The same for a session that is not whole yet."""
    if not hmac.compare_digest(csrf_of(session).encode(), sent.encode()):
        raise RefusedError(403, "foreign-form")


def own_page(request: Request) -> None:
    """403 `foreign-form` unless the request comes from a page of this very origin.

    Older browsers send no Sec-Fetch-Site; there the Origin's host must be the host that was asked.
    """
    site = request.headers.get("sec-fetch-site")
    origin = request.headers.get("origin")
    same_host = origin is None or urlsplit(origin).netloc == request.headers.get("host", "")
    if not same_host or site not in (None, "same-origin", "none"):
        raise RefusedError(403, "foreign-form")


def keep(request: Request, response: Response, name: str, value: str, seconds: int) -> None:
    """A cookie for the desk alone that no script reads. Lax, because people arrive from a link in a chat."""
    secure = request.url.scheme == "https"
    response.set_cookie(name, value, max_age=seconds, path=PATH, secure=secure, httponly=True, samesite="lax")


def forget(response: Response, name: str) -> None:
    """Take a cookie back."""
    response.delete_cookie(name, path=PATH, httponly=True, samesite="lax")
