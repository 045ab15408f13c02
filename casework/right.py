"""Who may do what: one table of actions, asked by the chat, by every page and by every address of the house.

Nobody has a right by their role alone: it comes from how they stand to the ticket, the place or the trip it is about.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from enum import StrEnum

from casework.staff import Staff
from casework.ticket import Ticket

HAD = ("accepted", "passed", "unanswered")
"""Events that name, as `by`, somebody in whose hands the ticket was."""


class Tie(StrEnum):
    """How somebody stands to what they ask for."""

    HOLDER = "holder"
    """Answers for the ticket, or leads the trip."""
    FORMER = "former"
    """Had the ticket in their hands before, and may be asked about it."""
    OFFICER = "officer"
    """An officer in whose area the place lies: of the township, the county or the prefecture."""
    COLLEAGUE = "colleague"
    """A worker in whose area the place lies."""
    REPORTER = "reporter"
    """Asked for the ticket from this conversation, and still wants it."""
    HELPER = "helper"
    """An approved volunteer, the last who was asked to run this ticket's errand."""


NOBODY: frozenset[Tie] = frozenset()
SEE = frozenset({Tie.HOLDER, Tie.FORMER, Tie.OFFICER})
WORK = frozenset({Tie.HOLDER, Tie.OFFICER})
OVERSEE = frozenset({Tie.OFFICER})
AREA = frozenset({Tie.OFFICER, Tie.COLLEAGUE})
OWN = frozenset({Tie.REPORTER})
ERRAND = frozenset({Tie.HELPER})

RIGHTS: Mapping[str, frozenset[Tie]] = {
    # A ticket, for staff; "open" is also the reporter's button, who sees the course and not the file.
    "open": SEE | OWN,
    "file": SEE,
    "work": WORK,
    **dict.fromkeys(("accept", "pass", "ask", "talk", "hush", "plan", "done", "contact", "tried", "redate"), WORK),
    **dict.fromkeys(("arrived", "visited", "skipped", "excused", "moved", "code", "helper", "counsel", "basis"), WORK),
    **dict.fromkeys(("reassign", "callback"), OVERSEE),
    # A ticket and another: on one of the two they work, and the other is theirs too or lies in their area.
    **dict.fromkeys(("look", "same", "differ"), WORK),
    "beside": WORK | AREA,
    "apart": WORK,
    # A ticket, for whoever asked.
    **dict.fromkeys(("add", "forward", "drop", "calm", "solved", "unsolved", "rate", "came", "kin", "mood"), OWN),
    # A ticket, for the volunteer who runs its errand.
    **dict.fromkeys(("help-yes", "help-no", "help-done"), ERRAND),
    # A volunteer, by their place.
    **dict.fromkeys(("volunteer-see", "elder", "elder-remove"), AREA),
    **dict.fromkeys(("volunteer-asked", "approve", "decline", "end"), OVERSEE),
    # A trip; "gather" looks for tickets in an area.
    "trip": WORK,
    "gather": AREA,
    # A message that could not be delivered.
    "parked": OVERSEE,
}
"""For each action the ties of which one suffices. What is not in here, nobody may do."""


def may(action: str, ties: Collection[Tie]) -> bool:
    """Whether one of these ties gives the right to do it."""
    return not RIGHTS.get(action, NOBODY).isdisjoint(ties)


def of_staff(ticket: Ticket, by: Staff) -> frozenset[Tie]:
    """How a member of staff stands to a ticket; who has left the roster stands to nothing."""
    if not by.active:
        return NOBODY
    had = by.id in (event.data.get("by") for event in ticket.events if event.type in HAD)
    held = {Tie.HOLDER} if ticket.responsible == by.id else set[Tie]()
    return frozenset(held | ({Tie.FORMER} if had else set())) | of_area(ticket.need.place, by)


def of_reporter(ticket: Ticket, address: str) -> frozenset[Tie]:
    """How the conversation at this address stands to a ticket."""
    return NOBODY if ticket.reporter_at(address) is None else OWN


def of_area(place: str, by: Staff) -> frozenset[Tie]:
    """How a member of staff stands to a place (the code of a division)."""
    if not by.active or not by.covers(place):
        return NOBODY
    return frozenset({Tie.OFFICER if by.officer else Tie.COLLEAGUE})


def of_trip(leader: int, area: str, by: Staff) -> frozenset[Tie]:
    """How a member of staff stands to a trip to an area, led by the staff id `leader`."""
    return of_area(area, by) | ({Tie.HOLDER} if by.active and leader == by.id else NOBODY)
