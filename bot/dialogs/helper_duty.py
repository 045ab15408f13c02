"""The worker's side of a volunteer's errand in the chat: whom to ask, and what they are to do or bring."""

from __future__ import annotations

from typing import Any

from bot.dialogs import frame
from bot.dialogs.frame import Frame, Offer, Slot, Values
from bot.dialogs.turn import Turn
from casework import helping
from casework.permission import StepRefusedError
from casework.staff import Staff
from casework.ticket import Ticket
from casework.volunteer import may_hand_over

NOTHING = "nothing"


async def begin(turn: Turn, ticket: Ticket) -> None:
    """Show up to three who live near. Raises StepRefusedError where a ticket is not for volunteers, or nobody is."""
    if not may_hand_over(ticket):
        raise StepRefusedError("not-for-volunteers", ticket)
    people = await helping.around(turn.book, ticket)
    if not people:
        raise StepRefusedError("no-volunteer", ticket)
    frame.open_frame(turn, FRAME, {"ticket": ticket.number, "people": [[p.id, p.name, p.place_name] for p in people]})
    await frame.go_on(turn, FRAME)


async def _complete(turn: Turn) -> None:
    values, by = frame.values_of(turn), turn.staff
    frame.close_frame(turn)
    ticket = await turn.book.ticket(values["ticket"])
    if ticket is None or not isinstance(by, Staff):
        return
    text = "" if values["bring"] == {"choice": NOTHING} else values["bring"]["text"]
    ticket = await helping.ask(turn.book, ticket, by, values["person"], text)
    named = next(name for number, name, _ in values["people"] if number == values["person"])
    turn.say("staff.helper.asked", [turn.choice("mine", "button.staff.mine")], number=ticket.number, name=named)


def _read_person(offer: Offer) -> Any:
    said = offer.heard.text.strip()
    return next((number for number, name, _ in offer.values["people"] if offer.asked and name == said), None)


def _people(turn: Turn, values: Values) -> list[tuple[str, str]]:
    return [(str(n), turn.words("staff.helper.person", name=name, place=place)) for n, name, place in values["people"]]


def _pick_person(value: str, values: Values) -> Any:
    return next((number for number, _, _ in values["people"] if str(number) == value), None)


def _read_bring(offer: Offer) -> Any:
    return {"text": offer.heard.text} if offer.asked and offer.heard.text else None


def _bring(turn: Turn, values: Values) -> list[tuple[str, str]]:
    return [(NOTHING, turn.words("staff.helper.bring.nothing"))]


def _pick_bring(value: str, values: Values) -> Any:
    return {"choice": NOTHING} if value == NOTHING else None


FRAME = Frame(
    "helper",
    (
        Slot("person", "staff.helper.ask", _read_person, lambda values: True, _people, _pick_person),
        Slot("bring", "staff.helper.bring.ask", _read_bring, lambda values: True, _bring, _pick_bring),
    ),
    _complete,
    texts=("staff.helper.asked",),
)
