"""What works everywhere, in words or by button: back, cancel, start over, help, language, my requests, a person."""

from __future__ import annotations

import re

from bot.dialogs.turn import Turn

COMMANDS = ("back", "cancel", "restart", "help", "language", "mine", "data", "person", "list", "start")
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
    words = _words(turn, what)
    return any(word in plain for word in words) if anywhere else plain in words


def _words(turn: Turn, what: str) -> frozenset[str]:
    every = (texts.get(f"say.{what}", "").split("|") for texts in turn.texts.languages.values())
    return frozenset(_PUNCTUATION.sub("", word).lower() for words in every for word in words) - {""}
