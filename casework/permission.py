"""Whether somebody may go on with a ticket (by the table in `casework.right`), who is said to have done it, and how a
step is refused."""

from __future__ import annotations

from casework import right
from casework.staff import Staff
from casework.ticket import State, Ticket


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


def may_act(ticket: Ticket, by: Staff, action: str = "work") -> bool:
    """Whether a member of staff may do this with a ticket; without an action, whether it is theirs to work on."""
    return right.may(action, right.of_staff(ticket, by))


def may_see(ticket: Ticket, by: Staff) -> bool:
    """Whether a member of staff may look at a ticket."""
    return may_act(ticket, by, "open")


def refuse_ended(ticket: Ticket) -> None:
    """Raise StepRefusedError("ended") for a ticket that nothing more can be done with, "already-merged" for one that
    goes on in another."""
    if ticket.into:
        raise StepRefusedError("already-merged", ticket)
    if not ticket.state.under_way:
        raise StepRefusedError("ended", ticket)


def refuse_stranger(ticket: Ticket, by: Staff, action: str = "work") -> None:
    """Raise StepRefusedError("not-yours") for a member of staff who may not do this with the ticket."""
    if not may_act(ticket, by, action):
        raise StepRefusedError("not-yours", ticket)


def refuse_unless(ticket: Ticket, state: State) -> None:
    """Raise StepRefusedError("ended" or "not-done") for a ticket in any other state."""
    if ticket.state is not state:
        raise StepRefusedError("ended" if ticket.state.ended else "not-done", ticket)
