"""From messages to the dialog that answers them: words are heard together, a press or a command stands alone."""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

from sqlalchemy.ext.asyncio import AsyncConnection

from bot import entrance
from bot.dialogs import duty, resident, talk, talk_duty
from bot.dialogs.command import command_of
from bot.dialogs.frame import asked
from bot.dialogs.turn import Choice, Heard, Turn
from bot.message import MAX_TEXT, Address, Attachment, Incoming
from bot.parts import Parts
from bot.press import Signer, meant
from casework.permission import resident as resident_actor
from casework.permission import worker
from casework.step import refuse_press
from storage import audit, outbox, staff
from storage.audit import Entry
from storage.conversation import Standing

log = logging.getLogger(__name__)
LONGEST_ECHO = 200
"""Characters of a recording that are shown back."""
LONGEST_LABEL = 40
"""Longer texts are never taken for the label of a button."""
UNSUPPORTED = {"too-large": "unsupported.too-large", "unfit": "unsupported.unfit"}
"""What is said of what cannot be taken, where it is more particular than `unsupported`."""
OFFERED = 3
"""How many of the last messages with buttons a typed label may mean; a press by label may be older."""


async def turn_of(
    parts: Parts, connection: AsyncConnection, standing: Standing, advice: Mapping[str, str] | None = None
) -> Turn:
    """What the dialogs have in hand for one message of this conversation."""
    return Turn(
        standing.address,
        dict(standing.state),
        parts.book(connection),
        parts.catalogue,
        parts.texts,
        parts.signer,
        language=standing.language if standing.language in parts.texts.languages else "zh",
        name=standing.name,
        staff=await staff.at_address(connection, standing.address),
        advice=advice or {},
    )


async def pressed(connection: AsyncConnection, turn: Turn, incoming: Incoming) -> str | None:
    """The key a message presses: its button, or the one whose label or number was typed, unless to a person."""
    if incoming.button is not None:
        return incoming.button
    if incoming.attachments or incoming.edits or not 0 < len(incoming.text) <= LONGEST_LABEL:
        return None
    if incoming.text.isdecimal() and asked(turn) and not await _offers(connection, turn.address):
        # A figure in answer to an open question, not the place of a button of something said before it.
        return None
    key = meant(incoming.text, await outbox.recent_buttons(connection, incoming.address, OFFERED))
    return None if key is not None and await _to_a_person(turn) else key


async def _to_a_person(turn: Turn) -> bool:
    """Whether what is typed now is meant for whoever the conversation speaks with, and not for the bot."""
    return await (talk_duty.silent(turn, turn.staff) if turn.staff is not None else talk.silent(turn))


async def _offers(connection: AsyncConnection, address: Address) -> bool:
    """Whether the last thing said has buttons."""
    last = await outbox.recent(connection, address, 1)
    return bool(last and last[0].reply.buttons)


def stands_alone(turn: Turn, incoming: Incoming, key: str | None) -> bool:
    """Whether a message is answered by itself, even when others wait: a press, a command, something nobody can read."""
    if key is not None or incoming.unsupported:
        return True
    return not incoming.attachments and not incoming.edits and bool(command_of(turn, incoming.text))


def said(messages: Sequence[Incoming]) -> str:
    """The words of several messages, and of the recordings among them."""
    return "\n".join(words for m in messages for words in (m.text, m.transcript) if words)


async def hear(turn: Turn, messages: Sequence[Incoming]) -> None:
    """One or more messages as one thing said."""
    text = said(messages)
    if len(text) > MAX_TEXT:
        text = text[:MAX_TEXT]
        turn.say("message.cut", limit=MAX_TEXT)
    files: tuple[Attachment, ...] = tuple(a for m in messages for a in m.attachments)
    told = "\n".join(m.transcript for m in messages if m.transcript)
    if told and not await _to_a_person(turn):
        turn.say("voice.heard", text=told[:LONGEST_ECHO])
    heard = Heard(text, files, edited=any(m.edits for m in messages), transcribed=bool(told))
    await (duty.hear(turn, heard) if turn.staff is not None else resident.hear(turn, heard))


