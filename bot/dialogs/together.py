"""For the worker: a ticket that may be the same matter as another, and what they say of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bot.dialogs.turn import Choice, Turn
from casework import merge, permission, wording
from casework.duplicate import Suggestion
from casework.staff import Staff
from casework.ticket import Ticket
from locales.text import Say

ACTIONS = ("look", *merge.WORDS)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the worker is told, and the buttons that follow: `choices`, or else those of the ticket."""

    text: str
    ticket: Ticket
    choices: Sequence[Choice] = ()


async def suggested(turn: Turn, ticket: Ticket, staff: Staff) -> list[Suggestion]:
    """The tickets that may be the same matter, of those this person may decide about."""
    return [each for each in await turn.book.alike(ticket) if merge.may_compare(ticket, each.ticket, staff)]


def line(suggestions: Sequence[Suggestion], say: Say) -> str:
    """One line on the likest, empty where there is none."""
    if not suggestions:
        return ""
    likest = suggestions[0]
    reasons = say("list.and").join(say(f"likeness.{reason}") for reason in likest.likeness.reasons)
    return say("staff.same.ask", number=likest.ticket.number, reasons=reasons)


def choices(ticket: Ticket, suggestions: Sequence[Suggestion], say: Say) -> list[Choice]:
    """The buttons under that line."""
    if not suggestions:
        return []
    other = suggestions[0].ticket.number
    look = Choice(f"look:{ticket.number}:{other}", say("button.staff.look", number=other))
    return [look, *_decide(ticket.number, other, say)]


def part_choices(ticket: Ticket, say: Say) -> list[Choice]:
    """Under a ticket that others were merged into."""
    return [
        Choice(f"apart:{ticket.number}:{number}", say("button.staff.apart", number=number))
        for number in ticket.merged_here
    ]


async def act(turn: Turn, staff: Staff, action: str, ticket: Ticket, number: str) -> Outcome:
    """Raises StepRefusedError for what does not fit."""
    other = await turn.book.ticket(number)
    if other is None or (action != "apart" and not merge.may_compare(ticket, other, staff)):
        raise permission.StepRefusedError("not-yours", ticket)
    if action == "look":
        await turn.book.looked_at(other, staff)
        return Outcome(wording.for_worker(other, turn.words), ticket, _decide(ticket.number, number, turn.words))
    settled = await merge.settle(turn.book, ticket, other, staff, action)
    if action == "same":
        gone = number if settled.number == ticket.number else ticket.number
        return Outcome(turn.words("staff.same", number=gone, into=settled.number), settled)
    if action == "differ":
        return Outcome(turn.words("staff.differ", number=ticket.number, other=number), settled)
    text = turn.words("staff.apart", number=number, worker=settled.responsible_name or turn.words("staff.apart.nobody"))
    return Outcome(text, settled)


def _decide(number: str, other: str, say: Say) -> list[Choice]:
    return [
        Choice(f"same:{number}:{other}", say("button.staff.same")),
        Choice(f"differ:{number}:{other}", say("button.staff.differ")),
    ]
