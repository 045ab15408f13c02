"""What people may have done with their own data: see it, take it with them, correct it, have it forgotten.

Source: Personal Information Protection Law of China (PIPL), Art. 44-50.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from casework.anonymous import RECORDED
from casework.retention import Keeping
from casework.ticket import Ticket


class Fate(StrEnum):
    """What becomes of a ticket when somebody in it asks to be forgotten. OPEN: somebody is still to be helped; RECORD:
    that a service was given must be known until a day; GONE: nobody is known in it any more."""

    OPEN = "open"
    RECORD = "record"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What is (or would be) forgotten: `open` are numbers of tickets that end first, `record` those of which the
    service is remembered, each with the day when that ends, `gone` of which nothing is."""

    open: tuple[str, ...] = ()
    record: tuple[tuple[str, datetime], ...] = ()
    gone: tuple[str, ...] = ()


class Dossier(Protocol):
    """One person's data within one transaction."""

    async def preview(self, address: str) -> Outcome:
        """What `erase` would do."""
        ...

    async def erase(self, address: str, by: str) -> Outcome:
        """Forget whoever is at this address, by order of an actor; what is open is forgotten when it ends."""
        ...

    async def forget(self, address: str) -> None:
        """What was said here and not confirmed."""
        ...

    async def export(self, address: str, language: str) -> str:
        """A file with everything that whoever is at this address told, for them alone; the id of an attachment."""
        ...


def fate(ticket: Ticket, now: datetime, keeping: Keeping) -> Fate:
    """What becomes of a ticket. `ticket` is the one in which it goes on, where it was merged."""
    if not ticket.state.ended:
        return Fate.OPEN
    served = any(event.type in RECORDED for event in ticket.events)
    return Fate.RECORD if served and until(ticket, keeping) > now else Fate.GONE


def until(ticket: Ticket, keeping: Keeping) -> datetime:
    """How long the record of an ended ticket is kept."""
    return keeping.tickets.after(ended(ticket))


def ended(ticket: Ticket) -> datetime:
    """When the last thing happened to it that was no erasing."""
    return next(event.at for event in reversed(ticket.events) if event.type != "erased")


def asked_by(ticket: Ticket) -> list[str]:
    """Addresses of those who asked to be forgotten while it was open."""
    asked = (str(event.data["of"]) for event in ticket.events if event.type == "erasure-asked")
    return [each for each in dict.fromkeys(asked) if not each.startswith("erased:")]


def readers(tickets: list[Ticket]) -> dict[str, datetime]:
    """Who of the staff has had these tickets before their eyes, by name, and when last."""
    found: dict[str, datetime] = {}
    for ticket in tickets:
        for event in ticket.events:
            name = str(event.data.get("name", ""))
            if name and event.actor.startswith("staff:"):
                found[name] = max(event.at, found.get(name, event.at))
    return found
