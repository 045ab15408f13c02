"""A volunteer's errand in the chat: I'll go, I can't, done and how long it took; and the thanks."""

from __future__ import annotations

import re
from typing import Any

from bot.dialogs import elder, frame, volunteer_notice
from bot.dialogs.frame import Frame, Offer, Slot, Values
from bot.dialogs.turn import Turn
from casework import helping
from casework.permission import StepRefusedError
from casework.ticket import Ticket
from casework.volunteer import Volunteer

ACTIONS = ("help-yes", "help-no", "help-done")
MINUTES = ("30", "60", "120", "180")
_NUMBER = re.compile(r"\d+(?:\.\d+)?")


async def press(turn: Turn, action: str, arguments: list[str]) -> bool:
    """A button under an errand; False when it is another's."""
    if action not in ACTIONS or len(arguments) != 1:
        return False
    person, ticket = await turn.book.circle.at(turn.reporter), await turn.book.ticket(arguments[0])
    if person is None or ticket is None:
        _refuse(turn)
        return True
    try:
        await _act(turn, action, ticket, person)
    except StepRefusedError:
        _refuse(turn)
    return True


async def _act(turn: Turn, action: str, ticket: Ticket, person: Volunteer) -> None:
    number = ticket.number
    if action == "help-yes":
        await helping.accept(turn.book, ticket, person)
        _send_off(turn, ticket)
    elif action == "help-no" and helping.said_no(ticket, person):
        turn.say("errand.declined.already", [turn.choice("elders", "button.elders")], ticket=number)
    elif action == "help-no":
        await helping.decline(turn.book, ticket, person)
        turn.say("errand.declined", [turn.choice("elders", "button.elders")], ticket=number)
    else:
        helping.refuse_not_going(ticket, person)
        frame.open_frame(turn, MINUTES_FRAME, {"ticket": number})
        await frame.go_on(turn, MINUTES_FRAME)


def _send_off(turn: Turn, ticket: Ticket) -> None:
    """Thanks, and now also who it is for and where exactly."""
    number, told = ticket.number, volunteer_notice.errand(ticket, helping.asked_to(ticket), turn.words)
    options = [
        turn.choice(f"help-done:{number}", "button.help.done"),
        turn.choice(f"help-no:{number}", "button.help.no"),
    ]
    turn.say("errand.accepted", options, ticket=number, errand=told)


async def _complete(turn: Turn) -> None:
    values = frame.values_of(turn)
    frame.close_frame(turn)
    person, ticket = await turn.book.circle.at(turn.reporter), await turn.book.ticket(values["ticket"])
    try:
        if person is None or ticket is None:
            _refuse(turn)
            return
        await helping.finish(turn.book, ticket, person, values["minutes"])
    except StepRefusedError:
        _refuse(turn)
        return
    thanks = await elder.thanks(turn, person)
    turn.say("errand.done", [turn.choice("elders", "button.elders")], ticket=ticket.number, thanks=thanks)


def _refuse(turn: Turn) -> None:
    """Somebody else goes, or nobody is needed any more."""
    turn.say("refused.no-helper", [turn.choice("elders", "button.elders")])


def read_minutes(offer: Offer) -> Any:
    """Minutes; a small number with a word for hours counts as hours."""
    found = _NUMBER.search(offer.heard.text) if offer.asked else None
    if found is None:
        return None
    amount = float(found[0])
    hour = re.search(r"小时|钟头|сағат|سائەت|hour", offer.heard.text)
    half = 30 if re.search(r"半|жарым|يېرىم|half", offer.heard.text) and hour else 0
    return round(amount * 60) + half if hour else round(amount) or None


def _choices(turn: Turn, values: Values) -> list[tuple[str, str]]:
    return [(minutes, turn.words(f"errand.minutes.{minutes}")) for minutes in MINUTES]


def _pick(value: str, values: Values) -> Any:
    return int(value) if value in MINUTES else None


MINUTES_FRAME = Frame(
    "errand",
    (Slot("minutes", "errand.minutes.ask", read_minutes, lambda values: True, _choices, _pick),),
    _complete,
    texts=("errand.done",),
)
