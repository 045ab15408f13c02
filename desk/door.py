"""Coming in by a one-time link, and going out, here or everywhere."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.entrance import owes_second
from desk.form import read_form
from desk.html import SECURITY, explainer, page
from desk.parts import Parts
from desk.refusal import RefusedError, guarded
from desk.second import SECOND
from desk.session import COOKIE, COOKIE_SECONDS, FLASH, TOKEN, forget, keep, own_form, own_page, slow_down, visitor
from locales.text import Say


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
        await slow_down(parts, "sign-in", request)
        found = await parts.office.sign_in(token) if TOKEN.fullmatch(token) else None
        if found is None:
            raise RefusedError(410, "link-over")
        answer = RedirectResponse(SECOND if owes_second(found[0]) else "/desk", 303, headers=SECURITY)
        keep(request, answer, COOKIE, found[1], COOKIE_SECONDS)
        return answer

    @routes.get("/desk/me")
    async def me(request: Request) -> Response:
        person = await visitor(parts, request)
        return page("me.html", person.say, person=person, second=owes_second(person.staff))

    @routes.post("/desk/sign-out-everywhere")
    async def go_out_everywhere(request: Request) -> Response:
        own_page(request)
        person = await visitor(parts, request)
        own_form(person, (await read_form(request)).csrf)
        await parts.office.sign_out_everywhere(person.staff)
        return _gone(person.say, "desk.signed-out-everywhere")

    @routes.post("/desk/sign-out")
    async def go_out(request: Request) -> Response:
        own_page(request)
        person = await visitor(parts, request)
        own_form(person, (await read_form(request)).csrf)
        await parts.office.sign_out(person.session)
        return _gone(person.say, "desk.signed-out")

    return routes


def _gone(say: Say, key: str) -> Response:
    answer = page("message.html", say, key=key)
    forget(answer, COOKIE)
    forget(answer, FLASH)
    return answer
