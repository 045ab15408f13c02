"""For what purpose somebody looks at a ticket: told by what they have to do with it, so that nobody is asked."""

from __future__ import annotations

from casework import right
from casework.staff import Staff
from casework.ticket import Ticket

CASEWORK = "casework"
SUPERVISION = "supervision"
FORMER = "former-holder"
COMPARISON = "comparison"


def purpose(ticket: Ticket, by: Staff) -> str:
    """Casework for whoever is responsible, supervision for an officer of the area, a former holder's look; whoever is
    none of these compares it with a ticket of their own."""
    if ticket.responsible == by.id:
        return CASEWORK
    if by.officer and by.covers(ticket.need.place):
        return SUPERVISION
    return FORMER if right.Tie.FORMER in right.of_staff(ticket, by) else COMPARISON
