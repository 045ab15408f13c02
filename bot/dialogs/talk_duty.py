"""The worker's side of a talk: what they write goes straight to the resident, and never to another."""

from __future__ import annotations

from bot.dialogs import frame
from bot.dialogs.command import command_of
from bot.dialogs.turn import Choice, Heard, Turn
from casework import talk
from casework.calendar import quiet_until
from casework.reporter import Reporter
from casework.staff import Staff
from casework.ticket import Ticket
from locales.text import Say

ACTIONS = ("talk", "hush")
_KEPT = "unsent"


async def silent(turn: Turn, staff: Staff) -> bool:
    """Whether what is typed now is meant for a resident, so that no word of it presses a button."""
    return "frame" not in turn.state and await _mine(turn, staff) is not None


async def carry(turn: Turn, staff: Staff, heard: Heard) -> bool:
    """What a member of staff writes while they speak with a resident; False where they speak with nobody. After a long
    silence they are asked first whether it is meant for the resident."""
    if heard.text.startswith("/"):
        return False
    number = turn.state.get("talk", "")
    if not number:
        return await _offer(turn, staff, heard)
    ticket = await _mine(turn, staff)
    if ticket is not None:
        await talk.speak(turn.book, ticket, staff, heard.text, heard.files)
        return True
    # A greeting is meant for the resident, though elsewhere it starts the bot.
    if command_of(turn, heard.text) not in ("", "start"):
        return False
    turn.state.pop("talk")
    before = await turn.book.ticket(number)
    to = talk.last_spoken_to(before) if before is not None else ""
    if before is not None and before.reporter_at(to) is None:
        _say_gone(turn, number)
        return True
    _keep(turn, heard, number, to, "staff.talk.unsent")
    return True


async def _offer(turn: Turn, staff: Staff, heard: Heard) -> bool:
    """They speak with one resident from the desk or another account, and now write here."""
    going = [ticket for ticket in await turn.book.of_staff(staff) if talk.speaking(ticket, staff, turn.now)]
    if len(going) != 1 or command_of(turn, heard.text) not in ("", "start"):
        return False
    _keep(turn, heard, going[0].number, talk.last_spoken_to(going[0]), "staff.talk.here")
    return True


def _keep(turn: Turn, heard: Heard, number: str, to: str, key: str) -> None:
    """What was typed waits for the worker's word that it is meant for the resident."""
    turn.state[_KEPT] = {"number": number, "to": to, "text": heard.text, "files": heard.files}
    options = [turn.choice(f"talk:{number}:kept", "button.staff.talk.kept"), turn.choice("mine", "button.staff.mine")]
    turn.say(key, options, ticket=number, number=number)


async def act(turn: Turn, staff: Staff, action: str, ticket: Ticket, other: str) -> None:
    """Begin to speak, send what was kept, or end it. Raises StepRefusedError for what does not fit."""
    number = ticket.number
    if action == "talk" and not other and len(ticket.reporters) > 1 and not talk.speaking(ticket, staff, turn.now):
        _ask_with_whom(turn, ticket)
        return
    if action == "hush":
        await talk.hush(turn.book, ticket, staff)
        turn.state.pop("talk", None)
        turn.say("staff.talk.closed", [turn.choice(f"open:{number}", "button.ticket")], ticket=number, number=number)
        return
    elsewhere = await _mine(turn, staff)
    if elsewhere is not None and elsewhere.number != number:
        # What is typed next must never reach another family.
        turn.say("staff.talk.elsewhere", choices(elsewhere, turn.words), number=elsewhere.number)
        return
    kept = turn.state.get(_KEPT) if other == "kept" else None
    if kept and kept.get("number") != number:
        turn.say("button.stale", [turn.choice("mine", "button.staff.mine")])
        return
    to = str(kept.get("to", "")) if kept else _address_of(ticket, other)
    if to and ticket.reporter_at(to) is None:
        _say_gone(turn, number)
        return
    ticket = await talk.open_talk(turn.book, ticket, staff, to)
    # A question left open would take the first words meant for the resident for its answer.
    frame.close_frame(turn)
    turn.state["talk"] = number
    turn.state.pop(_KEPT, None)
    if kept:
        await talk.speak(turn.book, ticket, staff, kept["text"], kept["files"])
    night = quiet_until(turn.now) is not None and not ticket.urgent
    turn.say("staff.talk.night" if night else "staff.talk", choices(ticket, turn.words), ticket=number, number=number)


def choices(ticket: Ticket, say: Say) -> list[Choice]:
    """What a member of staff can do in a talk besides writing."""
    number = ticket.number
    return [
        Choice(f"talk:{number}", say("button.staff.talk.on")),
        Choice(f"hush:{number}", say("button.staff.hush")),
        Choice(f"open:{number}", say("button.ticket")),
    ]


def reporter_name(reporter: Reporter, say: Say) -> str:
    """Whoever asked, for the worker: by name, else by the number they know."""
    return reporter.name or say("staff.reporter", number=reporter.number)


def _ask_with_whom(turn: Turn, ticket: Ticket) -> None:
    number = ticket.number
    asked = [Choice(f"talk:{number}:{each.number}", reporter_name(each, turn.words)) for each in ticket.reporters]
    turn.say("staff.talk.with", asked, ticket=number, number=number)


def _address_of(ticket: Ticket, number: str) -> str:
    """The address of the reporter who came with the ticket `number`; empty where that is nobody's."""
    return next((each.address for each in ticket.reporters if each.number == number), "")


def _say_gone(turn: Turn, number: str) -> None:
    """What was typed for one reporter, who has left, is never sent to another."""
    options = [turn.choice(f"talk:{number}", "button.staff.talk"), turn.choice("mine", "button.staff.mine")]
    turn.say("staff.talk.gone", options, ticket=number, number=number)


async def _mine(turn: Turn, staff: Staff) -> Ticket | None:
    """The ticket about which this conversation of a member of staff is speaking with a resident."""
    ticket = await turn.book.ticket(turn.state["talk"]) if turn.state.get("talk") else None
    return ticket if ticket is not None and talk.speaking(ticket, staff, turn.now) else None
