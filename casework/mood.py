"""How it is in somebody's heart: asked gently, never required, at most once a week; seen by staff as a line over time.

The question is the programme's own: not "are you happy?" but "is it sunny or snowy in your heart today?".
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from casework.casebook import Casebook, Notice, tell_responsible
from casework.permission import resident
from casework.ticket import Audience, Event, Ticket

MOODS = ("sunny", "fair", "cloudy", "rainy", "snowy")
LOW = ("rainy", "snowy")
"""Answers that are met with more than thanks."""
COLDEST = "snowy"
EVERY = timedelta(days=7)
SHOWN = 12
"""Answers that a line shows."""


def line(tickets: Iterable[Ticket]) -> list[tuple[datetime, str]]:
    """All answers of one person, oldest first; of several to one question the last."""
    return sorted(each for ticket in tickets for each in _answers(ticket))


def _answers(ticket: Ticket) -> list[tuple[datetime, str]]:
    found: list[tuple[datetime, str]] = []
    fresh = True
    for event in ticket.events:
        if event.type == "mood-asked":
            fresh = True
        elif event.type == "mood":
            found[len(found) if fresh else -1 :] = [(event.at, str(event.data.get("mood", "")))]
            fresh = False
    return found


def low_twice(answers: list[tuple[datetime, str]]) -> bool:
    """Whether the last two answers were both the coldest."""
    return [mood for _, mood in answers[-2:]] == [COLDEST, COLDEST]


def may_ask(tickets: Iterable[Ticket], now: datetime) -> bool:
    """Whether a week has passed since this person was last asked, whatever became of the question."""
    asked = [event.at for each in tickets for event in each.events if event.type == "mood-asked"]
    return not asked or now - max(asked) >= EVERY


async def begin(book: Casebook, ticket: Ticket) -> Ticket | None:
    """The ticket with the question noted, for whoever puts it; None where it is too soon after the last time."""
    if not may_ask(await book.of_reporter(ticket.reporter), book.now):
        return None
    return await book.append(ticket, [Event("mood-asked", book.now, "system", {}, Audience.STAFF)])


async def ask(book: Casebook, ticket: Ticket) -> Ticket:
    """Ask by a message, if it is not too soon after the last time."""
    asked = await begin(book, ticket)
    if asked is None:
        return ticket
    await book.tell_resident(Notice("mood", asked))
    return asked


async def answer(book: Casebook, ticket: Ticket, by: str, mood: str) -> Ticket:
    """One answer to each question (one of MOODS); another press changes it. Two of the coldest in a row: the worker is
    told, once for each question."""
    since = [event for event in ticket.events if event.type in ("mood-asked", "mood")][-1:]
    again = [event.data.get("mood") for event in since] == [mood]
    ticket = await book.append(ticket, [Event("mood", book.now, resident(by), {"mood": mood}, Audience.STAFF)])
    answers = line(await book.of_reporter(ticket.reporter))
    if low_twice(answers) and not again:
        await tell_responsible(book, Notice("mood-low", ticket))
    return ticket
