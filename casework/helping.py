"""A volunteer lends a hand with a ticket: asked by the worker, who stays responsible; accepted or not; done, and how
long it took. What a ticket's helper is at any moment is computed from its events, here and nowhere else."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from casework import right
from casework.casebook import Casebook, Notice, kept, tell_responsible
from casework.permission import StepRefusedError, refuse_ended, refuse_stranger, worker
from casework.staff import Staff
from casework.step import done as step_done
from casework.ticket import Audience, Event, State, Ticket
from casework.volunteer import LONGEST_HELP, Help, Volunteer, Word, hours, may_hand_over, month_of, nearby

KINDS = ("helper-asked", "helper-accepted", "helper-declined", "helper-done", "helper-released")

UNDER_WAY = tuple(state for state in State if state.under_way)
"""States in which an errand stands, also while its ticket goes from one worker to the next."""


@dataclass(frozen=True, slots=True)
class Helper:
    """The volunteer last asked: `kind` is one of KINDS, `minutes` what they said it took."""

    volunteer: int
    name: str
    kind: str
    minutes: int = 0

    @property
    def busy(self) -> bool:
        """Asked or on the way."""
        return self.kind in ("helper-asked", "helper-accepted")


def helper_of(ticket: Ticket) -> Helper | None:
    """Who helps with a ticket now, None while nobody was ever asked."""
    last = next((event for event in reversed(ticket.events) if event.type in KINDS), None)
    if last is None:
        return None
    return Helper(last.data["volunteer"], str(last.data["helper"]), last.type, int(last.data.get("minutes", 0)))


def busy(ticket: Ticket) -> bool:
    """Whether a volunteer is asked or on the way."""
    helper = helper_of(ticket)
    return helper is not None and helper.busy


def on_the_way(ticket: Ticket) -> bool:
    """Whether a volunteer has said that they go; the one who asked for help has been told so."""
    helper = helper_of(ticket)
    return helper is not None and helper.kind == "helper-accepted"


def asked_to(ticket: Ticket) -> str:
    """What the worker wrote to the volunteer last asked: what to do or to bring."""
    asked = next((event for event in reversed(ticket.events) if event.type == "helper-asked"), None)
    return str(asked.data.get("text", "")) if asked is not None else ""


def said_no(ticket: Ticket, person: Volunteer) -> bool:
    """Whether the last that this volunteer was asked or said about a ticket is that they can't."""
    mine = [event for event in ticket.events if event.type in KINDS and event.data["volunteer"] == person.id]
    return bool(mine) and mine[-1].type == "helper-declined"


async def around(book: Casebook, ticket: Ticket) -> list[Volunteer]:
    """The few nearest who may be asked for a ticket and have not said no to it; nobody while one is on it."""
    if not may_hand_over(ticket) or busy(ticket):
        return []
    unwilling = {event.data["volunteer"] for event in ticket.events if event.type == "helper-declined"}
    # Nobody runs their own errand, not even one they have stepped out of.
    asked = {ticket.reporter, *(each.address for each in ticket.others)}
    people = [p for p in await book.circle.of_area(ticket.need.place[:9]) if p.address not in asked]
    return nearby(people, ticket.need.place, unwilling)


async def ask(book: Casebook, ticket: Ticket, by: Staff, volunteer_id: int, text: str = "") -> Ticket:
    """Ask a volunteer nearby; `text` says what to do or to bring. Whoever answers for the ticket still does."""
    refuse_ended(ticket)
    refuse_stranger(ticket, by, "helper")
    if not may_hand_over(ticket):
        raise StepRefusedError("not-for-volunteers", ticket)
    person = next((each for each in await around(book, ticket) if each.id == volunteer_id), None)
    if person is None:
        raise StepRefusedError("no-volunteer", ticket)
    data = {"volunteer": person.id, "helper": person.name, "text": text, "by": by.id, "name": by.name}
    ticket = await book.append(ticket, [Event("helper-asked", book.now, worker(by), data, Audience.STAFF)])
    await book.circle.keep_help(Help(person.id, ticket.number, book.now, 0))
    await book.circle.tell_volunteer(Word("helper-asked", person, ticket, {"text": text}))
    return ticket


async def accept(book: Casebook, ticket: Ticket, person: Volunteer) -> Ticket:
    """The volunteer goes; the worker and the one who asked for help hear of it. A second press changes nothing."""
    _refuse_unless(ticket, person, ("helper-asked", "helper-accepted"), UNDER_WAY)
    if ticket.urgent or ticket.need.danger:
        raise StepRefusedError("no-helper", ticket)
    if on_the_way(ticket):
        return ticket
    data = {"volunteer": person.id, "helper": person.name, "name": person.name}
    ticket = await book.append(ticket, [Event("helper-accepted", book.now, actor(person), data)])
    await tell_responsible(book, Notice("helper-accepted", ticket, {"text": person.name}))
    await book.tell_resident(Notice("helper-accepted", ticket, {"text": person.name}))
    return ticket


async def decline(book: Casebook, ticket: Ticket, person: Volunteer) -> Ticket:
    """They can't, also after having said yes; the worker hears of it and may ask another. The one who asked for help
    hears of it where they had been told that somebody comes."""
    _refuse_unless(ticket, person, ("helper-asked", "helper-accepted"), UNDER_WAY)
    promised = on_the_way(ticket)
    data = {"volunteer": person.id, "helper": person.name, "name": person.name}
    audience = Audience.ALL if promised else Audience.STAFF
    ticket = await book.append(ticket, [Event("helper-declined", book.now, actor(person), data, audience)])
    await tell_responsible(book, Notice("helper-declined", ticket, {"text": person.name}))
    if promised:
        await book.tell_resident(Notice("helper-declined", ticket, {"text": person.name}))
    return ticket


