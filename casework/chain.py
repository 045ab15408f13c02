"""The four levels as a chain: social worker, township, county, prefecture. Who is told next when something is late."""

from __future__ import annotations

from datetime import datetime

from casework.clock import Due
from casework.duty import Matter, Roster
from casework.staff import LEVELS, Role, Staff
from casework.ticket import Event, Ticket

AT_ONCE_ABOVE = {"answer": Role.PREFECTURE, "callback": Role.COUNTY}
"""Clocks whose deadline is told to this level first: below it nobody can help any more."""


def officers(roster: Roster, place: str, at: datetime) -> dict[Role, Staff]:
    """The officer of each level who covers a place and is not away, where there is one; in an officer's absence their
    substitute. Made-up people only where no real one is."""
    matter = Matter(urgent=True, at=at)
    found: dict[Role, Staff] = {}
    for post in sorted(roster.candidates(place, matter), key=lambda post: (-len(post.owner.area), post.holder.id)):
        if post.owner.officer:
            found.setdefault(post.owner.role, post.holder)
    return found


def next_up(roster: Roster, ticket: Ticket, due: Due, at: datetime) -> Staff | None:
    """Whom to tell that something is late: each level once, from the bottom, then the highest again and again. None
    where no officer covers the place."""
    covering = officers(roster, ticket.need.place, at)
    lowest = LEVELS.index(AT_ONCE_ABOVE.get(due.clock, Role.TOWNSHIP))
    told = {event.data.get("to") for event in _told(ticket, due)}
    rising = [covering[role] for role in LEVELS[lowest:] if role in covering]
    fresh = [person for person in rising if person.id not in told]
    return fresh[0] if fresh else rising[-1] if rising else None


def one_up(roster: Roster, ticket: Ticket, at: datetime) -> Staff | None:
    """The officer one level above whoever answers for a ticket; the highest there is for the highest."""
    holder = next((person for person in roster if person.id == ticket.responsible), None)
    level = LEVELS.index(holder.role) if holder else 0
    rising = [
        officer for role, officer in officers(roster, ticket.need.place, at).items() if LEVELS.index(role) > level
    ]
    return min(rising, key=lambda person: LEVELS.index(person.role)) if rising else holder


def _told(ticket: Ticket, due: Due) -> list[Event]:
    """Who was told of this clock since it last began: as many as it has fired."""
    fired = [event for event in ticket.events if event.type == "overdue" and event.data.get("clock") == due.clock]
    return fired[len(fired) - max(due.stage - 1, 0) :]
