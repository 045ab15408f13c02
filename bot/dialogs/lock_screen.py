"""What may stand on a locked telephone that lies on a table: the number, neutral words and how urgent it is.

No name, no illness, no address; those come when the person presses "看详情". What somebody said is covered until it is
tapped, where the channel can do that.
"""

from __future__ import annotations

from bot.dialogs.turn import Choice
from bot.message import Address
from casework import trip_wording, wording
from casework.casebook import Notice
from casework.need import Need
from casework.ticket import Ticket
from casework.trip import Outing, Trip
from locales.text import Say

TELLING = frozenset(
    ("counselling", "rehab-centre", "rehab-home", "carer-training", "health-monitoring", "assistive-devices", "bathing")
)
"""Services whose very name tells of an illness or a disability."""

OWN_WORDS = frozenset(("said", "unsolved", "redated", "commented"))
"""Notices that quote somebody. Not those of a talk, in which both hold their telephones in their hands."""


def covered(notice: Notice, address: Address, speaker: str) -> tuple[str, ...]:
    """What a notice to the staff quotes and a locked telephone is not to show. `speaker` is who is named in it as
    having said it, empty where nobody is; a name is covered in a talk too."""
    quoted = notice.data.get("text", "") or notice.data.get("comment", "") if notice.key in OWN_WORDS else ""
    return confided(address, speaker, str(quoted))


def confided(address: Address, *words: str) -> tuple[str, ...]:
    """Of these words those that are to be covered at this address."""
    return tuple(filter(None, words)) if lies_open(address) else ()


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


def trip_title(trip: Trip, say: Say) -> str:
    """A trip by its day; where it goes and to whom is not said."""
    return say("quiet.trip.title", at=wording.day(trip.until, say))


def trip_card(outing: Outing, say: Say) -> str:
    """Instead of the whole trip."""
    head = say("trip.head", title=trip_title(outing.trip, say), count=len(outing.stops))
    stops = [
        trip_wording.stop_line(n, ticket, services(ticket.need, say), say) for n, ticket in enumerate(outing.tickets, 1)
    ]
    lines = (head, trip_wording.setting_out(outing.trip, say), *stops, say("quiet.trip.more"))
    return "\n".join(filter(None, lines))


def details(ticket: Ticket, say: Say) -> Choice:
    """One press shows the whole ticket."""
    return Choice(f"open:{ticket.number}", say("button.staff.details"))
