"""What of a ticket the one who reported it may see: its progress always, what the worker found only where it is theirs
or a close relative's who agreed. Of violence nothing stands in a chat that others in the home may open."""

from __future__ import annotations

from dataclasses import replace

from casework import wording
from casework.need import Beneficiary
from casework.ticket import Ticket
from casework.wording import Say

KIN = frozenset(
    (
        *("mother", "father", "parents", "grandmother", "grandfather", "wife", "husband", "spouse", "son", "daughter"),
        *("child", "brother", "sister", "mother-in-law", "father-in-law", "aunt", "uncle", "grandchild"),
    )
)
"""Relations (codes of the catalogue) to whom the beneficiary's word "they know and agree" opens the record."""


def secret(ticket: Ticket) -> bool:
    """Whether a ticket must not be recognised on a shared telephone, handed to a volunteer, or joined to others of the
    household."""
    return ticket.need.danger == "violence"


def withheld(ticket: Ticket) -> bool:
    """Whether the record of what was done stays between the beneficiary and staff."""
    person = ticket.need.beneficiary
    if person.about == "self":
        return secret(ticket)
    return secret(ticket) or person.agrees != "yes" or person.relation not in KIN


def seen_by(ticket: Ticket, address: str) -> Ticket:
    """The ticket as the reporter at this address told it: of two who asked for the same, one may be a neighbour."""
    asked = ticket.reporter_at(address)
    return ticket if asked is None or secret(ticket) else replace(ticket, need=asked.need)


def services(ticket: Ticket, say: Say) -> str:
    """What was asked, as the reporter is told."""
    return say("private.matter") if secret(ticket) else wording.services(ticket.need, say)


def who(ticket: Ticket, say: Say) -> str:
    """For whom, as the reporter is told."""
    person = ticket.need.beneficiary
    shown = replace(Beneficiary(), about=person.about) if secret(ticket) else person
    return wording.resident_who(shown, say)


def record(ticket: Ticket, words: str, say: Say) -> str:
    """What was done, in the worker's words, where the reporter may read it."""
    return say("private.record") if withheld(ticket) else words


def line(ticket: Ticket, words: str, say: Say) -> str:
    """What was said in the thread, as the list of its steps shows it."""
    return say("private.line") if secret(ticket) else words
