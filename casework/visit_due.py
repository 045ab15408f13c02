"""What is done when a clock of the visits has come: both sides reminded on the eve, the county told of a shortfall."""

from __future__ import annotations

import secrets

from casework.casebook import Casebook, Notice, tell_officer, tell_responsible
from casework.chain import officers
from casework.clock import Due
from casework.pace import Pace
from casework.staff import Role
from casework.ticket import Audience, Event, Ticket
from casework.visit_clock import shortfall


async def remind_of_visit(book: Casebook, ticket: Ticket, due: Due, pace: Pace) -> Ticket:
    """A word to both on the day before; the resident also gets two digits to tell whoever comes. Too late for a visit
    that is over: then nobody is told, and the clock rests."""
    visit = ticket.planned_at
    code = f"{10 + secrets.randbelow(90)}"
    data = {"clock": due.clock, "due": due.at.isoformat(), "visit": visit.isoformat() if visit else "", "code": code}
    ticket = await book.append(ticket, [Event("eve", book.now, "system", data, Audience.STAFF)])
    if visit is None or visit <= book.now:
        return ticket
    await book.tell_resident(Notice("eve", ticket, {"code": code}))
    await tell_responsible(book, Notice("eve", ticket))
    return ticket


async def tell_behind(book: Casebook, ticket: Ticket, due: Due, pace: Pace) -> Ticket:
    """Fewer visits than agreed: the county is told (the prefecture where there is none), once for each stretch."""
    short = shortfall(ticket)
    if short is None:
        return ticket
    covering = officers(await book.roster(), ticket.need.place, book.now)
    officer = covering.get(Role.COUNTY) or covering.get(Role.PREFECTURE)
    counted = {"agreed": short.agreed, "came": short.came}
    data = {"clock": due.clock, "due": due.at.isoformat(), "period": short.period.begin.isoformat(), **counted}
    data |= {"to": officer.id, "name": officer.name} if officer else {}
    ticket = await book.append(ticket, [Event("behind", book.now, "system", data, Audience.STAFF)])
    await tell_officer(book, officer, Notice("behind", ticket, counted))
    return ticket
