"""What is said once, on the page after an action."""

from __future__ import annotations

from urllib.parse import quote, unquote

from fastapi import Request, Response

from casework.merge import WORDS
from casework.ticket import Ticket
from casework.wording import visit
from desk.office import ACTIONS
from desk.parts import Parts
from desk.session import FLASH, FLASH_SECONDS, Visitor, forget, keep, looks_again
from desk.visit import said_key, said_values
from locales.text import Say

SAID = {"accept": "accepted", "pass": "passed", "ask": "asked", "plan": "planned", "done": "done",
        "contact": "contacted", "redate": "redated", "reassign": "reassigned", "callback": "called-back",
        "arrived": "arrived", "visited": "visited", "skipped": "skipped", "moved": "moved", "code": "code",
        "helper": "helper.sent", "talk": "talk.sent", "hush": "talk.closed",
        "basis": "basis"}  # fmt: skip
"""The text `staff.<word>` that follows each action; the chat says the same. Of two tickets `desk.said.<action>`."""


def leave(request: Request, answer: Response, action: str, number: str) -> None:
    """Remember for the next page what was done. Only which text and which ticket: never the text itself."""
    keep(request, answer, FLASH, f"{action}.{quote(number, safe='')}", FLASH_SECONDS)


async def said(parts: Parts, request: Request, person: Visitor) -> str:
    """What the last action amounts to, empty if there was none."""
    action, _, number = request.cookies.get(FLASH, "").partition(".")
    if action not in ACTIONS or looks_again(request):
        return ""
    ticket = await parts.office.ticket(person.staff, unquote(number))
    return _words(action, ticket, person.say) if ticket else ""


def take(request: Request, answer: Response) -> None:
    """It was said; don't say it again. A page that looks again by itself must not use up what the person has yet to
    read."""
    if FLASH in request.cookies and not looks_again(request):
        forget(answer, FLASH)


def _words(action: str, ticket: Ticket, say: Say) -> str:
    at = visit(ticket, say)
    if action in WORDS:
        return say(f"desk.said.{action}", number=ticket.number)
    more = said_values(ticket, say)
    return say(said_key(SAID[action], ticket), number=ticket.number, worker=ticket.responsible_name, at=at, **more)
