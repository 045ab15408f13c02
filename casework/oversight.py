"""What an officer does with a ticket of their area without taking it over."""

from __future__ import annotations

from datetime import datetime

from casework.casebook import Casebook, Notice, tell_responsible
from casework.clock import callback_open
from casework.permission import StepRefusedError, refuse_ended, refuse_stranger, worker
from casework.staff import Staff
from casework.step import dispatch
from casework.ticket import Audience, Event, Ticket


async def reassign(book: Casebook, ticket: Ticket, by: Staff, to: int, reason: str) -> Ticket:
    """Give it to somebody else of those who cover the place; whoever had it and the resident are told."""
    refuse_ended(ticket)
    refuse_stranger(ticket, by, "reassign")
    person = (await book.roster()).present(to, book.now)
    if person is None or not person.covers(ticket.need.place) or person.id == ticket.responsible:
        raise StepRefusedError("not-there", ticket)
    before = ticket.responsible
    data = {"by": by.id, "name": by.name, "reason": reason, "from": before}
    ticket = await book.append(ticket, [Event("reassigned", book.now, worker(by), data, Audience.STAFF)])
    ticket = await dispatch(book, ticket, to=person, reason="reassigned")
    if before is not None:
        await book.tell_staff(before, Notice("taken-over", ticket))
    await book.tell_resident(Notice("passed", ticket))
    return ticket


async def redate(book: Casebook, ticket: Ticket, by: Staff, when: datetime | None, words: str, reason: str) -> Ticket:
    """Another day for the visit, with the reason. Whoever answers for the ticket keeps it, and hears of it."""
    refuse_ended(ticket)
    refuse_stranger(ticket, by)
    data = {"when": when.isoformat() if when else "", "words": words, "reason": reason, "name": by.name}
    ticket = await book.append(ticket, [Event("redated", book.now, worker(by), data)])
    await tell_responsible(book, Notice("redated", ticket, {"text": reason}), but=by.id)
    await book.tell_resident(Notice("redated", ticket, {"text": reason}))
    return ticket


async def called_back(book: Casebook, ticket: Ticket, by: Staff, words: str) -> Ticket:
    """An officer has called somebody who was not content; `words` is what was said."""
    refuse_stranger(ticket, by, "callback")
    refuse_no_callback(ticket)
    data = {"text": words, "name": by.name}
    return await book.append(ticket, [Event("called-back", book.now, worker(by), data, Audience.STAFF)])


def refuse_no_callback(ticket: Ticket) -> None:
    """Raise StepRefusedError("no-callback") where nobody waits for a call."""
    if callback_open(ticket) is None:
        raise StepRefusedError("no-callback", ticket)
