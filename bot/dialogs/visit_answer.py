"""The resident's side of visits: they came, and how it is in the heart today."""

from __future__ import annotations

from bot.dialogs.turn import Choice, Turn
from casework import mood, visit
from casework.ticket import Ticket
from locales.text import Say

HOW = {"came": "button", "kin": "relative"}


async def press(turn: Turn, action: str, ticket: Ticket, arguments: list[str]) -> bool:
    """A resident's button about a visit or a mood; False when it is none."""
    match action, arguments:
        case "came" | "kin", [which] if which.isdecimal():
            ticket = await visit.confirm(turn.book, ticket, turn.reporter, HOW[action], int(which))
            turn.say("visit.confirmed", [turn.choice(f"open:{ticket.number}", "button.ticket")], ticket=ticket.number)
            await ask_mood(turn, ticket)
        case "mood", [answer] if answer in mood.MOODS:
            await mood.answer(turn.book, ticket, turn.reporter, answer)
            turn.say("mood.thanks.low" if answer in mood.LOW else "mood.thanks", ticket=ticket.number)
        case _:
            return False
    return True


async def ask_mood(turn: Turn, ticket: Ticket) -> None:
    """Ask how it is today, unless that was done within the week."""
    if await mood.begin(turn.book, ticket) is not None:
        choices = mood_choices(ticket.number, turn.words)
        turn.say("notice.resident.mood", choices, ticket=ticket.number)


def mood_choices(number: str, say: Say) -> list[Choice]:
    """The five kinds of weather."""
    return [Choice(f"mood:{number}:{each}", say(f"mood.{each}")) for each in mood.MOODS]
