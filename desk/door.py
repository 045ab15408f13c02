"""Coming in by a one-time link, and going out."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from desk.form import read_form
from desk.html import SECURITY, explainer, page
from desk.parts import Parts
from desk.refusal import RefusedError, guarded
from desk.session import COOKIE, COOKIE_SECONDS, FLASH, TOKEN, forget, keep, own_form, own_page, visitor


def door_routes(parts: Parts) -> APIRouter:
    """`/desk/sign-in/{token}` and `/desk/sign-out`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.get("/desk/sign-in/{token}")
    async def knock(token: str) -> Response:
        # Only the button uses the link up: messengers open every link they carry to draw a preview of it.
        return page("sign_in.html", parts.say())

    @routes.post("/desk/sign-in/{token}")
    async def come_in(request: Request, token: str) -> Response:
        own_page(request)
        found = await parts.office.sign_in(token) if TOKEN.fullmatch(token) else None
        if found is None:
            raise RefusedError(410, "link-over")
        answer = RedirectResponse("/desk", 303, headers=SECURITY)
        keep(request, answer, COOKIE, found[1], COOKIE_SECONDS)
        return answer

    @routes.post("/desk/sign-out")
    async def go_out(request: Request) -> Response:
        own_page(request)
        person = await visitor(parts, request)
        own_form(person, (await read_form(request)).csrf)
        await parts.office.sign_out(person.session)
        answer = page("message.html", person.say, key="desk.signed-out")
        forget(answer, COOKIE)
        forget(answer, FLASH)
        return answer

    return routes
