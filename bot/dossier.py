"""One person's data over all that is kept: seen, taken along, forgotten, each in the transaction it is asked in."""

from __future__ import annotations

import uuid
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from bot import dossier_page
from bot.message import Address, Attachment
from casework import privacy
from casework.attached import files_of
from casework.consent import grounds, to_json
from casework.dossier import Fate, Outcome, asked_by, fate, until
from casework.need import need_to_json
from casework.retention import Keeping
from casework.ticket import Audience, Event, Ticket
from casework.volunteer import Volunteer
from locales.text import Texts
from storage import attachment, conversation, erasure
from storage import dossier as store
from storage.casebook import Tickets
from storage.sealed import ring_of
from storage.sealed_file import Writer
from storage.volunteer import Volunteers

EXPORT = "text/html"
"""The type of a copy that somebody takes along. Nothing else that is kept has it: HTML that people send is refused."""
"""The source of a file in which somebody takes their data along."""
RESIDENT = "resident"
"""Who ordered it, where it was the person themself: their address is what is being forgotten."""
EVER = datetime.fromtimestamp(0, UTC)
"""Before anything was said."""


class BookDossier:
    """What `casework.dossier.Dossier` promises. `folder` is that of the files' bytes."""

    def __init__(self, book: Tickets, texts: Texts, keeping: Keeping, folder: Path | None) -> None:
        self._book = book
        self._connection = book.connection
        self._texts = texts
        self._keeping = keeping
        self._folder = folder

    async def preview(self, address: str) -> Outcome:
        fates = [(each, await self._fate(each)) for each in await self._told_in(address)]
        return Outcome(
            tuple(each.number for each, become in fates if become is Fate.OPEN),
            tuple((each.number, until(each, self._keeping)) for each, become in fates if become is Fate.RECORD),
            tuple(each.number for each, become in fates if become is Fate.GONE),
        )

    async def erase(self, address: str, by: str) -> Outcome:
        tickets, outcome, now = await self._told_in(address), await self.preview(address), self._book.now
        known = {each.number: each for each in tickets}
        for number in outcome.open:
            await self._when_ended(known[number], address, by)
        for number in (*(number for number, _ in outcome.record), *outcome.gone):
            await self.erase_ticket(number, by, "request", of=address)
        at = Address.parse(address)
        needed = [each for each in await self._concerning(at) if await self._fate(each) is Fate.OPEN]
        files = {file for each in needed for file in files_of(each.events)}
        lines = await erasure.conversation_words(self._connection, at, files, waiting=outcome.open)
        await erasure.conversation_state(self._connection, at)
        await self._forget_volunteer(address)
        what = {"tickets": [*known], "open": list(outcome.open), "lines": lines}
        await erasure.log(self._connection, by, "request", "conversation", what, now)
        return outcome

    async def erase_ticket(self, number: str, by: str, why: str, *, of: str = "") -> None:
        """Everybody in an ended ticket and in those that went on in it, or only whoever is at the address `of` where
        others who asked for it too are still known; of a service that was given the record stays as long as it must."""
        ticket = await self._book.ticket(number)
        if ticket is None:
            return
        record, now = await self._fate(ticket) is Fate.RECORD, self._book.now
        known = {each.address for each in ticket.reporters if not each.address.startswith(f"{erasure.GONE}:")}
        if of and not known <= {of}:
            await erasure.anonymise(self._connection, number, by, why, now, of=of)
            return
        for each in (ticket, *await self._book.absorbed(ticket)):
            await erasure.anonymise(self._connection, each.number, by, why, now, record=record)

    async def forget(self, address: str) -> None:
        since = max((each.created for each in await self._tickets(address)), default=EVER)
        at, files = Address.parse(address), await self.files_in_tickets(address)
        lines = await erasure.conversation_words(self._connection, at, files, since=since)
        await erasure.log(self._connection, RESIDENT, "refused", "conversation", {"lines": lines}, self._book.now)

    async def files_in_tickets(self, address: str) -> set[str]:
        """Of the files sent from here those that stand in any ticket, whoever asked for it: they go with that."""
        at = Address.parse(address)
        files = await store.sent(self._connection, at)
        tickets = await self._concerning(at) if files else []
        return {file for each in tickets for file in files_of(each.events)}.intersection(files)

    async def export(self, address: str, language: str) -> str:
        if self._folder is None:
            raise ValueError("no folder to write to: give the book its `files`")
        told = await self.told_by(address)
        page = dossier_page.page(told, self._texts.say(language)).encode()
        now, at = self._book.now, Address.parse(address)
        relative = f"{now:%Y/%m}/{uuid.uuid4().hex}"
        target = self._folder / relative
        target.parent.mkdir(parents=True, exist_ok=True)
        with target.open("wb") as out:
            sealing = Writer(out, ring_of(self._connection.dialect), relative)
            sealing.write(page)
            sealing.close()
        item = Attachment("file", mime=EXPORT, name=dossier_page.NAME, size=len(page))
        return (await attachment.keep(self._connection, at, item, now, path=relative)).id

    async def told_by(self, address: str, *, officially: bool = False) -> dict[str, Any]:
        """Everything that whoever is at this address told, as plain JSON: never what another reporter or the staff said
        of them. What must not be seen by others in the home is left out, unless it is given `officially`, by hand."""
        at = Address.parse(address)
        standing = await conversation.standing(self._connection, at)
        person = await Volunteers(self._connection, self._book.now).at(address)
        tickets = await self._tickets(address)
        hidden = not officially and any(privacy.secret(each) for each in tickets)
        return {
            "address": address,
            "name": standing.name,
            "language": standing.language,
            "at": self._book.now.isoformat(),
            "tickets": [_own(each, address, officially=officially) for each in tickets],
            "messages": [] if hidden else await store.said(self._connection, at),
            "volunteer": _volunteer(person) if person else None,
        }

    async def whole(self, ticket: Ticket) -> dict[str, Any]:
        """One ticket with everything in its thread, for whoever it is about and asks on paper."""
        events = [
            {"at": each.at.isoformat(), "type": each.type, "actor": each.actor, "data": dict(each.data)}
            for each in ticket.events
        ]
        told: dict[str, Any] = {
            "number": ticket.number,
            "state": ticket.state.value,
            "need": need_to_json(ticket.need),
            "said": [],
        }
        told |= {"created": ticket.created.isoformat(), "grounds": to_json(grounds(ticket)), "events": events}
        return {"at": self._book.now.isoformat(), "name": "", "tickets": [told], "messages": [], "volunteer": None}

    async def _tickets(self, address: str) -> list[Ticket]:
        return await self._book.several(await store.numbers_of(self._connection, address))

    async def _told_in(self, address: str) -> list[Ticket]:
        """Theirs, and those in which theirs go on or did until they were taken apart: their words were copied there,
        and stay when they step out."""
        own = numbers = set(await store.numbers_of(self._connection, address))
        found: dict[str, Ticket] = {}
        while numbers:
            come = await self._book.several(numbers)
            found |= {each.number: each for each in come}
            merged = (event for each in come for event in each.events if event.type == "merged")
            numbers = {str(event.data["into"]) for event in merged} - found.keys()
        told_in = (each for each in found.values() if each.number in own or _came_in(each, address))
        return sorted(told_in, key=lambda each: each.created)

    async def _concerning(self, at: Address) -> list[Ticket]:
        """Every ticket that this address asked for or was told of."""
        numbers = await store.numbers_of(self._connection, str(at)), await store.told_of(self._connection, at)
        return await self._book.several({*numbers[0], *numbers[1]})

    async def _fate(self, ticket: Ticket) -> Fate:
        """A merged ticket is where the other one is, in which it goes on."""
        return fate(await _kept(self._book, ticket), self._book.now, self._keeping)

    async def _when_ended(self, ticket: Ticket, address: str, by: str) -> None:
        """Whoever is still to be helped is forgotten when that is over; those who work on it know."""
        if address in asked_by(ticket):
            return
        event = Event("erasure-asked", self._book.now, by, {"of": address}, Audience.STAFF)
        await self._book.append(ticket, [event])

    async def _forget_volunteer(self, address: str) -> None:
        people = Volunteers(self._connection, self._book.now)
        person = await people.at(address)
        if person is not None:
            await people.forget(person.id)


async def _kept(book: Tickets, ticket: Ticket) -> Ticket:
    following = await book.ticket(ticket.into) if ticket.into else None
    return ticket if following is None else await _kept(book, following)


def _came_in(ticket: Ticket, address: str) -> bool:
    joined = (event for event in ticket.events if event.type == "joined")
    return any(each["address"] == address for event in joined for each in event.data["reporters"])


def _own(ticket: Ticket, address: str, *, officially: bool) -> dict[str, Any]:
    """A ticket as this reporter told it."""
    told = {"number": ticket.number, "created": ticket.created.isoformat(), "state": ticket.state.value}
    if privacy.secret(ticket) and not officially:
        return {**told, "need": {}, "said": [], "grounds": []}
    own = privacy.seen_by(ticket, address).need
    said = [
        {"at": event.at.isoformat(), "text": text}
        for event in ticket.events
        if event.actor == f"resident:{address}" and (text := event.data.get("text") or event.data.get("comment"))
    ]
    return {**told, "need": need_to_json(own), "said": said, "grounds": to_json(grounds(ticket))}


def _volunteer(person: Volunteer) -> dict[str, Any]:
    return {"name": person.name, "phone": person.phone, "place": person.place_name, "state": person.state.value}
