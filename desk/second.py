"""The second factor at the door: an officer enrols once, and from then on shows six digits."""

from __future__ import annotations

from datetime import datetime

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from casework.wording import BEIJING
from desk.entrance import Owing
from desk.form import read_form
from desk.html import SECURITY, explainer, page
from desk.parts import Parts
from desk.qr import drawn
from desk.refusal import RefusedError, guarded
from desk.session import COOKIE, COOKIE_SECONDS, TOKEN, csrf_of, keep, own_page, own_token, slow_down

SECOND = "/desk/second-factor"
GROUP = 4
"""Letters of the secret, and of a recovery code, that are read out together."""


def second_routes(parts: Parts) -> APIRouter:
    """`/desk/second-factor`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.get(SECOND)
    async def ask(request: Request) -> Response:
        session = request.cookies.get(COOKIE, "")
        owing = await _owing(parts, session)
        return _ask(parts, session, owing) if owing else RedirectResponse("/desk", 303, headers=SECURITY)

    @routes.post(SECOND)
    async def show(request: Request) -> Response:
        own_page(request)
        session = request.cookies.get(COOKIE, "")
        owing = await _owing(parts, session)
        if owing is None:
            return RedirectResponse("/desk", 303, headers=SECURITY)
        await slow_down(parts, "second-factor", request, str(owing.staff.id))
        form = await read_form(request)
        own_token(session, form.csrf)
        proven = await parts.office.prove(session, "".join(filter(str.isalnum, form.text)))
        if proven is None:
            again = await _owing(parts, session)
            if again is None:
                raise RefusedError(401, "signed-out")
            return _ask(parts, session, again, wrong=True)
        answer: Response = RedirectResponse("/desk", 303, headers=SECURITY)
        if proven.recovery:
            staff = await parts.office.who(proven.session)
            say = parts.say(staff.languages if staff else ())
            answer = page("recovery.html", say, codes=[in_groups(each) for each in proven.recovery])
        keep(request, answer, COOKIE, proven.session, COOKIE_SECONDS)
        return answer

    return routes


async def _owing(parts: Parts, session: str) -> Owing | None:
    """Who stands here; None for somebody who owes nothing. 401 `signed-out` without a session."""
    if not TOKEN.fullmatch(session):
        raise RefusedError(401, "signed-out")
    owing = await parts.office.owing(session)
    if owing is None and await parts.office.who(session) is None:
        raise RefusedError(401, "signed-out")
    return owing


def _ask(parts: Parts, session: str, owing: Owing, *, wrong: bool = False) -> Response:
    say = parts.say(owing.staff.languages)
    locked = owing.locked_until is not None
    answer = page(
        "second.html",
        say,
        429 if locked else 422 if wrong else 200,
        name=owing.staff.name,
        csrf=csrf_of(session),
        wrong=wrong,
        until=_clock(owing.locked_until) if owing.locked_until else "",
        qr=drawn(owing.uri) if owing.uri else "",
        secret=in_groups(owing.secret),
    )
    if owing.locked_until is not None:
        answer.headers["Retry-After"] = str(max(1, int((owing.locked_until - parts.now()).total_seconds())))
    return answer


def in_groups(letters: str) -> str:
    """In groups of four, as people read such things to one another."""
    return " ".join(letters[at : at + GROUP] for at in range(0, len(letters), GROUP))


def _clock(at: datetime) -> str:
    return f"{at.astimezone(BEIJING):%H:%M}"
