"""The bot in a terminal: a conversation for a person, or JSON lines for a script that plays several people at once."""

from __future__ import annotations

import json
import uuid
from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.message import Address, Inbox, Incoming, Logged, Reply

CHANNELS = ("terminal", "desk")
"""Whose messages a terminal shows: residents that talk through it, and staff."""
LONGEST_SENDER = 80
"""Characters of a conversation's id that storage keeps."""


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input. `sender` is any id for a resident, `staff:ID` for a member of staff."""

    sender: str
    text: str = ""
    button: str | None = None
    more: bool = False


class LineError(ValueError):
    """A line of input that cannot be read; the message says what it should look like."""


def read_line(raw: str) -> Line:
    """One JSON line of input. Raises LineError."""
    shape = '{"from": "any id", "text": "…"} or {"from": "any id", "button": "its label or key"}'
    try:
        said = json.loads(raw)
    except (ValueError, RecursionError):
        raise LineError(f"this is not JSON; write {shape}") from None
    sender = said.get("from") if isinstance(said, dict) else None
    if not isinstance(sender, str) or not sender.isprintable() or not 0 < len(sender) <= LONGEST_SENDER:
        raise LineError(f'"from" must be 1 to {LONGEST_SENDER} characters that can be printed; write {shape}')
    text, button = said.get("text", ""), said.get("button")
    if not isinstance(text, str) or not isinstance(button, str | None) or ("text" not in said and button is None):
        raise LineError(f'"text" or "button" must be given, as a string; write {shape}')
    return Line(sender, text, button, said.get("more") is True)


def address_of(sender: str) -> Address:
    """Staff speak from their desk, everybody else from the terminal."""
    return (
        Address("desk", sender.removeprefix("staff:")) if sender.startswith("staff:") else Address("terminal", sender)
    )


def sender_of(address: Address) -> str:
    return f"staff:{address.conversation}" if address.channel == "desk" else address.conversation


def to_incoming(line: Line, now: datetime) -> Incoming:
    """The line as a message; answered at once unless more is to come."""
    return Incoming(address_of(line.sender), uuid.uuid4().hex, now, line.text, button=line.button, more=line.more)


def to_json(address: Address, reply: Reply) -> dict[str, Any]:
    """One message of the bot as scripts read it."""
    said: dict[str, Any] = {
        "to": sender_of(address),
        "text": spoken(reply),
        "buttons": [{"key": b.key, "label": b.label} for b in reply.buttons],
        "ticket": reply.ticket or None,
    }
    if reply.attachment is not None:
        said["attachment"] = {"kind": reply.attachment.kind, "id": reply.attachment.id, "name": reply.attachment.name}
    return said


def as_line(address: Address, reply: Reply) -> str:
    return json.dumps(to_json(address, reply), ensure_ascii=False)


def spoken(reply: Reply) -> str:
    """A message in plain text, with the name of the person who speaks."""
    return f"{reply.author}：{reply.text}" if reply.author and reply.text else reply.text


News = Callable[[], Awaitable[list[tuple[Address, Logged]]]]
"""Returns what the terminal has not shown yet."""


async def converse_json(
    lines: Iterable[str],
    inbox: Inbox,
    news: News,
    settle: Callable[[], Awaitable[None]],
    known: Callable[[str], Awaitable[bool]],
    now: Callable[[], datetime],
    write: Callable[[str], None],
) -> None:
    """JSON lines in, JSON lines out: the replies to each line are written before the next is read.

    `settle` marks what has been written as delivered, `known` tells whether a sender may speak (a member of staff must
    exist). A line that cannot be read is answered with `{"error": …}`, and the next one is read.
    """
    for raw in lines:
        if not raw.strip():
            continue
        try:
            line = read_line(raw)
            if not await known(line.sender):
                raise LineError(f"there is no {line.sender}; see `run_bot.py staff list`")
        except LineError as error:
            write(json.dumps({"error": str(error)}, ensure_ascii=False))
            continue
        await inbox.receive(to_incoming(line, now()))
        for address, logged in await news():
            if logged.reply is not None:
                write(as_line(address, logged.reply))
        await settle()


def for_person(reply: Reply) -> str:
    """A message for somebody who reads it in a terminal: buttons as numbered lines."""
    lines = [spoken(reply)]
    if reply.attachment is not None:
        lines.append(f"[{reply.attachment.kind}] {reply.attachment.name}")
    lines += [f"  {number}. {button.label}" for number, button in enumerate(reply.buttons, start=1)]
    return "\n".join(line for line in lines if line)
