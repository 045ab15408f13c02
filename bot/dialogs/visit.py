"""The worker's side of visits in the chat: there, made, not made, moved; the code that the resident gave."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogs import question
from bot.dialogs.frame import Frame
from bot.dialogs.turn import Choice, Turn
from casework import agreed, visit, visit_wording, wording
from casework.permission import StepRefusedError
from casework.series import Series
from casework.staff import Staff
from casework.ticket import Ticket
from catalogue.slot.time import parse_time
from locales.text import Say

ACTIONS = ("arrived", "visited", "skipped", "moved")
"""What can be done where a visit is agreed; each has its button, its question and its step."""
HERE = ("here",)


def choices(ticket: Ticket, say: Say) -> list[Choice]:
    """The buttons about visits, for the one who answers for the ticket."""
    if not agreed.has_plan(ticket):
        return []
    found = [Choice(f"{action}:{ticket.number}", say(f"button.staff.{action}")) for action in ACTIONS]
    if agreed.open_code(ticket):
        found.append(Choice(f"code:{ticket.number}", say("button.staff.code")))
    return found


def excused(reason: str, say: Say) -> bool:
    """Whether a reason for not going is the resident's own."""
    return reason in [say(f"staff.skipped.{each}") for each in visit.EXCUSED]


def options(turn: Turn, ticket: Ticket) -> list[Choice]:
    """The buttons after a step: those of visits, and the two that may come next."""
    number = ticket.number
    after = [turn.choice(f"{action}:{number}", f"button.staff.{action}") for action in ("plan", "done")]
    return after if agreed.series_over(ticket) else [*choices(ticket, turn.words), *after]


async def agree(turn: Turn, ticket: Ticket, by: Staff, series: Series, text: str) -> None:
    """A series that was read from a worker's words."""
    ticket = await visit.plan_series(turn.book, ticket, by, series, text)
    _say(turn, "staff.series", ticket, series=visit_wording.series_words(ticket, turn.words))


def _say(turn: Turn, key: str, ticket: Ticket, **values: str) -> None:
    at = wording.visit(ticket, turn.words)
    turn.say(key, options(turn, ticket), ticket=ticket.number, number=ticket.number, at=at, **values)


def _worker(turn: Turn, ticket: Ticket) -> Staff:
    if turn.staff is None:
        raise StepRefusedError("not-yours", ticket)
    return turn.staff


async def _arrived(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await visit.arrived(turn.book, ticket, _worker(turn, ticket), files)
    _say(turn, "staff.arrived", ticket)


async def _visited(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await visit.visited(turn.book, ticket, _worker(turn, ticket), text, files)
    if agreed.series_over(ticket):
        _say(turn, "staff.visited.over", ticket)
    else:
        _say(turn, "staff.visited.next" if ticket.last.data.get("next") else "staff.visited", ticket)
    code = visit.code_in(text)
    if code:
        await _code(turn, ticket, code, ())


async def _skipped(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    by, own = _worker(turn, ticket), excused(text, turn.words)
    ticket = await visit.skipped(turn.book, ticket, by, text, excused=own)
    _say(turn, "staff.skipped.next" if ticket.last.data.get("next") else "staff.skipped", ticket)


async def _moved(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await visit.moved(turn.book, ticket, _worker(turn, ticket), parse_time(text, turn.now), text)
    _say(turn, "staff.moved", ticket)


async def _code(turn: Turn, ticket: Ticket, text: str, files: tuple[str, ...]) -> None:
    ticket = await visit.confirm_by_code(turn.book, ticket, _worker(turn, ticket), text)
    _say(turn, "staff.code", ticket)


QUESTIONS: Mapping[str, Frame] = {
    "arrived": question.question("arrived", "staff.arrived.ask", _arrived, choices=HERE, label="staff.arrived"),
    "visited": question.question("visited", "staff.visited.ask", _visited),
    "skipped": question.question(
        "skipped", "staff.skipped.ask", _skipped, choices=visit.SKIPPED, label="staff.skipped"
    ),
    "moved": question.question("moved", "staff.moved.ask", _moved),
    "code": question.question("code", "staff.code.ask", _code),
}
