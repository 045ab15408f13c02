"""Who may do what with a ticket, who is said to have done it, and how a step is refused."""

from __future__ import annotations

from casework.staff import Staff
from casework.ticket import State, Ticket

HAD = ("accepted", "passed", "unanswered")
"""Events that name, as `by`, somebody in whose hands the ticket was."""


class StepRefusedError(Exception):
    """The step does not fit. `reason` is a word the dialogs have a sentence for, which also says what to do instead."""

    def __init__(self, reason: str, ticket: Ticket) -> None:
        super().__init__(f"{reason}: ticket {ticket.number} is {ticket.state.value}")
        self.reason = reason
        self.ticket = ticket


def resident(address: str) -> str:
    """The actor of an event that a resident caused from this address."""
    return f"resident:{address}"


def worker(staff: Staff) -> str:
    """The actor of an event that a member of staff caused."""
    return f"staff:{staff.id}"


def may_act(ticket: Ticket, by: Staff) -> bool:
    """The one responsible, or an officer in whose area the place lies."""
    return ticket.responsible == by.id or (by.officer and by.covers(ticket.need.place))


def may_see(ticket: Ticket, by: Staff) -> bool:
    """Whoever may act, and whoever had it in their hands before, who may be asked about it."""
    had = (event.data.get("by") for event in ticket.events if event.type in HAD)
    return may_act(ticket, by) or by.id in had


def refuse_ended(ticket: Ticket) -> None:
    """Raise StepRefusedError("ended") for a ticket that nothing more can be done with, "already-merged" for one that
    goes on in another."""
    if ticket.into:
        raise StepRefusedError("already-merged", ticket)
    if not ticket.state.under_way:
        raise StepRefusedError("ended", ticket)


def refuse_stranger(ticket: Ticket, by: Staff) -> None:
    """Raise StepRefusedError("not-yours") for somebody who may not act on the ticket."""
    if not may_act(ticket, by):
        raise StepRefusedError("not-yours", ticket)


def refuse_unless(ticket: Ticket, state: State) -> None:
    """Raise StepRefusedError("ended" or "not-done") for a ticket in any other state."""
    if ticket.state is not state:
        raise StepRefusedError("ended" if ticket.state.ended else "not-done", ticket)
