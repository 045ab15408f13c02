"""Pages of the desk: templates filled in, and the headers that keep them private and unscripted."""

from __future__ import annotations

import math
from pathlib import Path

from fastapi import Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from desk.asset import address_of
from desk.parts import Parts
from desk.refusal import Explain, RefusedError
from desk.session import Visitor
from locales.text import Say

FOLDER = Path(__file__).parent / "templates"
SECURITY = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
        "img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    # Not no-referrer: under it browsers send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Permissions-Policy": "microphone=(), geolocation=(), camera=(), payment=(), usb=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
ENVIRONMENT = Environment(
    loader=FileSystemLoader(FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
)
ENVIRONMENT.globals["asset"] = address_of


def page(
    template: str, say: Say, status: int = 200, *, person: Visitor | None = None, **values: object
) -> HTMLResponse:
    """A template as an answer. `person` is who is signed in, None at the door."""
    html = ENVIRONMENT.get_template(template).render(say=say, person=person, **values)
    return HTMLResponse(html, status, headers=SECURITY)


def explainer(parts: Parts) -> Explain:
    """A page for whatever is refused, in Chinese: who asked may be unknown."""

    def explain(request: Request, refused: RefusedError) -> HTMLResponse:
        answer = page("message.html", parts.say(), refused.status, key=f"desk.refused.{refused.key}")
        seconds = math.ceil(refused.wait) or (5 if refused.status == 503 else 0)
        if seconds:
            answer.headers["Retry-After"] = str(seconds)
        return answer

    return explain
