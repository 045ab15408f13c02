"""What a member of staff asked for at the desk, as the step it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from casework import helping, oversight, step
from casework.casebook import Casebook
from casework.staff import Staff
from casework.ticket import Ticket
from catalogue.slot.time import parse_time


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    files: Sequence[str]
    to: int


_STEPS: Mapping[str, Callable[[Casebook, Ticket, Staff, _Asked], Awaitable[Ticket]]] = {
    "accept": lambda book, ticket, by, asked: step.accept(book, ticket, by),
    "pass": lambda book, ticket, by, asked: step.pass_on(book, ticket, by, asked.text),
    "ask": lambda book, ticket, by, asked: step.ask(book, ticket, by, asked.text, asked.files),
    "plan": lambda book, ticket, by, asked: step.plan(book, ticket, by, parse_time(asked.text, book.now), asked.text),
    "done": lambda book, ticket, by, asked: helping.done(book, ticket, by, asked.text, asked.files),
    "contact": lambda book, ticket, by, asked: step.contacted(book, ticket, by, asked.text),
    "tried": lambda book, ticket, by, asked: step.contacted(book, ticket, by, asked.text, reached=False),
    "redate": lambda book, ticket, by, asked: oversight.redate(
        book, ticket, by, parse_time(asked.text, book.now), asked.text, asked.text
    ),
    "reassign": lambda book, ticket, by, asked: oversight.reassign(book, ticket, by, asked.to, asked.text),
    "helper": lambda book, ticket, by, asked: helping.ask(book, ticket, by, asked.to, asked.text),
    "callback": lambda book, ticket, by, asked: oversight.called_back(book, ticket, by, asked.text),
}


async def act(
    book: Casebook, ticket: Ticket, by: Staff, action: str, text: str = "", files: Sequence[str] = (), to: int = 0
) -> Ticket:
    """Do one of `desk.office.ACTIONS` or "tried"; raises what the step raises, LookupError for an unknown action."""
    return await _STEPS[action](book, ticket, by, _Asked(text, files, to))
