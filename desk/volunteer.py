"""Volunteers at the desk: who waits for an answer, who helps, whom they look after, and the hours they gave."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.plain import row_number
from casework.volunteer import Standing
from casework.volunteering import VolunteerRefusedError
from desk.form import read_fields, too_long
from desk.html import SECURITY, explainer, page
from desk.office import VOLUNTEER_ACTIONS, Member
from desk.parts import Parts
from desk.refusal import RefusedError, guarded
from desk.session import Visitor, own_form, own_page, visitor

FIELDS = ("csrf", "choice", "text", "name", "relation", "age", "phone", "place")


def volunteer_routes(parts: Parts) -> APIRouter:
    """`GET /desk/volunteers` and `POST /desk/volunteers/{id}/{action}`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.get("/desk/volunteers")
    async def volunteers(request: Request) -> Response:
        return await _show(parts, await visitor(parts, request))

    @routes.get("/desk/volunteers/{volunteer_id}/{action}")
    async def again(volunteer_id: str, action: str) -> Response:
        # The address of a failed form, opened once more.
        return RedirectResponse("/desk/volunteers", 303, headers=SECURITY)

    @routes.post("/desk/volunteers/{volunteer_id}/{action}")
    async def change(request: Request, volunteer_id: str, action: str) -> Response:
        own_page(request)
        person = await visitor(parts, request)
        sent = await read_fields(request, FIELDS)
        own_form(person, sent["csrf"])
        if action not in VOLUNTEER_ACTIONS:
            raise RefusedError(404, "not-found")
        error = _lacking(person, action, sent)
        if error:
            return await _show(parts, person, error, 422)
        try:
            await parts.office.change_volunteer(person.staff, row_number(volunteer_id), action, sent)
        except VolunteerRefusedError as refused:
            named = refused.volunteer.name if refused.volunteer else ""
            return await _show(parts, person, person.say(f"staff.volunteer.refused.{refused.reason}", name=named), 409)
        return RedirectResponse("/desk/volunteers", 303, headers=SECURITY)

    return routes


def _lacking(person: Visitor, action: str, sent: dict[str, str]) -> str:
    """What is missing in a form, in words; empty when nothing is."""
    if action == "elder" and not sent["name"]:
        return person.say("desk.volunteers.elder.lacking")
    if action in ("decline", "end") and not sent["text"]:
        return person.say("desk.volunteers.reason.lacking")
    return too_long(sent["text"], person.say)


async def _show(parts: Parts, person: Visitor, error: str = "", status: int = 200) -> Response:
    members: list[Member] = await parts.office.volunteers(person.staff)
    return page(
        "volunteers.html",
        person.say,
        status,
        person=person,
        error=error,
        waiting=[each for each in members if each.volunteer.state is Standing.ASKED],
        approved=[each for each in members if each.volunteer.approved],
        officer=person.staff.officer,
    )
