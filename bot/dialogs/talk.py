"""The resident's side of a talk: while somebody of the staff speaks with them, the bot carries their words and says
nothing itself."""

from __future__ import annotations

from bot.dialogs import frame, intake, listing
from bot.dialogs.command import said
from bot.dialogs.turn import Heard, Turn
from casework import talk
from casework.permission import resident
from casework.ticket import Ticket
from catalogue.understanding import Decision, Understanding


async def hear(turn: Turn, heard: Heard) -> bool:
    """A resident's message while somebody speaks with them; False where the bot is to answer it.

    They call the bot back by its name; a /command is meant for the bot too. Danger is answered by both,
    and so is the question where it is.
    """
    found = await talk.talk_with(turn.book, turn.reporter)
    if found is None:
        return False
    ticket, running = found
    if said(turn, "bot", heard.text) and not heard.attachments:
        await call_back(turn)
        return True
    if heard.text.startswith("/"):
        await talk.close_talk(turn.book, ticket, resident(turn.reporter))
        turn.say("talk.left", worker=running.name)
        return False
    understood = turn.understand(heard.text, asked=frame.asked(turn) if in_danger(turn) else "")
    over = running.over(turn.now)
    if over and understood.decision in (Decision.OFFER, Decision.CHOOSE):
        await talk.close_talk(turn.book, ticket, "system")
        turn.say("talk.idle", worker=running.name)
        return False
    ticket = await _answer(turn, ticket, running, heard)
    if over:
        await talk.close_talk(turn.book, ticket, "system")
        turn.say("talk.idle.sent", [turn.choice("mine", "button.mine")], worker=running.name)
    sure = understood.danger is not None and understood.danger.sure
    return not (sure or _tells_where(turn, understood))


def _tells_where(turn: Turn, understood: Understanding) -> bool:
    """Whether this is what an urgent ticket still waits for: whoever goes must know it too."""
    return in_danger(turn) and bool(understood.slots.place or understood.slots.phone)


def in_danger(turn: Turn) -> bool:
    """Whether the bot is asking what an urgent ticket, filed already, still lacks."""
    state = turn.state.get("frame", {})
    return state.get("name") == intake.FRAME.name and bool(state["asked"] and state["values"].get("ticket"))


async def _answer(turn: Turn, ticket: Ticket, running: talk.Talk, heard: Heard) -> Ticket:
    text = turn.words("ticket.edited", text=heard.text) if heard.edited else heard.text
    return await talk.answer(turn.book, ticket, running, text, heard.files)


async def call_back(turn: Turn) -> None:
    """The resident wants the bot to listen again."""
    found = await talk.talk_with(turn.book, turn.reporter)
    if found is not None:
        await talk.close_talk(turn.book, found[0], resident(turn.reporter))
    waiting = [turn.choice(f"add:{found[0].number}", "button.add")] if found else []
    turn.say("talk.back", [*waiting, turn.choice("mine", "button.mine"), *listing.ways_out(turn)[:1]])


async def leave(turn: Turn) -> None:
    """The resident has turned to the bot, which has asked them something: that it speaks again is said first."""
    found = await talk.talk_with(turn.book, turn.reporter)
    if found is None:
        return
    await talk.close_talk(turn.book, found[0], resident(turn.reporter))
    turn.say("talk.left", worker=found[1].name)
    turn.replies.insert(0, turn.replies.pop())


async def silent(turn: Turn) -> bool:
    """Whether what is typed now is meant for a person, so that no word of it presses a button."""
    found = await talk.talk_with(turn.book, turn.reporter)
    return found is not None and not found[1].over(turn.now)
