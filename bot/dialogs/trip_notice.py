"""A trip in the chat of whoever leads it: told without having asked, or shown when asked for."""

from __future__ import annotations

from bot.dialogs.turn import Choice, Sign, buttons
from bot.message import Address, Reply
from casework import trip_wording, wording
from casework.trip import Outing
from locales.text import Say

LONGEST_LABEL = 40


def for_leader(outing: Outing, key: str, address: Address, say: Say, sign: Sign) -> Reply:
    """What became of a trip; `key` as `casework.trip.Trips.tell_leader` names it."""
    if key == "cancelled":
        trip = outing.trip
        return Reply(say("notice.staff.trip.cancelled", trip=trip_wording.title(trip, say), text=trip.reason))
    text = say(f"notice.staff.trip.{key}", card=trip_wording.card(outing, say))
    return Reply(text, buttons(address, choices(outing, say), sign))


def choices(outing: Outing, say: Say) -> list[Choice]:
    """A button for every stop, which opens its ticket."""
    return [
        Choice(f"open:{ticket.number}", wording.shorten(trip_wording.stop_line(n, ticket, say), LONGEST_LABEL))
        for n, ticket in enumerate(outing.tickets, 1)
    ]
