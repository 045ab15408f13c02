"""The desk's office in memory: the real steps of casework over a casebook that keeps tickets in a dictionary."""

from __future__ import annotations

import io
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path

from bot import media, office_trip, office_volunteer
from bot.message import MAX_FILE_BYTES, Attachment, AttachmentKind, FileTooLargeError, StoredFile
from bot.office_action import act
from casework import helping, merge, mood, permission, step
from casework.casebook import ConflictError, Notice
from casework.clock import next_due
from casework.dispatch import Past
from casework.duplicate import Suggestion, suggestions
from casework.duty import Roster
from casework.need import Need
from casework.pace import pace
from casework.shift import Absence
from casework.staff import Role, Staff
from casework.ticket import Event, State, Ticket, fold
from casework.trip import Outing, Trip
from casework.volunteer import Volunteer
from catalogue.person_name import name_forms
from desk.entrance import Owing, Proven
from desk.office import Gathering, Member, Parked, Told
from tests.fakes.circle import FakeCircle
from tests.fakes.outing import FakePlaces, FakeTrips

WORKER = Staff(1, "阿依古丽", Role.WORKER, "652328")
OFFICER = Staff(2, "王建国", Role.COUNTY, "652328")
STRANGER = Staff(3, "李梅", Role.WORKER, "652301")
ROSTER = (WORKER, OFFICER, STRANGER)


@dataclass
class FakeBook:
    """A casebook. `now` is set by the test; `told` is everything said to anybody, `looks` who read which ticket
    whole."""

    now: datetime
    staff: list[Staff]
    threads: dict[str, tuple[Event, ...]] = field(default_factory=dict)
    told: list[Notice] = field(default_factory=list)
    looks: list[tuple[int, str]] = field(default_factory=list)
    absences: list[Absence] = field(default_factory=list)
    circle: FakeCircle = field(default_factory=FakeCircle)
    trips: FakeTrips = field(default_factory=FakeTrips)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1001))

    async def file(self, events: Sequence[Event]) -> Ticket:
        number = f"CJ-{next(self.numbers)}"
        self.threads[number] = tuple(events)
        return fold(number, events)

    async def append(self, ticket: Ticket, events: Sequence[Event]) -> Ticket:
        if len(self.threads[ticket.number]) != len(ticket.events):
            raise ConflictError(ticket.number)
        self.threads[ticket.number] += tuple(events)
        return fold(ticket.number, self.threads[ticket.number])

    async def ticket(self, number: str) -> Ticket | None:
        return fold(number, self.threads[number]) if number in self.threads else None

    async def several(self, numbers: Collection[str]) -> list[Ticket]:
        return [ticket for ticket in self.all() if ticket.number in numbers]

    async def of_area(self, area: str, *, ended: bool = False) -> list[Ticket]:
        theirs = [t for t in self.all() if t.need.place.startswith(area) and t.state.ended == ended]
        return _urgent_first(theirs)

    async def due(self, limit: int) -> list[Ticket]:
        late = [t for t in self.all() if (due := next_due(t, pace())) is not None and due.at <= self.now]
        return _urgent_first(late)[:limit]

    async def settle(self, number: str, due_at: datetime | None) -> None:
        """Nothing to keep: what is due is always computed."""

    async def looked_at(self, ticket: Ticket, by: Staff) -> None:
        self.looks.append((by.id, ticket.number))

    async def of_reporter(self, address: str) -> list[Ticket]:
        return [ticket for ticket in self.all() if ticket.reporter_at(address)][::-1]

    async def of_staff(self, staff: Staff) -> list[Ticket]:
        mine = [ticket for ticket in self.all() if ticket.responsible == staff.id and not ticket.state.ended]
        return _urgent_first(mine)

    async def alike(self, ticket: Ticket) -> list[Suggestion]:
        return suggestions(ticket, self.all(), self.now, name_forms)

    async def waiting(self) -> list[Ticket]:
        return [ticket for ticket in self.all() if ticket.state is State.WAITING]

    async def adrift(self) -> list[Ticket]:
        rota = await self.roster()
        work = (State.WAITING, State.DISPATCHED, State.ACCEPTED, State.PLANNED)
        return [t for t in self.all() if t.state in work and rota.present(t.responsible, self.now) is None]

    async def roster(self) -> Roster:
        return Roster(self.staff, absences=self.absences)

    async def past(self, ticket: Ticket, among: Collection[int]) -> Past:
        held = [other.responsible for other in self.all() if not other.state.ended and other.number != ticket.number]
        return Past({staff: held.count(staff) for staff in among})

    async def tell_staff(self, staff_id: int, notice: Notice) -> None:
        self.told.append(notice)

    async def tell_resident(self, notice: Notice, *, to: str = "") -> None:
        self.told.append(notice)

    def all(self) -> list[Ticket]:
        """Every ticket, oldest first."""
        return [fold(number, events) for number, events in self.threads.items()]


