"""`desk.office.Office` over storage and casework: every call one transaction, rights checked here."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Collection, Mapping, Sequence
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import office_trip, office_volunteer
from bot.book import Book
from bot.entrance import HouseEntrance
from bot.files import StoredFiles
from bot.message import Address, Attachment, AttachmentKind, StoredFile
from bot.office_action import act
from bot.parts import Parts
from casework import helping, merge, mood, permission, right, step
from casework.attached import files_of
from casework.duplicate import Suggestion
from casework.entrance import SESSION_LIFE
from casework.reading import purpose
from casework.staff import PREFECTURE, Staff
from casework.ticket import Ticket
from casework.trip import Outing, Trip
from casework.volunteer import Volunteer
from desk.office import Gathering, Member, Parked, Told
from storage import attachment, audit, outbox, staff
from storage.audit import Entry
from storage.casebook import Tickets
from storage.staff import desk_of

ENDED_SHOWN = 30


class DeskOffice(HouseEntrance):
    """The desk's way into the house."""

    def __init__(self, parts: Parts, files: StoredFiles) -> None:
        super().__init__(parts)
        self._files = files

    @property
    def _now(self) -> Callable[[], datetime]:
        return self._parts.now

    async def mine(self, staff: Staff) -> list[Ticket]:
        async with self._reading() as tickets:
            return await tickets.of_staff(staff)

    async def queue(self, staff: Staff) -> list[Ticket]:
        if not staff.officer:
            return []
        async with self._reading() as tickets:
            return [t for t in await tickets.of_area(staff.area) if t.responsible != staff.id]

    async def ended(self, staff: Staff) -> list[Ticket]:
        async with self._reading() as tickets:
            found = await tickets.of_area(staff.area, ENDED_SHOWN, ended=True)
            return [t for t in found if permission.may_see(t, staff)]

    async def ticket(self, staff: Staff, number: str) -> Ticket | None:
        async with self._reading() as tickets:
            found = await tickets.ticket(number)
        return found if found is not None and permission.may_see(found, staff) else None

    async def seen(self, staff: Staff, number: str) -> None:
        async with self._parts.database.write() as connection:
            book = self._book(connection)
            ticket = await book.ticket(number)
            if ticket is not None and permission.may_see(ticket, staff):
                await step.seen(book, ticket, staff)

    async def looked_at(self, staff: Staff, tickets: Sequence[Ticket]) -> None:
        if not tickets:
            return
        async with self._parts.database.write() as connection:
            book = self._book(connection)
            for ticket in tickets:
                await book.looked_at(ticket, staff)

    async def shown(self, staff: Staff, numbers: Collection[str]) -> set[str]:
        since = self._now() - SESSION_LIFE
        async with self._parts.database.read() as connection:
            return await audit.read_by(connection, permission.worker(staff), numbers, since)

    async def colleagues(self, staff: Staff, ticket: Ticket) -> list[Staff]:
        if not permission.may_act(ticket, staff, "reassign"):
            return []
        async with self._reading() as tickets:
            return [
                each
                for each in await tickets.roster()
                if each.covers(ticket.need.place) and each.id != ticket.responsible
            ]

    async def told(self, ticket: Ticket) -> list[Told]:
        async with self._parts.database.read() as connection:
            rows = await outbox.of_ticket(connection, ticket.number)
            found: dict[tuple[str, str, datetime], Told] = {}
            for row in rows:
                person = await staff.at_address(connection, Address(row.channel, row.conversation))
                name = person.name if person else ""
                told = Told(name, row.channel, row.created_at, row.sent_at, row.parked_at is not None)
                found[name, row.channel, row.created_at.replace(second=0, microsecond=0)] = told
        return list(found.values())

    async def alike(self, staff: Staff, ticket: Ticket) -> list[Suggestion]:
        async with self._parts.database.read() as connection:
            found = await self._book(connection).alike(ticket)
        return [each for each in found if merge.may_compare(ticket, each.ticket, staff)]

    async def moods(self, ticket: Ticket) -> list[tuple[datetime, str]]:
        async with self._reading() as tickets:
            return mood.line(await tickets.of_reporter(ticket.reporter))

    async def attachments(self, ids: Sequence[str]) -> list[Attachment]:
        async with self._parts.database.read() as connection:
            return await attachment.load(connection, ids)

    async def file(self, staff: Staff, number: str, attachment_id: str) -> StoredFile | None:
        async with self._reading() as tickets:
            ticket = await tickets.ticket(number)
        if (
            ticket is None
            or not permission.may_act(ticket, staff, "file")
            or attachment_id not in files_of(ticket.events)
        ):
            return None
        reason = purpose(ticket, staff)
        entry = Entry(permission.worker(staff), "read.file", f"{number}/{attachment_id}", reason)
        async with self._parts.database.write() as connection:
            await audit.append(connection, self._now(), [entry])
        return await self._files.open_checked(attachment_id)

    async def keep_file(
        self, staff: Staff, kind: AttachmentKind, name: str, chunks: AsyncIterator[bytes]
    ) -> Attachment:
        return await self._files.keep(Address("desk", str(staff.id)), Attachment(kind, name=name), chunks)

    async def act(
        self, staff: Staff, number: str, action: str, text: str = "", files: Sequence[str] = (), to: int = 0
    ) -> Ticket:
        try:
            async with self._parts.database.write() as connection:
                book = self._book(connection)
                ticket = await book.ticket(number)
                if ticket is None or not permission.may_see(ticket, staff):
                    raise LookupError(number)
                if action not in merge.WORDS:
                    # What is chosen with an action ("basis:guardian") is no action of its own.
                    permission.refuse_stranger(ticket, staff, action.partition(":")[0])
                acted = await act(book, ticket, staff, action, text, files, to)
        except permission.StepRefusedError as refusal:
            await self._record(refusal, staff, action)
            raise
        self._parts.woken(Address.parse(acted.reporter))
        return acted

    async def _record(self, refusal: permission.StepRefusedError, by: Staff, action: str) -> None:
        """A refused action is undone whole; that it was tried stands in the thread all the same."""
        async with self._parts.database.write() as connection:
            book = self._book(connection)
            ticket = await book.ticket(refusal.ticket.number)
            if ticket is not None:
                await step.refuse_press(book, ticket, permission.worker(by), action, refusal.reason)

    async def parked(self, staff: Staff) -> list[Parked]:
        if not staff.officer:
            return []
        async with self._parts.database.read() as connection:
            found = await outbox.parked(connection)
            tickets = Tickets(connection, self._now())
            return [
                Parked(str(parcel.address), parcel.reply.ticket, parcel.reply.text, reason, parcel.created_at)
                for parcel, reason in found
                if await self._concerns(tickets, parcel.reply.ticket, staff)
            ]

    async def helpers(self, staff: Staff, ticket: Ticket) -> list[Volunteer]:
        if not permission.may_act(ticket, staff, "helper"):
            return []
        async with self._parts.database.read() as connection:
            return await helping.around(self._book(connection), ticket)

    async def volunteers(self, staff: Staff) -> list[Member]:
        async with self._parts.database.read() as connection:
            return await office_volunteer.members(self._book(connection), staff)

    async def change_volunteer(
        self, staff: Staff, volunteer_id: int, action: str, sent: Mapping[str, str]
    ) -> Volunteer:
        async with self._parts.database.write() as connection:
            book = self._book(connection)
            changed = await office_volunteer.change(book, staff, volunteer_id, action, sent, self._place_of)
        self._parts.woken(Address.parse(changed.address))
        return changed

    async def trips(self, staff: Staff) -> list[Outing]:
        async with self._parts.database.read() as connection:
            return await office_trip.outings(self._book(connection), staff)

    async def trip(self, staff: Staff, trip_id: int) -> Outing | None:
        async with self._parts.database.read() as connection:
            return await office_trip.outing(self._book(connection), staff, trip_id)

    async def gather(self, staff: Staff, area: str) -> Gathering:
        async with self._parts.database.read() as connection:
            return await office_trip.gather(self._book(connection), staff, area, self._atlas(connection))

    async def make_trip(self, staff: Staff, area: str, chosen: Sequence[str], sent: Mapping[str, str]) -> Trip:
        async with self._parts.database.write() as connection:
            atlas = self._atlas(connection)
            made = await office_trip.make(self._book(connection), staff, area, chosen, sent, atlas)
        self._parts.woken(desk_of(staff.id))
        return made

    async def change_trip(self, staff: Staff, trip_id: int, action: str, sent: Mapping[str, str]) -> Trip:
        async with self._parts.database.write() as connection:
            atlas = self._atlas(connection)
            changed = await office_trip.change(self._book(connection), staff, trip_id, action, sent, atlas)
        self._parts.woken(desk_of(staff.id))
        return changed

    def _atlas(self, connection: AsyncConnection) -> office_trip.Atlas:
        return office_trip.Atlas(self._parts.catalogue.gazetteer, partial(attachment.load, connection))

    def _place_of(self, said: str, within: str) -> tuple[str, str] | None:
        found = self._parts.catalogue.understand(said, asked="place", within=within).slots.place if said else None
        if found is None:
            return None
        return found.place.code, self._parts.catalogue.gazetteer.full_name(found.place.code, short=True)

    async def change(self) -> int:
        async with self._reading() as tickets:
            return await tickets.last_change()

    async def _concerns(self, tickets: Tickets, number: str, officer: Staff) -> bool:
        ticket = await tickets.ticket(number) if number else None
        return right.may("parked", right.of_area(ticket.need.place if ticket else PREFECTURE, officer))

    def _book(self, connection: AsyncConnection) -> Book:
        return self._parts.book(connection)

    @asynccontextmanager
    async def _reading(self) -> AsyncIterator[Tickets]:
        async with self._parts.database.read() as connection:
            yield Tickets(connection, self._now())
