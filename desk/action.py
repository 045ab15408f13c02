"""What a worker does with a ticket, sent as a plain form."""

from __future__ import annotations

from urllib.parse import quote

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse

from bot.message import FileTooLargeError, UnfitFileError
from bot.plain import row_number
from casework.casebook import ConflictError
from casework.consent import bases
from casework.merge import WORDS
from casework.permission import StepRefusedError, may_act
from casework.ticket import Ticket
from casework.visit import EXCUSED, SKIPPED
from desk.attachment import keep_uploads
from desk.case import REACHED, REASONS, TIMES, WITH_FILES, WORDLESS, Tried, show
from desk.flash import leave
from desk.form import Form, read_form, too_long
from desk.html import SECURITY, explainer
from desk.office import ACTIONS
from desk.parts import Parts
from desk.refusal import RefusedError, guarded
from desk.session import Visitor, own_form, own_page, visitor
from locales.text import Say

READY = {"pass": REASONS, "plan": TIMES, "contact": REACHED, "skipped": SKIPPED}


class UnfitError(Exception):
    """What was sent does not do. `words` say why and the remedy, `status` is the answer's."""

    def __init__(self, words: str, status: int = 422) -> None:
        super().__init__(words)
        self.words = words
        self.status = status


def action_routes(parts: Parts) -> APIRouter:
    """`POST /desk/tickets/{number}/{action}`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.post("/desk/tickets/{number}/{action}")
    async def act(request: Request, number: str, action: str) -> Response:
        own_page(request)
        person = await visitor(parts, request)
        form = await read_form(request)
        own_form(person, form.csrf)
        if action not in ACTIONS:
            raise RefusedError(404, "not-found")
        try:
            ticket = await _act(parts, person, number, action, form)
        except UnfitError as unfit:
            # The number of another ticket was not typed by anybody, so there is nothing to give back.
            tried = Tried(action, form.choice, "" if action in WORDS else form.text, unfit.words)
            return await show(parts, request, person, number, tried, unfit.status)
        return _onward(request, person, ticket, action)

    return routes


async def _act(parts: Parts, person: Visitor, number: str, action: str, form: Form) -> Ticket:
    """Do it. Raises UnfitError for whatever the worker can set right, RefusedError where there is no such ticket."""
    say, staff = person.say, person.staff
    text = wanted(action, form, say)
    try:
        files = await keep_uploads(parts.office, staff, form.files) if action in WITH_FILES else []
        step = _step(action, form.choice)
        to = row_number(form.choice) if action in ("reassign", "helper") else 0
        return await parts.office.act(staff, number, step, text, files, to)
    except FileTooLargeError as large:
        raise UnfitError(say("desk.failed.file", limit=large.limit // 1024**2), 413) from large
    except UnfitFileError as unfit:
        raise UnfitError(say("desk.failed.unfit"), 415) from unfit
    except StepRefusedError as refused:
        values = {"number": refused.ticket.number, "worker": refused.ticket.responsible_name}
        raise UnfitError(say(f"refused.{refused.reason}", **values), 409) from refused
    except ConflictError as conflict:
        raise UnfitError(say("desk.failed.conflict", number=number), 409) from conflict
    except LookupError as unknown:
        raise RefusedError(404, "no-ticket") from unknown


def _step(action: str, choice: str) -> str:
    """What an action is with the ready answer that was picked."""
    if action == "contact" and choice == "unreached":
        return "tried"
    if action == "basis":
        return f"{action}:{choice}"
    return "excused" if action == "skipped" and choice in EXCUSED else action


def wanted(action: str, form: Form, say: Say) -> str:
    """The text of an action: the ready answer that was picked, then what was typed. UnfitError if there is neither."""
    if action in WORDLESS:
        return ""
    if action == "contact" and form.choice not in REACHED:
        raise UnfitError(say("desk.empty.contact"))
    if action == "basis" and form.choice not in bases():
        raise UnfitError(say("desk.empty.basis"))
    if action in ("reassign", "helper") and not form.choice:
        raise UnfitError(say(f"desk.empty.{action}"))
    if action in WORDS:
        return form.text
    ready = [say(f"staff.{action}.{form.choice}")] if form.choice in READY.get(action, ()) else []
    text = say("list.comma").join([*ready, *([form.text] if form.text else [])])
    if not text and action not in ("helper", "basis"):
        raise UnfitError(say(f"desk.empty.{action}"))
    if long := too_long(text, say):
        raise UnfitError(long)
    return text


def _onward(request: Request, person: Visitor, ticket: Ticket, action: str) -> Response:
    """Back to the ticket, or to the list once it is no longer theirs."""
    mine = may_act(ticket, person.staff)
    target = f"/desk/tickets/{quote(ticket.number, safe='')}" if mine else "/desk"
    answer = RedirectResponse(target, 303, headers=SECURITY)
    leave(request, answer, action, ticket.number)
    return answer
