"""Which messages a reply takes within Telegram's limits, and how its buttons lie."""

from __future__ import annotations

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
    covered: tuple[int, int] | None = None
    """Where in the text (start and length in characters) it is hidden until it is tapped."""
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
        wanted = [replace(part, covered=_covered(part.text, reply.covered)) for part in wanted]
    return [*wanted[:-1], replace(wanted[-1], buttons=reply.buttons)]


def _covered(text: str, words: str) -> tuple[int, int] | None:
    """Where the words stand; where they were cut, all of the piece."""
    start = text.find(words)
    return (start, len(words)) if start >= 0 else (0, len(text)) if text else None


def rows(buttons: Sequence[Button]) -> list[Sequence[Button]]:
    """A full-width button a row; a scale of digits or stars, five or more, shares rows of five."""
    across = 5 if len(buttons) >= 5 and all(is_mark(button.label) for button in buttons) else 1
    return [buttons[start : start + across] for start in range(0, len(buttons), across)]


def is_mark(label: str) -> bool:
    """A digit, a star or the like: short, and no word (a word of two characters still wants a wide target)."""
    return len(label) <= 3 and not any(char.isalpha() for char in label)