def _urgent_first(tickets: Sequence[Ticket]) -> list[Ticket]:
    return sorted(tickets, key=lambda ticket: (not ticket.urgent, ticket.created))


@dataclass
class FakeOffice:
    """The port of the desk. `links` are unused sign-in links, `conflict` makes the next act come too late."""

    folder: Path
    now: datetime = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)
    staff: list[Staff] = field(default_factory=lambda: list(ROSTER))
    links: dict[str, int] = field(default_factory=dict)
    sessions: dict[str, int] = field(default_factory=dict)
    undelivered: list[Parked] = field(default_factory=list)
    files: dict[str, StoredFile] = field(default_factory=dict)
    acted: list[tuple[str, str, str, tuple[str, ...]]] = field(default_factory=list)
    conflict: bool = False
    messages: list[Told] = field(default_factory=list)
    broken: bool = False

    def __post_init__(self) -> None:
        self.book = FakeBook(self.now, self.staff)

    def clock(self) -> datetime:
        """The present of this office."""
        return self.book.now

    def link(self, staff: Staff) -> str:
        """A new one-time link's token."""
        token = f"link-of-{staff.id}-number-{len(self.links)}-and-then-some"
        self.links[token] = staff.id
        return token

    async def filed(self, need: Need, reporter: str = "webchat:r", name: str = "", *, urgent: bool = False) -> Ticket:
        """A resident files a need."""
        return await step.file(self.book, need, reporter, name=name, urgent=urgent)

    async def now_of(self, ticket: Ticket) -> Ticket:
        """A ticket as it stands now: who looked at it stands in its thread too."""
        return await self.numbered(ticket.number)

    async def numbered(self, number: str) -> Ticket:
        """The ticket with this number, as it stands."""
        found = await self.book.ticket(number)
        assert found is not None
        return found

    async def by_resident(self, done: Callable[..., Awaitable[Ticket]], ticket: Ticket, *arguments: object) -> Ticket:
        """A step of the resident, on the ticket as it stands."""
        return await done(self.book, await self.now_of(ticket), *arguments)

    def attach(self, attachment: Attachment, content: bytes = b"") -> str:
        """A file that a resident sent; returns its id."""
        kept = replace(attachment, id=f"f{len(self.files)}", size=len(content))
        path = self.folder / kept.id
        path.write_bytes(content)
        self.files[kept.id] = StoredFile(path.read_bytes, kept.mime, kept.name, kept)
        return kept.id

    async def sign_in(self, token: str) -> tuple[Staff, str] | None:
        staff_id = self.links.pop(token, None)
        if staff_id is None:
            return None
        session = f"session-of-{staff_id}-{len(self.sessions):04}"
        self.sessions[session] = staff_id
        return self._staff(staff_id), session

    async def who(self, session: str, *, active: bool = True) -> Staff | None:
        if self.broken:
            raise ConnectionError("the database is away")
        return self._staff(self.sessions[session]) if session in self.sessions else None

    async def owing(self, session: str) -> Owing | None:
        return None

    async def prove(self, session: str, code: str) -> Proven | None:
        return None

    async def sign_out(self, session: str) -> None:
        self.sessions.pop(session, None)

    async def sign_out_everywhere(self, staff: Staff) -> None:
        self.sessions = {token: each for token, each in self.sessions.items() if each != staff.id}

    async def mine(self, staff: Staff) -> list[Ticket]:
        return await self.book.of_staff(staff)

    async def queue(self, staff: Staff) -> list[Ticket]:
        if not staff.officer:
            return []
        theirs = [t for t in self.book.all() if permission.may_act(t, staff) and t.responsible != staff.id]
        return [ticket for ticket in theirs if not ticket.state.ended]

    async def ended(self, staff: Staff) -> list[Ticket]:
        return [t for t in self.book.all() if permission.may_see(t, staff) and t.state.ended][::-1]

    async def ticket(self, staff: Staff, number: str) -> Ticket | None:
        ticket = await self.book.ticket(number)
        return ticket if ticket and permission.may_see(ticket, staff) else None

    async def alike(self, staff: Staff, ticket: Ticket) -> list[Suggestion]:
        return [s for s in await self.book.alike(ticket) if merge.may_compare(ticket, s.ticket, staff)]

    async def moods(self, ticket: Ticket) -> list[tuple[datetime, str]]:
        return mood.line(await self.book.of_reporter(ticket.reporter))

    async def attachments(self, ids: Sequence[str]) -> list[Attachment]:
        return [self.files[each].attachment for each in ids if each in self.files]

    async def file(self, staff: Staff, number: str, attachment_id: str) -> StoredFile | None:
        ticket = await self.ticket(staff, number)
        ids = [each for event in ticket.events for each in event.data.get("attachments", ())] if ticket else []
        return self.files.get(attachment_id) if ticket and attachment_id in [*ticket.need.attachments, *ids] else None

    async def keep_file(
        self, staff: Staff, kind: AttachmentKind, name: str, chunks: AsyncIterator[bytes]
    ) -> Attachment:
        content = b""
        async for chunk in chunks:
            content += chunk
            if len(content) > MAX_FILE_BYTES:
                raise FileTooLargeError(MAX_FILE_BYTES)
        kept = self.attach(media.examined(Attachment(kind, name=name), io.BytesIO(content)), content)
        return self.files[kept].attachment

    async def seen(self, staff: Staff, number: str) -> None:
        ticket = await self.ticket(staff, number)
        if ticket is not None:
            await step.seen(self.book, ticket, staff)

    async def looked_at(self, staff: Staff, tickets: Sequence[Ticket]) -> None:
        for ticket in tickets:
            await self.book.looked_at(ticket, staff)

    async def shown(self, staff: Staff, numbers: Collection[str]) -> set[str]:
        return {number for reader, number in self.book.looks if reader == staff.id} & set(numbers)

    async def colleagues(self, staff: Staff, ticket: Ticket) -> list[Staff]:
        if not staff.officer or not staff.covers(ticket.need.place):
            return []
        return [each for each in self.staff if each.covers(ticket.need.place) and each.id != ticket.responsible]

    async def told(self, ticket: Ticket) -> list[Told]:
        return self.messages

    async def act(
        self, staff: Staff, number: str, action: str, text: str = "", files: Sequence[str] = (), to: int = 0
    ) -> Ticket:
        ticket = await self.book.ticket(number)
        if ticket is None:
            raise LookupError(number)
        if self.conflict:
            self.conflict = False
            raise ConflictError(number)
        self.acted.append((number, action, text, tuple(files)))
        try:
            return await act(self.book, ticket, staff, action, text, files, to)
        except permission.StepRefusedError as refused:
            await step.refuse_press(self.book, refused.ticket, permission.worker(staff), action, refused.reason)
            raise

    async def parked(self, staff: Staff) -> list[Parked]:
        return self.undelivered if staff.officer else []

    async def helpers(self, staff: Staff, ticket: Ticket) -> list[Volunteer]:
        return await helping.around(self.book, ticket) if permission.may_act(ticket, staff) else []

    async def volunteers(self, staff: Staff) -> list[Member]:
        return await office_volunteer.members(self.book, staff)

    async def change_volunteer(
        self, staff: Staff, volunteer_id: int, action: str, sent: Mapping[str, str]
    ) -> Volunteer:
        return await office_volunteer.change(self.book, staff, volunteer_id, action, sent, lambda said, within: None)

    async def trips(self, staff: Staff) -> list[Outing]:
        return await office_trip.outings(self.book, staff)

    async def trip(self, staff: Staff, trip_id: int) -> Outing | None:
        return await office_trip.outing(self.book, staff, trip_id)

    async def gather(self, staff: Staff, area: str) -> Gathering:
        return await office_trip.gather(self.book, staff, area, self._atlas())

    async def make_trip(self, staff: Staff, area: str, chosen: Sequence[str], sent: Mapping[str, str]) -> Trip:
        return await office_trip.make(self.book, staff, area, chosen, sent, self._atlas())

    async def change_trip(self, staff: Staff, trip_id: int, action: str, sent: Mapping[str, str]) -> Trip:
        return await office_trip.change(self.book, staff, trip_id, action, sent, self._atlas())

    def _atlas(self) -> office_trip.Atlas:
        return office_trip.Atlas(FakePlaces(), self.attachments)

    async def change(self) -> int:
        return sum(map(len, self.book.threads.values()))

    def _staff(self, staff_id: int) -> Staff:
        return next(each for each in self.staff if each.id == staff_id)
