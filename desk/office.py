"""What the desk asks of the rest of the house: one port, handed in when the application is put together."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.message import Attachment, AttachmentKind, StoredFile
from casework import merge
from casework.duplicate import Suggestion
from casework.staff import Staff
from casework.ticket import Ticket
from casework.trip import Group, Outing, Trip
from casework.volunteer import Elder, Volunteer
from desk.entrance import Entrance

STEPS = (
    *("accept", "pass", "ask", "plan", "done", "contact", "redate", "reassign", "callback", "helper"),
    *("talk", "hush", "basis"),
    *("arrived", "visited", "skipped", "moved", "code"),
)
"""What the desk can do with a ticket. "pass" needs a reason, "ask", "talk" and "done" a text, "plan" a time or a series
in words; "visited" a record, "skipped" a reason, "moved" a time and a reason, "code" the resident's two digits.
Officers may "redate" (time and reason in words), "reassign" (to somebody, with a reason) and note a "callback".
"helper" asks a volunteer, saying what to do or bring; "basis:<name>" records on what ground data is kept."""
ACTIONS = (*STEPS, *merge.WORDS)
"""Those, and what is said of it and another ticket, whose number is the text."""

VOLUNTEER_ACTIONS = ("approve", "decline", "end", "elder", "elder-remove")
"""What the desk can do with a volunteer: officers the first three (the second and third with a reason), and whoever
covers their place gives them an elder to look in on, or takes one off."""

TRIP_ACTIONS = ("add", "up", "down", "leave-out", "items", "move", "cancel")
"""What can be done with a trip: the first four with a ticket's number, the last two and "leave-out" with a reason that
the families are told."""


@dataclass(frozen=True, slots=True)
class Gathering:
    """What may be put on a trip to an area: tickets by township, and who may lead it."""

    area: str
    area_name: str
    groups: tuple[Group, ...]
    leaders: tuple[Staff, ...]


@dataclass(frozen=True, slots=True)
class Member:
    """A volunteer with their elders, and how often and how many hours they helped this month."""

    volunteer: Volunteer
    elders: tuple[Elder, ...] = ()
    times: int = 0
    hours: float = 0.0


@dataclass(frozen=True, slots=True)
class Parked:
    """A message that could not be delivered: to whom, about which ticket (may be empty), why, when written."""

    to: str
    ticket: str
    text: str
    reason: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """A message about a ticket: to whom (empty for the resident), over which channel, when written and when sent (None:
    not yet), and whether it could not be delivered."""

    name: str
    channel: str
    at: datetime
    sent: datetime | None
    parked: bool = False


class Office(Entrance, Protocol):
    """The door; behind it staff, tickets and actions, each call its own transaction. Rights are checked here, not in
    the pages."""

    async def mine(self, staff: Staff) -> list[Ticket]:
        """Open tickets this person answers for, urgent first, then oldest first."""
        ...

    async def queue(self, staff: Staff) -> list[Ticket]:
        """Other open tickets this person may act on: those of an officer's area; for a worker none."""
        ...

    async def ended(self, staff: Staff) -> list[Ticket]:
        """The last ended tickets this person may see, newest first."""
        ...

    async def ticket(self, staff: Staff, number: str) -> Ticket | None:
        """A ticket, if this person may see it."""
        ...

    async def seen(self, staff: Staff, number: str) -> None:
        """This person looks at a ticket: if they were told of it, that they know stands in its thread."""
        ...

    async def looked_at(self, staff: Staff, tickets: Sequence[Ticket]) -> None:
        """These tickets are shown whole to this person without being opened, on a trip or beside another: noted."""
        ...

    async def shown(self, staff: Staff, numbers: Collection[str]) -> set[str]:
        """Those of these tickets that were shown whole to this person, and noted, in the time a session may last."""
        ...

    async def colleagues(self, staff: Staff, ticket: Ticket) -> list[Staff]:
        """To whom an officer may give a ticket; empty for everybody else."""
        ...

    async def told(self, ticket: Ticket) -> list[Told]:
        """Who was told of a ticket, oldest first; one line where several messages went together."""
        ...

    async def alike(self, staff: Staff, ticket: Ticket) -> list[Suggestion]:
        """Tickets that may be the same matter and that this person may decide about, likest first."""
        ...

    async def moods(self, ticket: Ticket) -> list[tuple[datetime, str]]:
        """How it was in the reporter's heart, over all their tickets, oldest first."""
        ...

    async def attachments(self, ids: Sequence[str]) -> list[Attachment]:
        """The files with these ids (as they stand in a need or an event), unknown ones left out."""
        ...

    async def file(self, staff: Staff, number: str, attachment_id: str) -> StoredFile | None:
        """A file of a ticket this person may see; None if it is not theirs to see or its bytes are not here (yet)."""
        ...

    async def keep_file(
        self, staff: Staff, kind: AttachmentKind, name: str, chunks: AsyncIterator[bytes]
    ) -> Attachment:
        """Keep an uploaded file for a later `act`. Raises bot.message.FileTooLargeError and UnfitFileError."""
        ...

    async def act(
        self, staff: Staff, number: str, action: str, text: str = "", files: Sequence[str] = (), to: int = 0
    ) -> Ticket:
        """Do one of ACTIONS, "tried" (a contact that reached nobody) or "excused" (a visit skipped for the resident's
        sake). `to` is the staff id of a "reassign", the volunteer's of a "helper". Raises
        casework.permission.StepRefusedError (its `reason` has a text `refused.<reason>`),
        casework.casebook.ConflictError when somebody else was quicker, LookupError for an unknown ticket."""
        ...

    async def parked(self, staff: Staff) -> list[Parked]:
        """Messages that could not be delivered, for officers; empty for workers."""
        ...

    async def helpers(self, staff: Staff, ticket: Ticket) -> list[Volunteer]:
        """The few volunteers who may be asked to help with a ticket."""
        ...

    async def volunteers(self, staff: Staff) -> list[Member]:
        """The volunteers of this person's area: the approved, and for officers first those who wait for an answer."""
        ...

    async def change_volunteer(
        self, staff: Staff, volunteer_id: int, action: str, sent: Mapping[str, str]
    ) -> Volunteer:
        """Do one of VOLUNTEER_ACTIONS with what a form sent: `text` is a reason or a note, `choice` an elder's id, the
        rest an elder's fields. Raises casework.volunteering.VolunteerRefusedError (its `reason` has a text
        `staff.volunteer.refused.<reason>`)."""
        ...

    async def trips(self, staff: Staff) -> list[Outing]:
        """The trips this person leads, and for officers those of their area; newest first."""
        ...

    async def trip(self, staff: Staff, trip_id: int) -> Outing | None:
        """A trip, if it is among those."""
        ...

    async def gather(self, staff: Staff, area: str) -> Gathering:
        """What may be put on a trip to an area. Raises LookupError for an area that is not this person's."""
        ...

    async def make_trip(self, staff: Staff, area: str, chosen: Sequence[str], sent: Mapping[str, str]) -> Trip:
        """A trip to these tickets (numbers). `sent` holds "day" (2026-03-05), "sets_out" (10:00 or nothing) and
        "leader" (a staff id). Raises casework.trip_step.TripRefusedError (its `reason` has a text
        `staff.trip.refused.<reason>`), casework.casebook.ConflictError, LookupError as `gather` does."""
        ...

    async def change_trip(self, staff: Staff, trip_id: int, action: str, sent: Mapping[str, str]) -> Trip:
        """Do one of TRIP_ACTIONS with what a form sent: `choice` is a ticket's number, `text` a reason or things to
        bring, "day" and "sets_out" as above. Raises what `make_trip` raises."""
        ...

    async def change(self) -> int:
        """Grows whenever any ticket changes."""
        ...
