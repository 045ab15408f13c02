"""The port between casework and whatever keeps it: tickets by number, the roster, and people to be told."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from casework.dispatch import Past
from casework.dossier import Dossier
from casework.duplicate import Suggestion
from casework.duty import Roster
from casework.staff import Staff
from casework.ticket import Event, Ticket
from casework.trip import Trips
from casework.volunteer import Circle


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person is to be told about a ticket. `key` says what (put in words where the language is known),
    `data` what the words need beyond the ticket. `attachments` are ids of files that go along."""

    key: str
    ticket: Ticket
    data: Mapping[str, Any] = field(default_factory=dict)
    attachments: tuple[str, ...] = ()


class Casebook(Protocol):
    """One transaction's view of the casework. Everything written through it is kept together or not at all."""

    @property
    def now(self) -> datetime:
        """The moment of this transaction, UTC."""
        ...

    @property
    def circle(self) -> Circle:
        """The volunteers."""
        ...

    @property
    def trips(self) -> Trips:
        """The trips of the mobile service."""
        ...

    @property
    def dossier(self) -> Dossier:
        """What is kept of one person, and their rights over it."""
        ...

    async def file(self, events: Sequence[Event]) -> Ticket:
        """A new ticket; it gets its number here."""
        ...

    async def append(self, ticket: Ticket, events: Sequence[Event]) -> Ticket:
        """The ticket with `events` added. Raises ConflictError if somebody else added to it since it was read."""
        ...

    async def ticket(self, number: str) -> Ticket | None: ...

    async def several(self, numbers: Collection[str]) -> list[Ticket]:
        """Those of these tickets that exist, in no particular order."""
        ...

    async def of_reporter(self, address: str) -> list[Ticket]:
        """All tickets that this conversation asked for, alone or with others, and still wants; newest first."""
        ...

    async def of_staff(self, staff: Staff) -> list[Ticket]:
        """Open tickets this person answers for, urgent first, then oldest first."""
        ...

    async def of_area(self, area: str, *, ended: bool = False) -> list[Ticket]:
        """Tickets with a place in `area`: the open ones, urgent first and oldest first, or the ended, newest first."""
        ...

    async def waiting(self) -> list[Ticket]:
        """Tickets that nobody answers for, oldest first."""
        ...

    async def alike(self, ticket: Ticket) -> list[Suggestion]:
        """Open tickets that may be the same matter, likest first."""
        ...

    async def adrift(self) -> list[Ticket]:
        """Tickets with work to be done whose responsible person is away now or has left, or that have none."""
        ...

    async def due(self, limit: int) -> list[Ticket]:
        """Tickets of which a clock may have run out by now: urgent ones first, then what fell due first."""
        ...

    async def settle(self, number: str, due_at: datetime | None) -> None:
        """Look at a ticket's clocks again at this moment."""
        ...

    async def roster(self) -> Roster:
        """All active staff with their shifts, swaps and absences around now; read once in a transaction."""
        ...

    async def past(self, ticket: Ticket, among: Collection[int]) -> Past:
        """What these people (ids) have had to do so far, but for `ticket` itself, and whether they know its family."""
        ...

    async def looked_at(self, ticket: Ticket, by: Staff) -> None:
        """Somebody of the staff reads a ticket whole: that, and for what purpose, is noted for whoever asks later."""
        ...

    async def tell_staff(self, staff_id: int, notice: Notice) -> None: ...

    async def tell_resident(self, notice: Notice, *, to: str = "") -> None:
        """To every conversation that asked for the notice's ticket and still wants it, or to the one at `to`."""
        ...


async def kept(book: Casebook, ticket: Ticket) -> Ticket:
    """The ticket in which this one goes on: itself, where it was merged into no other."""
    following = await book.ticket(ticket.into) if ticket.into else None
    return ticket if following is None else await kept(book, following)


async def tell_responsible(book: Casebook, notice: Notice, *, but: int | None = None) -> None:
    """To whoever answers for the notice's ticket; not to `but`, who knows already."""
    staff_id = notice.ticket.responsible
    if staff_id is not None and staff_id != but:
        await book.tell_staff(staff_id, notice)


async def tell_officer(book: Casebook, officer: Staff | None, notice: Notice) -> None:
    """To an officer where there is one, and to whoever answers for the notice's ticket; to one who is both once."""
    if officer is not None:
        await book.tell_staff(officer.id, notice)
    await tell_responsible(book, notice, but=officer.id if officer else None)


class ConflictError(Exception):
    """Somebody else changed the ticket at the same moment. Remedy: read it again and decide anew."""

    def __init__(self, number: str) -> None:
        super().__init__(f"ticket {number} was changed by somebody else at the same moment; read it again")
        self.number = number
