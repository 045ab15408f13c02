"""Where the one who is helped could not be asked, whoever answers for the ticket records on what ground their data is
kept (PIPL Art. 13); after the first visit they are reminded once."""

from __future__ import annotations

from casework.casebook import Casebook, Notice
from casework.consent import bases, lacking, recorded, to_json
from casework.permission import StepRefusedError, refuse_stranger, worker
from casework.staff import Staff
from casework.ticket import Audience, Event, Ticket

RECORDED = "legal-basis"
REMINDED = "basis-reminded"


async def record(book: Casebook, ticket: Ticket, by: Staff, basis: str, words: str = "") -> Ticket:
    """One of `casework.consent.bases()`, also after the ticket has ended; `words` say what there is to add.

    Raises StepRefusedError: "not-yours", "basis-unclear" for a basis that is none."""
    refuse_stranger(ticket, by)
    if basis not in bases():
        raise StepRefusedError("basis-unclear", ticket)
    data = {"basis": basis, "grounds": to_json(recorded(ticket, basis)), "text": words, "name": by.name}
    return await book.append(ticket, [Event(RECORDED, book.now, worker(by), data, Audience.STAFF)])


async def remind(book: Casebook, ticket: Ticket, by: Staff) -> Ticket:
    """Somebody was there and may have asked: if nothing is recorded, it is asked for, once."""
    if not lacking(ticket) or any(event.type == REMINDED for event in ticket.events):
        return ticket
    ticket = await book.append(ticket, [Event(REMINDED, book.now, "system", {"to": by.id}, Audience.STAFF)])
    await book.tell_staff(by.id, Notice("basis", ticket))
    return ticket
