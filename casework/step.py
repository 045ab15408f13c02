"""What may happen to a ticket, by whom and when; each step writes its event and says who is told.

A step reads the ticket as it is, refuses what does not fit (`StepRefusedError`) and leaves nothing half done: all of it
goes through one `Casebook`, that is one transaction.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any

from casework.casebook import Casebook, Notice, tell_responsible
from casework.chain import officers, one_up
from casework.clock import callback_open
from casework.consent import Ground, in_danger, to_json
from casework.dispatch import Choice, choose
from casework.duty import Matter
from casework.legal_basis import remind
from casework.need import Need, need_to_json
from casework.permission import StepRefusedError, refuse_ended, refuse_stranger, refuse_unless, resident, worker
from casework.staff import Role, Staff
from casework.ticket import Audience, Event, State, Ticket

STARS = range(1, 6)


async def file(
    book: Casebook,
    need: Need,
    reporter: str,
    *,
    name: str = "",
    language: str = "zh",
    urgent: bool = False,
    grounds: Sequence[Ground] = (),
) -> Ticket:
    """A new ticket from a confirmed need (or, in danger, from what is known), dispatched at once. `grounds` are what
    was agreed to; danger is a ground of its own."""
    data = {
        "need": need_to_json(need),
        "reporter": reporter,
        "reporter_name": name,
        "language": language,
        "urgent": urgent,
        **({"grounds": to_json(given)} if (given := grounds or (in_danger(need) if urgent else ())) else {}),
    }
    ticket = await book.file([Event("filed", book.now, resident(reporter), data)])
    return await dispatch(book, ticket)


async def dispatch(
    book: Casebook, ticket: Ticket, *, to: Staff | None = None, reason: str = "", chosen: Choice | None = None
) -> Ticket:
    """Hand the ticket to whoever is next (or to `to`) and tell them. With nobody there it waits, and says so.

    `chosen` is whoever is next, where that has just been looked up.
    """
    reasons: tuple[str, ...] = ()
    if to is None:
        chosen = chosen or await following(book, ticket, ticket.passed)
        if chosen is None:
            if ticket.last.type == "unassigned":
                return ticket
            return await book.append(ticket, [Event("unassigned", book.now, "system", {}, Audience.STAFF)])
        to, why, reasons = chosen.staff, chosen.why, chosen.reasons
    else:
        why = reason
    waited = ticket.last.type == "unassigned"
    data: dict[str, Any] = {"to": to.id, "name": to.name, "why": why}
    if reasons:
        data["reasons"] = list(reasons)
    ticket = await book.append(ticket, [Event("dispatched", book.now, "system", data)])
    await book.tell_staff(to.id, Notice("assigned", ticket, attachments=ticket.need.attachments))
    if waited:
        await book.tell_resident(Notice("assigned", ticket))
    return ticket


async def following(book: Casebook, ticket: Ticket, passed: Collection[int]) -> Choice | None:
    """Who would get the ticket now, leaving out `passed` (staff ids)."""
    matter = Matter(ticket.need.services, ticket.urgent, ticket.language, book.now)
    roster = await book.roster()
    among = {post.holder.id for post in roster.candidates(ticket.need.place, matter, passed)}
    past = await book.past(ticket, among)
    return choose(roster, ticket.need.place, passed=passed, matter=matter, past=past)


async def accept(book: Casebook, ticket: Ticket, by: Staff) -> Ticket:
    """The one asked says yes; or an officer takes the ticket of their area over."""
    refuse_ended(ticket)
    if ticket.state not in (State.DISPATCHED, State.WAITING) and ticket.responsible == by.id:
        raise StepRefusedError("already-accepted", ticket)
    refuse_stranger(ticket, by)
    ticket = await take(book, ticket, by)
    await book.tell_resident(Notice("accepted", ticket))
    return ticket


async def pass_on(book: Casebook, ticket: Ticket, by: Staff, reason: str) -> Ticket:
    """Hand the ticket on to the next candidate. Refused when there is nobody else: then it stays where it is."""
    refuse_ended(ticket)
    refuse_stranger(ticket, by)
    passed = (*ticket.passed, by.id)
    chosen = await following(book, ticket, passed)
    if chosen is None:
        raise StepRefusedError("nobody-else", ticket)
    event = Event("passed", book.now, worker(by), {"by": by.id, "name": by.name, "reason": reason}, Audience.STAFF)
    ticket = await dispatch(book, await book.append(ticket, [event]), chosen=chosen)
    await book.tell_resident(Notice("passed", ticket))
    return ticket


async def ask(book: Casebook, ticket: Ticket, by: Staff, text: str, attachments: Sequence[str] = ()) -> Ticket:
    """A line from the worker to the resident; the ticket then waits for an answer."""
    refuse_ended(ticket)
    refuse_stranger(ticket, by)
    data = {"text": text, "attachments": list(attachments), "name": by.name}
    ticket = await book.append(ticket, [Event("asked", book.now, worker(by), data)])
    await book.tell_resident(Notice("asked", ticket, data, tuple(attachments)))
    return ticket


async def say(book: Casebook, ticket: Ticket, by: str, text: str, attachments: Sequence[str] = ()) -> Ticket:
    """A line from the resident, in answer or to add something. It reaches whoever answers for the ticket."""
    data = {"text": text, "attachments": list(attachments)}
    ticket = await book.append(ticket, [Event("said", book.now, resident(by), data)])
    await tell_responsible(book, Notice("said", ticket, data, tuple(attachments)))
    return ticket


async def contacted(book: Casebook, ticket: Ticket, by: Staff, words: str, *, reached: bool = True) -> Ticket:
    """The worker was in touch by telephone or at the door, or tried and reached nobody; `words` is what came of it."""
    ticket = await take(book, ticket, by)
    data = {"text": words, "name": by.name}
    if not reached:
        return await book.append(ticket, [Event("tried", book.now, worker(by), data, Audience.STAFF)])
    return await book.append(ticket, [Event("contacted", book.now, worker(by), data)])


async def seen(book: Casebook, ticket: Ticket, by: Staff) -> Ticket:
    """Somebody who was told of a ticket looks at it: that they know stands in the thread, once for each time told.
    That they looked is noted each time."""
    await book.looked_at(ticket, by)
    mine = [event for event in ticket.events if by.id in (event.data.get("to"), event.data.get("seen-by"))]
    if not mine or mine[-1].type == "seen":
        return ticket
    data = {"seen-by": by.id, "name": by.name}
    return await book.append(ticket, [Event("seen", book.now, worker(by), data, Audience.STAFF)])


async def plan(book: Casebook, ticket: Ticket, by: Staff, when: datetime | None, words: str) -> Ticket:
    """A time for the visit: `when` in UTC where it could be read from `words`, else the words alone stand."""
    ticket = await take(book, ticket, by)
    data = {"when": when.isoformat() if when else "", "words": words}
    ticket = await book.append(ticket, [Event("planned", book.now, worker(by), data)])
    await book.tell_resident(Notice("planned", ticket))
    return ticket


async def done(book: Casebook, ticket: Ticket, by: Staff, record: str, attachments: Sequence[str] = ()) -> Ticket:
    """The work is done, with a short record. The resident is asked whether it is solved."""
    ticket = await take(book, ticket, by)
    data = {"record": record, "attachments": list(attachments)}
    ticket = await book.append(ticket, [Event("done", book.now, worker(by), data)])
    await book.tell_resident(Notice("done", ticket, data, tuple(attachments)))
    return await remind(book, ticket, by)


async def solved(book: Casebook, ticket: Ticket, by: str) -> Ticket:
    """The resident says the need is met."""
    refuse_unless(ticket, State.DONE)
    ticket = await book.append(ticket, [Event("solved", book.now, resident(by), {})])
    await tell_responsible(book, Notice("solved", ticket))
    return ticket


async def unsolved(book: Casebook, ticket: Ticket, by: str, reason: str = "") -> Ticket:
    """The resident says it is not: the ticket opens again one level above whoever did the work, with its story; they
    hear of it too."""
    if ticket.state is not State.CLOSED:
        refuse_unless(ticket, State.DONE)
    before, above = ticket.responsible, one_up(await book.roster(), ticket, book.now)
    ticket = await book.append(ticket, [Event("unsolved", book.now, resident(by), {"reason": reason})])
    ticket = await dispatch(book, ticket, to=above, reason="reopened")
    if before not in (None, ticket.responsible):
        await book.tell_staff(int(before or 0), Notice("unsolved", ticket, {"text": reason}))
    return ticket


async def rate(book: Casebook, ticket: Ticket, by: str, *, stars: int | None = None, comment: str = "") -> Ticket:
    """1 to 5 stars, or a comment to stars already given."""
    if ticket.state is not State.CLOSED or (stars is None and ticket.stars is None):
        raise StepRefusedError("not-done", ticket)
    if stars is not None and (stars not in STARS or ticket.stars is not None):
        raise StepRefusedError("already-rated", ticket)
    data: dict[str, Any] = {"comment": comment} if stars is None else {"stars": stars}
    kind = "commented" if stars is None else "rated"
    ticket = await book.append(ticket, [Event(kind, book.now, resident(by), data)])
    await tell_responsible(book, Notice(kind, ticket, data))
    if stars is not None and callback_open(ticket) is not None:
        caller = officers(await book.roster(), ticket.need.place, book.now).get(Role.COUNTY)
        if caller is not None:
            await book.tell_staff(caller.id, Notice("callback", ticket, data))
    return ticket


async def cancel(book: Casebook, ticket: Ticket, by: str, reason: str = "") -> Ticket:
    """The resident no longer wants it."""
    refuse_ended(ticket)
    ticket = await book.append(ticket, [Event("cancelled", book.now, resident(by), {"reason": reason})])
    await tell_responsible(book, Notice("cancelled", ticket, {"reason": reason}))
    return ticket


async def amend(
    book: Casebook, ticket: Ticket, by: str, change: Mapping[str, Any], *, urgent: bool | None = None
) -> Ticket:
    """Fields of the need that became known or were corrected after filing (`change` as in `need_to_json`).

    A new place sends the ticket to whoever covers it, unless somebody has accepted already.
    """
    refuse_ended(ticket)
    place = ticket.need.place
    data: dict[str, Any] = {"need": dict(change)}
    if urgent is not None:
        data["urgent"] = urgent
    ticket = await book.append(ticket, [Event("amended", book.now, resident(by), data)])
    if ticket.need.place != place and ticket.state in (State.DISPATCHED, State.WAITING):
        chosen = await following(book, ticket, ticket.passed)
        if chosen is not None and chosen.staff.id != ticket.responsible:
            await tell_responsible(book, Notice("moved-away", ticket))
            return await dispatch(book, ticket)
    await tell_responsible(book, Notice("amended", ticket, data, tuple(change.get("attachments", ()))))
    return ticket


async def call_person(book: Casebook, ticket: Ticket, by: str) -> Ticket:
    """The resident of an open ticket wants to be called by a person."""
    refuse_ended(ticket)
    ticket = await book.append(ticket, [Event("person-wanted", book.now, resident(by), {})])
    await tell_responsible(book, Notice("person-wanted", ticket))
    return ticket


async def refuse_press(book: Casebook, ticket: Ticket, by: str, action: str, why: str) -> Ticket:
    """Record a press that was not allowed: forged, replayed, or of a button whose time is over. `by` is an actor."""
    return await book.append(
        ticket, [Event("press-refused", book.now, by, {"action": action, "why": why}, Audience.STAFF)]
    )


async def take(book: Casebook, ticket: Ticket, by: Staff) -> Ticket:
    """Whoever goes ahead with the work of a ticket has accepted it by that; whoever had it is told."""
    refuse_ended(ticket)
    refuse_stranger(ticket, by)
    return await hold(book, ticket, by, by)


async def hold(book: Casebook, ticket: Ticket, holder: Staff, by: Staff) -> Ticket:
    """From now on `holder` answers for it and has accepted it; whoever did until now is told, unless it is `by`."""
    before = ticket.responsible
    if before == holder.id and ticket.state in (State.ACCEPTED, State.PLANNED):
        return ticket
    accepted = Event("accepted", book.now, worker(holder), {"by": holder.id, "name": holder.name})
    ticket = await book.append(ticket, [accepted])
    if before is not None and before not in (holder.id, by.id):
        await book.tell_staff(before, Notice("taken-over", ticket))
    return ticket
