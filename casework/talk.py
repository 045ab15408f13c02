"""A member of staff and a resident speak with each other through the bot, which keeps silent meanwhile.

A talk belongs to one ticket and one of the conversations that asked for it. Like everything of a ticket it is computed
from the events.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casework.casebook import Casebook, Notice, tell_responsible
from casework.permission import StepRefusedError, refuse_ended, refuse_stranger, resident, worker
from casework.reporter import Reporter
from casework.staff import Staff
from casework.ticket import Event, Ticket

IDLE = timedelta(hours=2)
"""After so long without a word the bot listens again, so that nobody writes to a person who has gone home."""
_ENDS = frozenset(("talk-closed", "dispatched", "unassigned", "done", "cancelled", "merged"))


@dataclass(frozen=True, slots=True)
class Talk:
    """Who of the staff speaks (`by`, an id, and `name`) with which conversation, and when the last word fell (UTC)."""

    by: int
    name: str
    address: str
    last: datetime

    def over(self, now: datetime) -> bool:
        """Whether nobody has said anything for IDLE."""
        return now - self.last >= IDLE

    def held_by(self, staff: Staff, now: datetime) -> bool:
        """Whether it is theirs and not over."""
        return self.by == staff.id and not self.over(now)


def talk_of(ticket: Ticket) -> Talk | None:
    """The talk that was begun and that nobody has ended; it may be `over` all the same."""
    talk: Talk | None = None
    holder: int | None = None
    for event in ticket.events:
        # Whoever loses the ticket speaks no more; an officer who speaks beside the worker goes on.
        taken = event.type == "accepted" and holder != event.data["by"]
        lost = talk is not None and taken and talk.by == holder
        holder = event.data["by"] if taken else event.data["to"] if event.type == "dispatched" else holder
        if event.type == "talk-opened":
            talk = Talk(event.data["by"], str(event.data["name"]), str(event.data["with"]), event.at)
        elif lost or event.type in _ENDS:
            talk = None
        elif talk is not None and event.type in ("spoke", "said"):
            talk = replace(talk, last=event.at)
    return talk if talk is None or ticket.reporter_at(talk.address) is not None else None


async def talk_with(book: Casebook, address: str) -> tuple[Ticket, Talk] | None:
    """The talk in which the conversation at `address` stands, with its ticket."""
    for ticket in await book.of_reporter(address):
        talk = talk_of(ticket)
        if talk is not None and talk.address == address:
            return ticket, talk
    return None


def last_spoken_to(ticket: Ticket) -> str:
    """The address of whoever a member of staff spoke with last, also where they have left; empty where nobody did."""
    opened = (event for event in reversed(ticket.events) if event.type == "talk-opened")
    return next((str(event.data["with"]) for event in opened), "")


async def open_talk(book: Casebook, ticket: Ticket, by: Staff, to: str = "") -> Ticket:
    """`by` begins to speak with the reporter at the address `to`, or with whoever of them spoke last; the resident is
    told who it is.

    Raises StepRefusedError: "ended", "not-yours", "talk-busy" while a colleague speaks with them.
    """
    refuse_ended(ticket)
    refuse_stranger(ticket, by)
    running = talk_of(ticket)
    if running is not None and running.held_by(by, book.now):
        if to in ("", running.address):
            return ticket
        ticket, running = await close_talk(book, ticket, worker(by)), None
    address = to or _heard_last(ticket).address
    other = await talk_with(book, address) or ((ticket, running) if running else None)
    if other is not None and not other[1].over(book.now):
        raise StepRefusedError("talk-busy", ticket)
    if other is not None and other[0].number != ticket.number:
        await close_talk(book, other[0], "system")
    data = {"by": by.id, "name": by.name, "with": address}
    ticket = await book.append(ticket, [Event("talk-opened", book.now, worker(by), data)])
    await book.tell_resident(Notice("talk-opened", ticket, {"name": by.name}), to=address)
    return ticket


async def speak(book: Casebook, ticket: Ticket, by: Staff, text: str, attachments: Sequence[str] = ()) -> Ticket:
    """A line to the resident, in a talk that begins with it if there is none. Raises what `open_talk` raises."""
    ticket = await open_talk(book, ticket, by)
    data = {"text": text, "attachments": list(attachments), "name": by.name}
    ticket = await book.append(ticket, [Event("spoke", book.now, worker(by), data)])
    await book.tell_resident(Notice("spoke", ticket, data, tuple(attachments)), to=last_spoken_to(ticket))
    return ticket


async def answer(book: Casebook, ticket: Ticket, talk: Talk, text: str, attachments: Sequence[str] = ()) -> Ticket:
    """A line from the resident to whoever speaks with them, and to whoever answers for the ticket."""
    data = {"text": text, "attachments": list(attachments)}
    ticket = await book.append(ticket, [Event("said", book.now, resident(talk.address), data)])
    await book.tell_staff(talk.by, Notice("talked", ticket, data, tuple(attachments)))
    await tell_responsible(book, Notice("said", ticket, data, tuple(attachments)), but=talk.by)
    return ticket


async def close_talk(book: Casebook, ticket: Ticket, actor: str) -> Ticket:
    """The bot listens again: the worker is done, the resident called it back, or ("system") nobody spoke any more.
    Whoever of the two did not end it is told."""
    talk = talk_of(ticket)
    if talk is None:
        return ticket
    ticket = await book.append(ticket, [Event("talk-closed", book.now, actor, {"name": talk.name})])
    notice = Notice("talk-closed", ticket, {"name": talk.name})
    if actor == resident(talk.address):
        await book.tell_staff(talk.by, notice)
    elif actor != "system":
        await book.tell_resident(notice, to=talk.address)
    return ticket


async def hush(book: Casebook, ticket: Ticket, by: Staff) -> Ticket:
    """A member of staff has said all there was to say. Raises StepRefusedError("not-yours") for a stranger."""
    refuse_stranger(ticket, by)
    return await close_talk(book, ticket, worker(by))


def speaking(ticket: Ticket, by: Staff, now: datetime) -> bool:
    """Whether `by` is in a talk about this ticket that is not over."""
    talk = talk_of(ticket)
    return talk is not None and talk.held_by(by, now)


def _heard_last(ticket: Ticket) -> Reporter:
    """Whoever of those who asked has spoken last; whoever asked first, where nobody has."""
    for event in reversed(ticket.events):
        known = ticket.reporter_at(event.actor.removeprefix("resident:")) if event.type == "said" else None
        if known is not None:
            return known
    return ticket.reporters[0]