async def give_up(book: Casebook, person: Volunteer) -> None:
    """Somebody stops volunteering: no worker may go on counting on them."""
    for number in await book.circle.asked_for(person.id):
        ticket = await book.ticket(number)
        helper = helper_of(ticket) if ticket is not None else None
        if ticket is None or helper is None or ticket.state not in UNDER_WAY:
            continue
        if helper.busy and helper.volunteer == person.id:
            await decline(book, ticket, person)


async def finish(book: Casebook, ticket: Ticket, person: Volunteer, minutes: int) -> Ticket:
    """Done, in so many minutes: they are kept, and count as confirmed when the worker closes the ticket."""
    refuse_not_going(ticket, person)
    minutes = min(max(minutes, 1), LONGEST_HELP)
    data = {"volunteer": person.id, "helper": person.name, "minutes": minutes}
    ticket = await book.append(ticket, [Event("helper-done", book.now, actor(person), data, Audience.STAFF)])
    await book.circle.keep_help(Help(person.id, ticket.number, book.now, minutes))
    words = {"text": person.name, "comment": str(minutes)}
    await tell_responsible(book, Notice("helper-done", await kept(book, ticket), words))
    return ticket


async def done(book: Casebook, ticket: Ticket, by: Staff, record: str, attachments: Sequence[str] = ()) -> Ticket:
    """The worker closes it: the volunteer's hours are confirmed and they are thanked, or told not to go any more. So
    for whoever helped with a ticket that was merged into it."""
    ticket = await step_done(book, ticket, by, record, attachments)
    for each in (ticket, *await book.several({other.number for other in ticket.others})):
        helper = helper_of(each)
        if helper is not None and helper.kind == "helper-done":
            await _thank(book, each, helper)
        else:
            await released(book, each)
    return ticket


async def released(book: Casebook, ticket: Ticket) -> None:
    """The errand is needed no more: whoever was asked or on the way hears of it. Whoever may have been there when the
    worker closed it can still say how long it took."""
    person = await _runner(book, ticket)
    if person is not None:
        went = on_the_way(ticket) and not ticket.state.ended
        await book.circle.tell_volunteer(Word("closed" if went else "released", person, ticket))


async def let_go(book: Casebook, ticket: Ticket, into: Ticket) -> None:
    """`ticket` goes on in `into`: nobody runs for it any more. Whoever was asked or on the way hears of it, the worker
    of `into`, and those who had been told that somebody comes; whoever may have been there can say how long it took."""
    person = await _runner(book, ticket)
    if person is None:
        return
    promised = on_the_way(ticket)
    data = {"volunteer": person.id, "helper": person.name, "name": person.name}
    audience = Audience.ALL if promised else Audience.STAFF
    ticket = await book.append(ticket, [Event("helper-released", book.now, "system", data, audience)])
    await book.circle.tell_volunteer(Word("merged" if promised else "released", person, ticket))
    await tell_responsible(book, Notice("helper-released", into, {"text": person.name, "number": ticket.number}))
    if promised and not _comes(into, person):
        for each in ticket.reporters:
            await book.tell_resident(Notice("helper-declined", into, {"text": person.name}), to=each.address)


def ties(ticket: Ticket, person: Volunteer) -> frozenset[right.Tie]:
    """How a volunteer stands to a ticket."""
    helper = helper_of(ticket)
    mine = helper is not None and helper.volunteer == person.id and person.approved
    return frozenset({right.Tie.HELPER}) if mine else right.NOBODY


def actor(person: Volunteer) -> str:
    """The actor of an event that a volunteer caused."""
    return f"volunteer:{person.id}"


async def _runner(book: Casebook, ticket: Ticket) -> Volunteer | None:
    """Whoever is asked or on the way."""
    helper = helper_of(ticket)
    return await book.circle.volunteer(helper.volunteer) if helper is not None and helper.busy else None


def _comes(ticket: Ticket, person: Volunteer) -> bool:
    helper = helper_of(ticket)
    return helper is not None and helper.volunteer == person.id and on_the_way(ticket)


async def _thank(book: Casebook, ticket: Ticket, helper: Helper) -> None:
    person = await book.circle.volunteer(helper.volunteer)
    if person is None:
        return
    at = next(event.at for event in reversed(ticket.events) if event.type == "helper-done")
    await book.circle.keep_help(Help(person.id, ticket.number, at, helper.minutes, confirmed=True))
    times, spent = hours(await book.circle.helps(person.id, month_of(book.now)))
    await book.circle.tell_volunteer(Word("thanks", person, ticket, {"times": times, "hours": f"{spent:g}"}))


def refuse_not_going(ticket: Ticket, person: Volunteer) -> None:
    """Raise StepRefusedError("no-helper") unless this volunteer went: hours count also where the worker was quicker, or
    the ticket was merged. Who was let go without having said yes has no button for it."""
    late = (*UNDER_WAY, State.DONE, State.CLOSED, State.MERGED)
    _refuse_unless(ticket, person, ("helper-accepted", "helper-released"), late)


def _refuse_unless(ticket: Ticket, person: Volunteer, kinds: Sequence[str], late: Sequence[State] = ()) -> None:
    helper = helper_of(ticket)
    fits = helper is not None and helper.kind in kinds and (may_hand_over(ticket) or ticket.state in late)
    if not fits or not right.may("help-yes", ties(ticket, person)):
        raise StepRefusedError("no-helper", ticket)
