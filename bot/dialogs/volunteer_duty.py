"""The officer's side of volunteers in the chat: yes or no to somebody who wants to help, with the reason."""

from __future__ import annotations

from typing import Any

from bot.dialogs import frame
from bot.dialogs.frame import Frame, Slot, Values
from bot.dialogs.question import read_answer
from bot.dialogs.turn import Turn
from casework import volunteering
from casework.staff import Staff

ACTIONS = ("volunteer-yes", "volunteer-no")
REASONS = ("area", "full", "talk")


async def press(turn: Turn, staff: Staff, action: str, number: str) -> None:
    """A button under somebody's wish to help."""
    volunteer_id = int(number) if number.isdecimal() else 0
    try:
        if action == "volunteer-yes":
            person = await volunteering.decide(turn.book, volunteer_id, staff, yes=True)
            turn.say("staff.volunteer.approved", [turn.choice("mine", "button.staff.mine")], name=person.name)
        else:
            await volunteering.of_officer(turn.book, volunteer_id, staff)
            frame.open_frame(turn, DECLINE, {"volunteer": volunteer_id})
            await frame.go_on(turn, DECLINE)
    except volunteering.VolunteerRefusedError as refused:
        refuse(turn, refused)


def refuse(turn: Turn, refused: volunteering.VolunteerRefusedError) -> None:
    name = refused.volunteer.name if refused.volunteer else ""
    turn.say(f"staff.volunteer.refused.{refused.reason}", [turn.choice("mine", "button.staff.mine")], name=name)


async def _declined(turn: Turn) -> None:
    values = frame.values_of(turn)
    frame.close_frame(turn)
    said = values["answer"]
    reason = turn.words(f"staff.volunteer.no.{said['choice']}") if "choice" in said else said["text"]
    if turn.staff is None:
        return
    try:
        person = await volunteering.decide(turn.book, values["volunteer"], turn.staff, yes=False, reason=reason)
    except volunteering.VolunteerRefusedError as refused:
        refuse(turn, refused)
        return
    turn.say("staff.volunteer.declined", [turn.choice("mine", "button.staff.mine")], name=person.name)


def _reasons(turn: Turn, values: Values) -> list[tuple[str, str]]:
    return [(reason, turn.words(f"staff.volunteer.no.{reason}")) for reason in REASONS]


def _pick(value: str, values: Values) -> Any:
    return {"choice": value} if value in REASONS else None


DECLINE = Frame(
    "volunteer-no",
    (Slot("answer", "staff.volunteer.no.ask", read_answer, lambda values: True, _reasons, _pick),),
    _declined,
)
