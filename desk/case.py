"""One ticket: everything about it, and what this person can do with it now."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from fastapi import APIRouter, Request, Response
from fastapi.responses import HTMLResponse, RedirectResponse

from bot.message import MAX_FILE_BYTES, MAX_TEXT
from casework import wording
from casework.attached import files_of
from casework.clock import callback_open
from casework.consent import bases, lacking
from casework.duplicate import Suggestion
from casework.helping import busy
from casework.permission import may_act
from casework.staff import Staff
from casework.talk import speaking, talk_of
from casework.ticket import State, Ticket
from casework.visit import SKIPPED
from casework.volunteer import Volunteer, may_hand_over
from casework.wording import BEIJING, short_moment
from desk.attachment import shown
from desk.board import alarms_of, row
from desk.fact import facts
from desk.flash import said, take
from desk.form import MAX_FILES
from desk.html import SECURITY, explainer, page
from desk.office import Office, Told
from desk.parts import Parts
from desk.reading import unread
from desk.refusal import RefusedError, guarded
from desk.session import Visitor, looks_again, visitor
from desk.thread import lines, spoken
from desk.visit import actions as visits
from desk.visit import mood_line
from locales.text import SOURCE, Say

CHANNELS = ("desk", "telegram", "webchat")
REACHED = ("reached", "unreached")
REASONS = ("full", "language", "kin", "area")
TIMES = ("today", "tomorrow-am", "tomorrow-pm", "after-am")
WITH_FILES = ("ask", "talk", "done", "visited")
WORDLESS = ("accept", "arrived", "hush")
"""Actions of one press, without a form."""
LIMITS = {"text": MAX_TEXT, "files": MAX_FILES, "bytes": MAX_FILE_BYTES, "megabytes": MAX_FILE_BYTES // 1024**2}
LAST_HOUR_OF_TODAY = 16
"""From this hour, Beijing time, the ready answer "today" is over."""


@dataclass(frozen=True, slots=True)
class Tried:
    """An action that did not succeed: what was picked and typed, which is kept, and why it failed."""

    action: str
    choice: str
    text: str
    error: str


def case_routes(parts: Parts) -> APIRouter:
    """`GET /desk/tickets/{number}`."""
    routes = APIRouter(route_class=guarded(explainer(parts)))

    @routes.get("/desk/tickets/{number}")
    async def case(request: Request, number: str) -> Response:
        person = await visitor(parts, request)
        answer = await show(parts, request, person, number)
        take(request, answer)
        return answer

    @routes.get("/desk/tickets/{number}/{action}")
    async def case_again(number: str, action: str) -> Response:
        # The address of a failed form, opened once more.
        return RedirectResponse(f"/desk/tickets/{number}", 303, headers=SECURITY)

    return routes


async def _find(office: Office, staff: Staff, number: str) -> Ticket:
    ticket = await office.ticket(staff, number)
    if ticket is None:
        raise RefusedError(404, "no-ticket")
    return ticket


async def show(
    parts: Parts,
    request: Request,
    person: Visitor,
    number: str,
    tried: Tried | None = None,
    status: int = 200,
) -> HTMLResponse:
    """The page of a ticket as it is now, which this person has then read; 404 `no-ticket` if it is unknown or not
    theirs to see."""
    staff, say, now = person.staff, person.say, parts.now()
    if await unread(parts.office, request, staff, [number]):
        await parts.office.seen(staff, number)
    change = await parts.office.change()
    ticket = await _find(parts.office, staff, number)
    open_tickets = [*await parts.office.mine(staff), *await parts.office.queue(staff)]
    files = {each.id: each for each in await parts.office.attachments(files_of(ticket.events))}
    possible = actions(ticket, staff, now)
    moods = mood_line(await parts.office.moods(ticket), say)
    colleagues = await parts.office.colleagues(staff, ticket) if "reassign" in possible else []
    helpers = await parts.office.helpers(staff, ticket) if "helper" in possible else []
    thread, talk = lines(ticket, files, say), _talk(ticket, now)
    return page(
        "case.html",
        say,
        status,
        person=person,
        change=change,
        alarms=alarms_of(open_tickets),
        said=await said(parts, request, person),
        row=row(ticket, now, say),
        facts=facts(ticket, say, _language(parts, ticket, person), moods),
        words=ticket.need.words,
        files=[shown(ticket.number, files[each]) for each in ticket.need.attachments if each in files],
        lines=thread,
        talk=talk,
        spoken=spoken(ticket, thread) if talk else (),
        told=[_told(each, say) for each in await parts.office.told(ticket)],
        forms=[
            {**_form(name, now, tried, colleagues, helpers), "open": name == "talk" and "hush" in possible}
            for name in possible
            if name != "helper" or helpers
        ],
        tried=tried,
        alike=await _alike(parts.office, request, person, ticket),
        apart=ticket.merged_here if may_act(ticket, staff, "apart") else (),
        lost=tried if tried and tried.action not in possible else None,
        limits=LIMITS,
    )


def _talk(ticket: Ticket, now: datetime) -> str:
    """Who of the staff speaks with the resident at the moment, by name."""
    talk = talk_of(ticket)
    return talk.name if talk is not None and not talk.over(now) else ""


async def _alike(office: Office, request: Request, person: Visitor, ticket: Ticket) -> list[dict[str, str]]:
    """The tickets that may be the same matter: number, why, and all that a worker needs to compare them. What turns up
    while a page looks again by itself comes without that: it is shown, and noted, when somebody asks for it."""
    found, staff = await office.alike(person.staff, ticket), person.staff
    fresh = await unread(office, request, staff, [each.ticket.number for each in found])
    hidden = fresh if looks_again(request) else set[str]()
    await office.looked_at(staff, [each.ticket for each in found if each.ticket.number in fresh - hidden])
    return [_likeness(each, person.say, hidden) for each in found]


def _likeness(each: Suggestion, say: Say, hidden: Collection[str]) -> dict[str, str]:
    number = each.ticket.number
    return {
        "number": number,
        "why": say("list.and").join(say(f"likeness.{reason}") for reason in each.likeness.reasons),
        "card": "" if number in hidden else wording.for_worker(each.ticket, say),
    }


def actions(ticket: Ticket, staff: Staff, now: datetime) -> tuple[str, ...]:
    """What this person can do with the ticket as it stands, the next step first."""
    officer = may_act(ticket, staff, "reassign")
    if officer and ticket.state is State.CLOSED and callback_open(ticket) is not None:
        return ("callback",)
    basis = ("basis",) if lacking(ticket) and may_act(ticket, staff) else ()
    if ticket.state.ended or ticket.state is State.DONE or not may_act(ticket, staff):
        return basis
    taken = ticket.responsible == staff.id and ticket.state in (State.ACCEPTED, State.PLANNED)
    own = (
        (*visits(ticket), "contact", "ask", "talk", "plan", "done", "pass")
        if taken
        else ("accept", "pass", "ask", "plan", "done")
    )
    own = (*own, *_helper(ticket, taken), *basis)
    if speaking(ticket, staff, now):
        own = ("talk", "hush", *(each for each in own if each not in ("ask", "talk")))
    return (*own, *(("redate",) if ticket.state is State.PLANNED and not taken else ()), "reassign") if officer else own


def _helper(ticket: Ticket, taken: bool) -> tuple[str, ...]:
    """Asking a volunteer, where the ticket is simple and nobody was asked yet."""
    return ("helper",) if taken and may_hand_over(ticket) and not busy(ticket) else ()


def choices(action: str, now: datetime) -> tuple[str, ...]:
    """The ready answers of an action, whose texts are `staff.<action>.<answer>`."""
    if action == "plan":
        return TIMES[1:] if now.astimezone(BEIJING).hour >= LAST_HOUR_OF_TODAY else TIMES
    return {"basis": bases(), "pass": REASONS, "contact": REACHED, "skipped": SKIPPED}.get(action, ())


def _form(
    action: str, now: datetime, tried: Tried | None, colleagues: Sequence[Staff], helpers: Sequence[Volunteer]
) -> dict[str, Any]:
    return {
        "action": action,
        "wordless": action in WORDLESS,
        "choices": choices(action, now),
        "helpers": helpers if action == "helper" else (),
        "people": colleagues if action == "reassign" else (),
        "tried": tried if tried and tried.action == action else None,
        "files": action in WITH_FILES,
    }


def _told(told: Told, say: Say) -> str:
    """A line of who was told: to whom, how, and whether it arrived."""
    key = "parked" if told.parked else "sent" if told.sent else "waiting"
    return say(
        f"desk.told.{key}",
        who=told.name or say("desk.who.resident"),
        channel=say(f"desk.channel.{told.channel}") if told.channel in CHANNELS else told.channel,
        at=short_moment(told.sent or told.at, say),
    )


def _language(parts: Parts, ticket: Ticket, person: Visitor) -> str:
    """The resident's language by its name, where it is not the one the desk is written in."""
    if ticket.language == SOURCE:
        return ""
    key = f"language.{ticket.language}"
    return person.say(key) if key in parts.texts.of(SOURCE) else ticket.language
