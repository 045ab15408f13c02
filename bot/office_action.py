"""What a member of staff asked for at the desk, as the step it is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass

from casework import helping, legal_basis, merge, oversight, permission, step, talk, visit
from casework.casebook import Casebook
from casework.series_words import SeriesWordsError, parse_series
from casework.staff import Staff
from casework.ticket import Ticket
from catalogue.slot.time import parse_time
from catalogue.slot.turkic_plan import in_chinese


@dataclass(frozen=True, slots=True)
class _Asked:
    text: str
    files: Sequence[str]
    to: int
    choice: str = ""


async def _plan(book: Casebook, ticket: Ticket, by: Staff, asked: _Asked) -> Ticket:
    """A single time, or a series where the words speak of one."""
    try:
        series = parse_series(in_chinese(asked.text), book.now)
    except SeriesWordsError as error:
        raise permission.StepRefusedError("series-unclear", ticket) from error
    if series is not None:
        return await visit.plan_series(book, ticket, by, series, asked.text)
    return await step.plan(book, ticket, by, parse_time(asked.text, book.now), asked.text)


async def _visited(book: Casebook, ticket: Ticket, by: Staff, asked: _Asked) -> Ticket:
    """With a code in the words the visit is confirmed at once; a wrong one is refused with all of it."""
    ticket, code = await visit.visited(book, ticket, by, asked.text, asked.files), visit.code_in(asked.text)
    return await visit.confirm_by_code(book, ticket, by, code) if code else ticket


_STEPS: Mapping[str, Callable[[Casebook, Ticket, Staff, _Asked], Awaitable[Ticket]]] = {
    "accept": lambda book, ticket, by, asked: step.accept(book, ticket, by),
    "pass": lambda book, ticket, by, asked: step.pass_on(book, ticket, by, asked.text),
    "ask": lambda book, ticket, by, asked: step.ask(book, ticket, by, asked.text, asked.files),
    "talk": lambda book, ticket, by, asked: talk.speak(book, ticket, by, asked.text, asked.files),
    "hush": lambda book, ticket, by, asked: talk.hush(book, ticket, by),
    "plan": _plan,
    "arrived": lambda book, ticket, by, asked: visit.arrived(book, ticket, by, asked.files),
    "visited": _visited,
    "skipped": lambda book, ticket, by, asked: visit.skipped(book, ticket, by, asked.text),
    "excused": lambda book, ticket, by, asked: visit.skipped(book, ticket, by, asked.text, excused=True),
    "moved": lambda book, ticket, by, asked: visit.moved(
        book, ticket, by, parse_time(asked.text, book.now), asked.text
    ),
    "code": lambda book, ticket, by, asked: visit.confirm_by_code(book, ticket, by, asked.text),
    "done": lambda book, ticket, by, asked: helping.done(book, ticket, by, asked.text, asked.files),
    "contact": lambda book, ticket, by, asked: step.contacted(book, ticket, by, asked.text),
    "tried": lambda book, ticket, by, asked: step.contacted(book, ticket, by, asked.text, reached=False),
    "redate": lambda book, ticket, by, asked: oversight.redate(
        book, ticket, by, parse_time(asked.text, book.now), asked.text, asked.text
    ),
    "reassign": lambda book, ticket, by, asked: oversight.reassign(book, ticket, by, asked.to, asked.text),
    "helper": lambda book, ticket, by, asked: helping.ask(book, ticket, by, asked.to, asked.text),
    "basis": lambda book, ticket, by, asked: legal_basis.record(book, ticket, by, asked.choice, asked.text),
    "callback": lambda book, ticket, by, asked: oversight.called_back(book, ticket, by, asked.text),
}


async def _two(book: Casebook, ticket: Ticket, by: Staff, other: str, word: str) -> Ticket:
    """What is said of a ticket and another one, whose number is the text."""
    found = await book.ticket(other)
    if found is None:
        raise LookupError(other)
    return await merge.settle(book, ticket, found, by, word)


async def act(
    book: Casebook, ticket: Ticket, by: Staff, action: str, text: str = "", files: Sequence[str] = (), to: int = 0
) -> Ticket:
    """Do one of `desk.office.ACTIONS`, "tried" or "excused"; raises what the step raises, LookupError for an unknown
    action."""
    if action in merge.WORDS:
        return await _two(book, ticket, by, text, action)
    name, _, choice = action.partition(":")
    return await _STEPS[name](book, ticket, by, _Asked(text, files, to, choice))
