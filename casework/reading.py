"""For what purpose somebody looks at a ticket: told by what they have to do with it, so that nobody is asked."""

from __future__ import annotations

from casework.staff import Staff
from casework.ticket import Ticket

CASEWORK = "casework"
SUPERVISION = "supervision"
FORMER = "former-holder"


def purpose(ticket: Ticket, by: Staff) -> str:
    """Casework for whoever is responsible, supervision for an officer of the area; else they had it before."""
    if ticket.responsible == by.id:
        return CASEWORK
    return SUPERVISION if by.officer and by.covers(ticket.need.place) else FORMER
