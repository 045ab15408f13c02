"""A trip in the chat of whoever leads it: told without having asked, or shown when asked for."""

from __future__ import annotations

from collections.abc import Callable

from bot.dialogs import lock_screen
from bot.dialogs.turn import Choice, Sign, buttons
from bot.message import Address, Reply
from casework import trip_wording, wording
from casework.need import Need
from casework.trip import Outing
from locales.text import Say

LONGEST_LABEL = 40
Naming = Callable[[Need, Say], str]
"""How what is asked is named."""


def for_leader(outing: Outing, key: str, address: Address, say: Say, sign: Sign) -> Reply:
    """What became of a trip; `key` as `casework.trip.Trips.tell_leader` names it."""
    trip, lies_open = outing.trip, lock_screen.lies_open(address)
    if key == "cancelled":
        title = (lock_screen.trip_title if lies_open else trip_wording.title)(trip, say)
        text = say("notice.staff.trip.cancelled", trip=title, text=trip.reason)
        return Reply(text, covered=lock_screen.confided(address, trip.reason))
    card = (lock_screen.trip_card if lies_open else trip_wording.card)(outing, say)
    named = lock_screen.services if lies_open else wording.services
    return Reply(say(f"notice.staff.trip.{key}", card=card), buttons(address, choices(outing, say, named), sign))


def choices(outing: Outing, say: Say, named: Naming = wording.services) -> list[Choice]:
    """A button for every stop, which opens its ticket."""
    lines = [trip_wording.stop_line(n, t, named(t.need, say), say) for n, t in enumerate(outing.tickets, 1)]
    return [
        Choice(f"open:{ticket.number}", wording.shorten(line, LONGEST_LABEL))
        for ticket, line in zip(outing.tickets, lines, strict=True)
    ]
