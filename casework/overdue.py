"""What is done when a clock's time has come. One step a call; the step itself moves the clock on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from casework.casebook import Casebook, Notice, tell_officer, tell_responsible
from casework.chain import next_up
from casework.clock import Due, next_due
from casework.pace import Pace
from casework.step import dispatch, following
from casework.ticket import Audience, Event, State, Ticket
from casework.visit_due import remind_of_visit, tell_behind

MOST_STEPS = 12
"""Steps that one ticket may take at once: after a week without power its whole chain, and never an endless loop."""


async def catch_up(book: Casebook, ticket: Ticket, pace: Pace) -> Ticket:
    """Everything that fell due for a ticket by now, in order."""
    for _ in range(MOST_STEPS):
        due = next_due(ticket, pace)
        if due is None or due.at > book.now:
            break
        ticket = await fire(book, ticket, due, pace)
    return ticket


async def fire(book: Casebook, ticket: Ticket, due: Due, pace: Pace) -> Ticket:
    """The one step that is due."""
    if due.clock in _OWN_STEP:
        return await _OWN_STEP[due.clock](book, ticket, due, pace)
    if due.stage == 0:
        return await _remind(book, ticket, due)
    if due.clock == "accept":
        passed = await _pass_by_itself(book, ticket, due)
        if passed is not None:
            return passed
    if ticket.state is State.WAITING:
        ticket = await dispatch(book, ticket)
    return await _tell_up(book, ticket, due)


async def _remind(book: Casebook, ticket: Ticket, due: Due) -> Ticket:
    """A word to whoever answers for it, while there is still time."""
    ticket = await book.append(ticket, [_event(book, "reminded", due, to=ticket.responsible)])
    await tell_responsible(book, Notice(f"remind-{due.clock}", ticket))
    return ticket


async def _pass_by_itself(book: Casebook, ticket: Ticket, due: Due) -> Ticket | None:
    """Nobody took it in time: the next one is asked. None when there is nobody else."""
    before = ticket.responsible
    asked = ticket.passed if before is None else (*ticket.passed, before)
    chosen = None if before is None else await following(book, ticket, asked)
    if before is None or chosen is None:
        return None
    event = _event(book, "unanswered", due, by=before, name=ticket.responsible_name)
    ticket = await dispatch(book, await book.append(ticket, [event]), chosen=chosen)
    await book.tell_staff(before, Notice("passed-by-time", ticket))
    await book.tell_resident(Notice("passed", ticket))
    return ticket


async def _tell_up(book: Casebook, ticket: Ticket, due: Due) -> Ticket:
    """The next level up is told, and whoever answers for it; after the promise of a day the resident too."""
    officer = next_up(await book.roster(), ticket, due, book.now)
    told: Mapping[str, Any] = {"to": officer.id, "name": officer.name, "level": officer.role.value} if officer else {}
    ticket = await book.append(ticket, [_event(book, "overdue", due, **told)])
    await tell_officer(book, officer, Notice(f"overdue-{due.clock}", ticket))
    if due.clock == "answer" and due.stage == 1:
        await book.tell_resident(Notice("late", ticket))
    return ticket


async def _nudge(book: Casebook, ticket: Ticket, due: Due, pace: Pace) -> Ticket:
    """The resident has not answered the worker's question yet; after the last time the worker decides how to go on."""
    return await _asked_again(book, ticket, due, pace.resident[1], "nudged", "no-answer")


async def _ask_again(book: Casebook, ticket: Ticket, due: Due, pace: Pace) -> Ticket:
    """Whether it is solved. No answer is not content: after the last time the ticket is closed as not confirmed."""
    ticket = await _asked_again(book, ticket, due, pace.rating[1], "asked-again", "unconfirmed")
    if ticket.last.type == "unconfirmed":
        await book.tell_resident(Notice("unconfirmed", ticket))
    return ticket


async def _asked_again(book: Casebook, ticket: Ticket, due: Due, times: int, again: str, last: str) -> Ticket:
    """The resident is asked `again` so many times; then the worker hears the `last`."""
    kind = again if due.stage < times else last
    ticket = await book.append(ticket, [_event(book, kind, due)])
    if kind == again:
        await book.tell_resident(Notice(kind, ticket))
    else:
        await tell_responsible(book, Notice(kind, ticket))
    return ticket


_OWN_STEP: Mapping[str, Callable[[Casebook, Ticket, Due, Pace], Awaitable[Ticket]]] = {
    "resident": _nudge,
    "rating": _ask_again,
    "eve": remind_of_visit,
    "behind": tell_behind,
}


def _event(book: Casebook, kind: str, due: Due, **data: Any) -> Event:
    audience = Audience.ALL if kind in ("asked-again", "unconfirmed", "nudged") else Audience.STAFF
    return Event(kind, book.now, "system", {"clock": due.clock, "due": due.at.isoformat(), **data}, audience)
