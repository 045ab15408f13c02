"""What becomes known after a ticket was filed goes into it, under the name of whoever says it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from bot.dialogs.frame import values_of
from bot.dialogs.need import need_of
from bot.dialogs.turn import Turn
from casework import casebook, merge, step
from casework.need import Need, need_to_json
from casework.ticket import Ticket


async def filed(turn: Turn) -> None:
    """What became known after an urgent ticket was filed goes into it at once."""
    number = values_of(turn).get("ticket")
    ticket = await turn.book.ticket(number) if number else None
    if ticket is not None and ticket.into:
        await _amend_merged(turn, await casebook.kept(turn.book, ticket))
        return
    if ticket is None or ticket.state.ended:
        return
    change = difference(ticket.need, need_of(values_of(turn)))
    if change:
        await step.amend(turn.book, ticket, turn.reporter, change)


async def told(turn: Turn, ticket: Ticket, change: Mapping[str, Any]) -> None:
    """Something put right about the person in a ticket: `change` as in `need_to_json`, or their name."""
    kept = await casebook.kept(turn.book, ticket)
    own = kept.reporter_at(turn.reporter)
    if own is None or not kept.state.under_way:
        return
    named = change.get("name")
    person = need_to_json(own.need).get("beneficiary", {})
    altered = {"beneficiary": {**person, "name": named}} if named else dict(change)
    if kept.reporter == turn.reporter:
        await step.amend(turn.book, kept, turn.reporter, altered)
    else:
        await merge.amend_own(turn.book, kept, turn.reporter, own.number, altered)


async def _amend_merged(turn: Turn, ticket: Ticket) -> None:
    """The same after it was merged into the ticket of somebody else: it stands beside what they said."""
    own = next((each for each in reversed(ticket.others) if each.address == turn.reporter), None)
    change = difference(own.need, need_of(values_of(turn))) if own is not None else {}
    if own is not None and change and not ticket.state.ended:
        await merge.amend_own(turn.book, ticket, turn.reporter, own.number, change)


def difference(before: Need, after: Need) -> dict[str, Any]:
    old, new = need_to_json(before), need_to_json(after)
    return {key: value for key, value in new.items() if old.get(key) != value}
