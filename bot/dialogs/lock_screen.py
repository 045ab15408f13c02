"""What may stand on a locked telephone that lies on a table: the number, neutral words and how urgent it is.

No name, no illness, no address; those come when the person presses "看详情". What somebody said is covered until it is
tapped, where the channel can do that.
"""

from __future__ import annotations

from bot.dialogs.turn import Choice
from bot.message import Address
from casework import wording
from casework.casebook import Notice
from casework.need import Need
from casework.ticket import Ticket
from locales.text import Say

TELLING = frozenset(
    ("counselling", "rehab-centre", "rehab-home", "carer-training", "health-monitoring", "assistive-devices", "bathing")
)
"""Services whose very name tells of an illness or a disability."""

OWN_WORDS = frozenset(("said", "unsolved", "redated", "commented"))
"""Notices that quote somebody. Not those of a talk, in which both hold their telephones in their hands."""


def covered(notice: Notice, address: Address) -> str:
    """What a notice to the staff quotes and a locked telephone is not to show."""
    if not lies_open(address) or notice.key not in OWN_WORDS:
        return ""
    return str(notice.data.get("text", "") or notice.data.get("comment", ""))


def lies_open(address: Address) -> bool:
    """Whether what comes to this address may show while nobody has signed in there."""
    return address.channel != "desk"


def services(need: Need, say: Say) -> str:
    """What is asked, without what would tell of an illness."""
    return say("quiet.service") if TELLING & set(need.services) else wording.services(need, say)


def card(ticket: Ticket, say: Say) -> str:
    """Instead of the whole ticket."""
    key = "quiet.card.urgent" if ticket.urgent else "quiet.card"
    return say(key, number=ticket.number, services=services(ticket.need, say))


def details(ticket: Ticket, say: Say) -> Choice:
    """One press shows the whole ticket."""
    return Choice(f"open:{ticket.number}", say("button.staff.details"))