async def answer_alone(
    connection: AsyncConnection, parts: Parts, turn: Turn, incoming: Incoming, key: str | None
) -> None:
    """Answer a message that `stands_alone`."""
    if incoming.unsupported:
        way_on = [turn.choice("help", "button.help")] if turn.staff is None and not incoming.text else []
        turn.say(UNSUPPORTED.get(incoming.unsupported.partition(":")[0], "unsupported"), way_on)
        if incoming.text:
            await hear(turn, [incoming])
    elif key is not None:
        await _press(connection, parts.signer, turn, key)
    elif await _wants_desk(turn, incoming):
        await entrance.send_link(parts, connection, turn)
    elif not await _bind(connection, turn, incoming.text):
        await hear(turn, [incoming])


async def _wants_desk(turn: Turn, incoming: Incoming) -> bool:
    """Whether somebody of the staff asks for the way to their desk; a word to a resident they speak with is none."""
    if turn.staff is None or incoming.attachments or command_of(turn, incoming.text) != "desk":
        return False
    return incoming.text.startswith("/") or not await _to_a_person(turn)


async def _press(connection: AsyncConnection, signer: Signer, turn: Turn, key: str) -> None:
    offered: str | None = key
    base = signer.read(turn.address, key)
    if base is None:
        # Scripts press by label or by bare key; both count only where such a button was offered.
        offered = meant(key, await outbox.recent_buttons(connection, turn.address))
        base = signer.read(turn.address, offered) if offered else None
    if base is None or offered is None:
        await _refuse(turn, key)
    elif signer.over(offered):
        await _too_old(connection, turn, base, offered)
    elif base == entrance.NOT_ME and turn.staff is not None:
        await entrance.end_sessions(connection, turn, turn.staff)
    else:
        await (duty.press(turn, base) if turn.staff is not None else resident.press(turn, base))


async def _too_old(connection: AsyncConnection, turn: Turn, base: str, key: str) -> None:
    """A button whose time is over changes nothing: the person is shown the ticket as it stands now, or the same button
    anew, to press once more if that is still what they mean."""
    action, *rest = base.partition("~")[0].split(":")
    ticket = await turn.book.ticket(rest[0]) if rest and "~" not in base else None
    if ticket is None:
        labels = {b.key: b.label for each in await outbox.recent_buttons(connection, turn.address) for b in each}
        mine = "button.staff.mine" if turn.staff else "button.mine"
        turn.say("button.old", [Choice(base, labels[key])] if key in labels else [turn.choice("mine", mine)])
        return
    actor = worker(turn.staff) if turn.staff else resident_actor(turn.reporter)
    await refuse_press(turn.book, ticket, actor, action, "old")
    turn.say("button.old")
    await (duty.press(turn, f"open:{ticket.number}") if turn.staff else resident.press(turn, f"open:{ticket.number}"))


async def _refuse(turn: Turn, key: str) -> None:
    log.warning("a forged or unknown button was pressed in %s", turn.address.channel)
    action, *rest = key.rpartition(".")[0].split(":")
    ticket = await turn.book.ticket(rest[0]) if rest else None
    if ticket is not None:
        actor = worker(turn.staff) if turn.staff else resident_actor(turn.reporter)
        await refuse_press(turn.book, ticket, actor, action[:20], "forged")
    turn.say("button.stale", [turn.choice("mine", "button.mine")])


async def _bind(connection: AsyncConnection, turn: Turn, text: str) -> bool:
    """`/start TOKEN` makes this conversation the account of a member of staff."""
    command, _, token = text.partition(" ")
    if command != "/start" or not token.strip():
        return False
    person = await staff.use_link(connection, token.strip(), "bind", turn.now)
    actor = resident_actor(turn.reporter) if person is None else worker(person)
    tried = Entry(actor, "bind.failed" if person is None else "bind", turn.address.channel)
    await audit.append(connection, turn.now, [tried])
    if person is None:
        turn.say("staff.link.over")
        return True
    await staff.bind(connection, person.id, turn.address)
    turn.staff = person
    turn.state.clear()
    turn.say("staff.welcome", name=person.name)
    await duty.mine(turn)
    return True
