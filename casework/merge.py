"""One matter, two tickets: the later goes on in the earlier, with all who asked; and taking them apart again.

What each reporter said stays their own: it is kept in the thread for staff and shown to no other reporter.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from casework import helping, step
from casework.casebook import Casebook, Notice, tell_responsible
from casework.dossier import asked_by
from casework.duplicate import private
from casework.need import need_to_json
from casework.permission import StepRefusedError, may_act, refuse_ended, refuse_stranger, resident, worker
from casework.reporter import Reporter
from casework.staff import Staff
from casework.ticket import Audience, Event, Ticket

WORDS = ("same", "differ", "apart")
"""What a worker may say of two tickets."""


async def settle(book: Casebook, ticket: Ticket, other: Ticket, by: Staff, word: str) -> Ticket:
    """A worker's word on two tickets: "same" (returns the one kept), "differ" (returns `ticket`), or "apart" (returns
    `other`, which opens again)."""
    if word == "same":
        return await merge(book, *in_order(ticket, other), by)
    if word == "differ":
        return await keep_apart(book, ticket, other, by)
    return await take_apart(book, ticket, other.number, by)


async def merge(book: Casebook, ticket: Ticket, into: Ticket, by: Staff, reason: str = "") -> Ticket:
    """`ticket` goes on in `into`, which is returned. Both sides are told, and hear of every step from now on.

    Raises StepRefusedError: "same-ticket", "already-merged", "ended", "not-yours", "private".
    """
    _refuse_misfit(ticket, into, by)
    known, come, raised = into.reporters, ticket.reporters, ticket.urgent and not into.urgent
    data = {"into": into.number, "by": by.id, "name": by.name, "reason": reason}
    ticket = await book.append(ticket, [Event("merged", book.now, worker(by), data)])
    before = into.responsible
    into = await book.append(into, [_joined(book, ticket, come, by, reason, raised), *_promised(book, ticket)])
    if before is None:
        into = await _handed_on(book, into, ticket.responsible)
    await _tell_reporters(book, into, ticket.number, known, come)
    await helping.let_go(book, ticket, into)
    # Where nobody had the earlier one, its new worker has just been given it.
    had = {before, ticket.responsible} if before is not None else set[int | None]()
    for staff_id in sorted(each for each in had if each is not None and each != by.id):
        await book.tell_staff(staff_id, Notice("joined", into, {"number": ticket.number}, _files(come)))
    return into


async def _handed_on(book: Casebook, ticket: Ticket, staff_id: int | None) -> Ticket:
    """Nobody had the earlier ticket, and whoever has the later must not lose it by this."""
    same = next((s for s in await book.roster() if s.id == staff_id), None)
    return ticket if same is None else await step.dispatch(book, ticket, to=same, reason="joined")


async def _tell_reporters(
    book: Casebook, into: Ticket, number: str, known: tuple[Reporter, ...], come: tuple[Reporter, ...]
) -> None:
    """Once each, whoever asked for both too."""
    before, fresh = {each.address for each in known}, {each.address for each in come}
    for address in dict.fromkeys(each.address for each in (*known, *come)):
        key = "merged-own" if address in before & fresh else "joined" if address in before else "merged"
        await book.tell_resident(Notice(key, into, {"number": number}), to=address)


async def take_apart(book: Casebook, ticket: Ticket, number: str, by: Staff) -> Ticket:
    """The ticket `number`, merged into `ticket`, opens again with whoever answers for `ticket`, and is returned. Also
    when `ticket` is done already: often only then somebody notices that the other family is still waiting.

    Raises StepRefusedError: "not-merged", "not-yours", "last-reporter".
    """
    refuse_stranger(ticket, by, "apart")
    other = await book.ticket(number)
    if other is None or other.into != ticket.number or number not in ticket.merged_here:
        raise StepRefusedError("not-merged", ticket)
    if all(each.number == number for each in ticket.reporters):
        raise StepRefusedError("last-reporter", ticket)
    data = {"number": number, "by": by.id, "name": by.name, **_calmed(ticket, number)}
    parted = await book.append(ticket, [Event("parted", book.now, worker(by), data, Audience.STAFF)])
    data = {"from": ticket.number, "by": by.id, "name": by.name}
    other = await book.append(other, [Event("apart", book.now, worker(by), data)])
    for each in parted.reporters:
        if other.reporter_at(each.address) is not None:
            continue  # they hear of both by the message on the other
        await book.tell_resident(Notice("parted", parted, {"number": number}), to=each.address)
    same = next((s for s in await book.roster() if s.id == ticket.responsible), None)
    other = await step.dispatch(book, other, to=same, reason="apart")
    for each in other.reporters:
        await book.tell_resident(Notice("apart", other, {"number": ticket.number}), to=each.address)
    return other


async def keep_apart(book: Casebook, ticket: Ticket, other: Ticket, by: Staff) -> Ticket:
    """The two are not the same matter; nobody is asked about this pair again."""
    if not may_compare(ticket, other, by):
        raise StepRefusedError("not-yours", ticket)
    data = {"number": other.number, "by": by.id, "name": by.name}
    return await book.append(ticket, [Event("not-duplicate", book.now, worker(by), data, Audience.STAFF)])


async def withdraw(book: Casebook, ticket: Ticket, by: str, reason: str = "") -> Ticket:
    """One reporter no longer wants it. It stands for the others; with nobody left it is taken back."""
    if all(each.address == by for each in ticket.reporters):
        return await step.cancel(book, ticket, by, reason)
    refuse_ended(ticket)
    ticket = await book.append(ticket, [Event("left", book.now, resident(by), {"reason": reason})])
    await tell_responsible(book, Notice("left", ticket, {"reason": reason}))
    return ticket


async def rate(book: Casebook, ticket: Ticket, by: str, *, stars: int | None = None, comment: str = "") -> Ticket:
    """Whoever rates first counts for the ticket; what another reporter thinks is kept beside it."""
    if ticket.stars is None or rater(ticket) in ("", by):
        return await step.rate(book, ticket, by, stars=stars, comment=comment)
    if stars is not None and (stars not in step.STARS or rated_apart(ticket, by)):
        raise StepRefusedError("already-rated", ticket)
    data: dict[str, Any] = {"comment": comment} if stars is None else {"stars": stars}
    return await book.append(ticket, [Event("rated-by-reporter", book.now, resident(by), data)])


def rater(ticket: Ticket) -> str:
    """The address whose stars count, empty while there are none."""
    given = next((event for event in reversed(ticket.events) if event.type == "rated"), None)
    return given.actor.removeprefix("resident:") if given is not None and ticket.stars is not None else ""


def rated_apart(ticket: Ticket, by: str) -> bool:
    """Whether this reporter has given stars beside those that count, since the work was last done."""
    for event in reversed(ticket.events):
        if event.type == "done":
            return False
        if event.type == "rated-by-reporter" and event.actor == resident(by) and "stars" in event.data:
            return True
    return False


async def amend_own(book: Casebook, ticket: Ticket, by: str, number: str, change: Mapping[str, Any]) -> Ticket:
    """What a reporter who came with the ticket `number` adds to their own words, after it was merged into `ticket`."""
    refuse_ended(ticket)
    data = {"need": dict(change), "of": number}
    ticket = await book.append(ticket, [Event("amended", book.now, resident(by), data, Audience.STAFF)])
    await tell_responsible(book, Notice("amended", ticket, data, tuple(change.get("attachments", ()))))
    return ticket


def in_order(one: Ticket, other: Ticket) -> tuple[Ticket, Ticket]:
    """The later of two tickets, which goes on in the earlier, and the earlier."""
    earlier, later = sorted((one, other), key=lambda each: (each.created, each.number))
    return later, earlier


def may_compare(ticket: Ticket, other: Ticket, by: Staff) -> bool:
    """One of the two is theirs to act on, and the other lies in their area: a relative's ticket may have gone to the
    colleague on duty with them."""
    pair = (ticket, other)
    return any(may_act(each, by, "same") for each in pair) and all(may_act(each, by, "beside") for each in pair)


def _refuse_misfit(ticket: Ticket, into: Ticket, by: Staff) -> None:
    if ticket.number == into.number:
        raise StepRefusedError("same-ticket", ticket)
    refuse_ended(ticket)
    refuse_ended(into)
    if not may_compare(ticket, into, by):
        raise StepRefusedError("not-yours", ticket if may_act(into, by) else into)
    if private(ticket, into):
        raise StepRefusedError("private", ticket)


def _joined(book: Casebook, ticket: Ticket, come: tuple[Reporter, ...], by: Staff, reason: str, raised: bool) -> Event:
    reporters = [
        {"address": each.address, "name": each.name, "language": each.language, "need": need_to_json(each.need)}
        for each in come
    ]
    data: dict[str, Any] = {"number": ticket.number, "reporters": reporters, "attachments": list(_files(come))}
    data |= {"by": by.id, "name": by.name, "reason": reason} | ({"urgent": True} if raised else {})
    # For staff alone: it holds what one reporter said, which is not the other's to read.
    return Event("joined", book.now, worker(by), data, Audience.STAFF)


def _promised(book: Casebook, ticket: Ticket) -> list[Event]:
    """Whoever asked to be forgotten when it ends is forgotten in both: it ends with the other."""
    asked = asked_by(ticket)
    promised = {e.data["of"]: e for e in ticket.events if e.type == "erasure-asked" and e.data["of"] in asked}
    return [replace(each, at=book.now) for each in promised.values()]


def _files(come: tuple[Reporter, ...]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(file for each in come for file in each.need.attachments))


def _calmed(ticket: Ticket, number: str) -> dict[str, bool]:
    """A ticket that was urgent only because of the other is no longer so without it."""
    joined = next(e for e in reversed(ticket.events) if e.type == "joined" and e.data["number"] == number)
    since = ticket.events[ticket.events.index(joined) :]
    raised = joined.data.get("urgent") and not any(e.type == "amended" and "urgent" in e.data for e in since)
    return {"urgent": False} if raised else {}
