"""Which messages a reply takes within Telegram's limits, and how its buttons lie."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from bot.message import Attachment, Button, Reply
from bot.senders.telegram_pace import cut, units

MAX_MESSAGE = 4096
MAX_CAPTION = 1024


@dataclass(frozen=True, slots=True)
class Part:
    """One message of Telegram's."""

    text: str = ""
    attachment: Attachment | None = None
    buttons: tuple[Button, ...] = ()
    covered: tuple[tuple[int, int], ...] = ()
    """Where in the text (start and length in characters, in order, apart) it is hidden until it is tapped."""
    veiled: bool = False
    """Whether a picture is hidden until it is tapped."""


def named(author: str, text: str) -> str:
    """A worker's words under the worker's name."""
    return f"{author}：\n{text}"


def parts(reply: Reply, authored: Callable[[str, str], str]) -> list[Part]:
    """The messages that a reply takes: one, unless a place (which has no caption) or the length demands more."""
    text = authored(reply.author, reply.text) if reply.author else reply.text
    held = reply.attachment
    if held is None:
        wanted = [Part(piece) for piece in cut(text, MAX_MESSAGE)]
    elif held.kind != "location" and units(text) <= MAX_CAPTION:
        wanted = [Part(text, held, veiled=reply.veiled)]
    else:
        wanted = [
            Part(attachment=held, veiled=reply.veiled),
            *(Part(piece) for piece in cut(text, MAX_MESSAGE) if piece),
        ]
    if reply.covered:
        wanted = _covered(wanted, text, reply.covered)
    return [*wanted[:-1], replace(wanted[-1], buttons=reply.buttons)]


def _covered(wanted: Sequence[Part], text: str, words: Sequence[str]) -> list[Part]:
    """The parts, with the words covered also where they go on from one part to the next."""
    places, at, found = _places(text, words), 0, []
    for part in wanted:
        begin = text.index(part.text, at)
        at = begin + len(part.text)
        inside = ((max(start, begin), min(end, at)) for start, end in places)
        spans = tuple((start - begin, end - start) for start, end in inside if start < end)
        found.append(replace(part, covered=spans))
    return found


def _places(text: str, words: Sequence[str]) -> list[tuple[int, int]]:
    """From where to where the words stand, wherever they do, in order and apart; where one of them does not stand there
    as it is, all of the text: better too much than a name."""
    if not all(word in text for word in words):
        return [(0, len(text))]
    hidden: list[tuple[int, int]] = []
    for start, end in sorted(each.span() for word in words for each in re.finditer(re.escape(word), text)):
        before = hidden.pop() if hidden and hidden[-1][1] >= start else (start, end)
        hidden.append((before[0], max(before[1], end)))
    return hidden


def rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """A full-width button a row; a scale of digits or stars, five or more, shares rows of five."""
    across = 5 if len(buttons) >= 5 and all(is_mark(button.label) for button in buttons) else 1
    return [buttons[start : start + across] for start in range(0, len(buttons), across)]


def is_mark(label: str) -> bool:
    """A digit, a star or the like: short, and no word (a word of two characters still wants a wide target)."""
    return len(label) <= 3 and not any(char.isalpha() for char in label)
