"""What a change of the roster means for the tickets: nobody's ticket stays with somebody who is gone or made up."""

from __future__ import annotations

from collections.abc import Iterable

from casework.casebook import Casebook, Notice
from casework.chain import one_up
from casework.staff import PREFECTURE, Role, Staff
from casework.step import dispatch, following
from casework.ticket import Audience, Event, State, Ticket


def trial_posts(counties: Iterable[str]) -> list[tuple[Role, str]]:
    """The posts a fresh installation fills with made-up people: a duty worker and an officer for each county code, and
    one officer of the prefecture."""
    posts = [(role, code) for code in counties for role in (Role.WORKER, Role.COUNTY)]
    return [*posts, (Role.PREFECTURE, PREFECTURE)]


async def joined(book: Casebook, newcomer: Staff) -> None:
    """Somebody is new: what waits, or lies with made-up staff, in their area goes to the right person now."""
    held_by_trial = [t for s in await book.roster() if s.trial and not newcomer.trial for t in await book.of_staff(s)]
    for ticket in [*await book.waiting(), *held_by_trial]:
        if newcomer.covers(ticket.need.place) and ticket.state in (State.WAITING, State.DISPATCHED):
            await _move(book, ticket)


async def left(book: Casebook, leaver: Staff) -> None:
    """Somebody has gone (and is no longer in the roster): their open tickets go to whoever is next. What they have done
    and nobody has confirmed yet goes to the officer above, so that what is still said about it reaches somebody."""
    for ticket in await book.of_staff(leaver):
        if ticket.state is not State.DONE:
            await _move(book, ticket)
        elif (above := one_up(await book.roster(), ticket, book.now)) is not None:
            data = {"to": above.id, "name": above.name, "from": leaver.id}
            kept = await book.append(ticket, [Event("entrusted", book.now, "system", data, Audience.STAFF)])
            await book.tell_staff(above.id, Notice("entrusted", kept, {"text": leaver.name}))


async def settle(book: Casebook) -> None:
    """Nobody's ticket stays with somebody who is away by now, or with nobody once somebody is there again; for whoever
    looks after the clocks. Nothing is moved twice.

    Visits planned after the return stay where they are. Where nobody else is there, a ticket stays with whoever is away
    rather than with nobody.
    """
    for ticket in await book.adrift():
        away = (await book.roster()).absence(ticket.responsible or 0, book.now)
        waits = away is not None and ticket.planned_at is not None and ticket.planned_at >= away.last
        if not waits and await following(book, ticket, ticket.passed):
            await _move(book, ticket)


async def moved(book: Casebook, person: Staff) -> None:
    """Somebody answers for another area now: what they have not accepted there goes to whoever covers it."""
    for ticket in await book.of_staff(person):
        if ticket.state is State.DISPATCHED and not person.covers(ticket.need.place):
            await _move(book, ticket)


async def _move(book: Casebook, ticket: Ticket) -> None:
    """Dispatch anew, and tell the resident who had been told another name."""
    known = ticket.responsible is not None
    ticket = await dispatch(book, ticket)
    if known:
        await book.tell_resident(Notice("passed", ticket))
