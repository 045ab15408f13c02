"""The leader's side of a trip in the chat: the next ones, with everything that is needed where there is no signal."""

from __future__ import annotations

from bot.dialogs.trip_notice import choices
from bot.dialogs.turn import Turn
from casework import trip_wording
from casework.calendar import split
from casework.staff import Staff
from casework.trip import Standing
from casework.trip_step import whole

NEXT = 3
"""Trips shown at once."""


async def show(turn: Turn, staff: Staff) -> None:
    """The next trips this person leads, a message each."""
    today = split(turn.now)[0]
    trips = [trip for trip in await turn.book.trips.of_staff(staff, today) if trip.leader == staff.id]
    coming = [trip for trip in trips if trip.state is Standing.SET][:NEXT]
    if not coming:
        turn.say("staff.trips.none", [turn.choice("mine", "button.staff.mine")])
    for trip in coming:
        outing = await whole(turn.book, trip)
        for ticket in outing.tickets:
            await turn.book.looked_at(ticket, staff)
        turn.reply(trip_wording.card(outing, turn.words), choices(outing, turn.words))
