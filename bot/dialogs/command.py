"""What works everywhere, in words or by button: back, cancel, start over, help, language, my requests, a person; and
for staff the way to their desk."""

from __future__ import annotations

import re
from functools import lru_cache

from bot.dialogs.turn import Turn
from locales.text import Texts

COMMANDS = ("back", "cancel", "restart", "help", "language", "mine", "data", "person", "list", "start", "desk")
LONGEST_COMMAND = 40
MENU = ("help", "list", "my", "data", "person", "back", "cancel", "restart", "language")
"""The slash commands shown in a channel's own menu, each with the text `menu.<command>`."""
SLASH = {
    "start": "start",
    "help": "help",
    "cancel": "cancel",
    "back": "back",
    "restart": "restart",
    "language": "language",
    "my": "mine",
    "data": "data",
    "person": "person",
    "list": "list",
    "desk": "desk",
}
_PUNCTUATION = re.compile(r"[\s，。！？、,.!?~～…·:：;；“”\"']+")


def command_of(turn: Turn, text: str) -> str:
    """The command a whole message is, empty when it is none. An unknown /word is the command "unknown"."""
    if text.startswith("/"):
        word = text[1:].split(maxsplit=1)[0].split("@", maxsplit=1)[0].lower() if len(text) > 1 else ""
        return SLASH.get(word, "unknown")
    return next((c for c in COMMANDS if said(turn, c, text)), "")


def said(turn: Turn, what: str, text: str, *, anywhere: bool = False) -> bool:
    """Whether a message is (or, with `anywhere`, contains) one of the words listed for `what`, in any language: people
    say "help" before the bot knows which language they speak."""
    plain = _PUNCTUATION.sub("", text).lower()
    if not plain or (len(plain) > LONGEST_COMMAND and not anywhere):
        return False
    words = _words(turn.texts, what)
    return any(word in plain for word in words) if anywhere else plain in words


@lru_cache(maxsize=64)
def _words(spoken: Texts, what: str) -> frozenset[str]:
    # Kept, because every message is compared with all of them.
    every = (texts.get(f"say.{what}", "").split("|") for texts in spoken.languages.values())
    return frozenset(_PUNCTUATION.sub("", word).lower() for words in every for word in words) - {""}
