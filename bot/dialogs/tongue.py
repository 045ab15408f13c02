"""Which language and script the bot answers in: the one the person writes, unless they have chosen one."""

from __future__ import annotations

import re

from bot.dialogs.turn import Turn
from catalogue.understanding import Understanding

_ARABIC = re.compile(r"[\u0600-\u06ff]")
ARABIC = "-Arab"
"""Ends the code of a language whose texts are also there in Arabic script."""
ENOUGH = 4
"""Letters that a message needs before the bot changes its language over it; names and numbers are shorter."""


def follow(turn: Turn, understood: Understanding) -> None:
    """Answer in the language and script of this message, if there are texts in it and the person has not chosen."""
    if turn.state.get("language_chosen") or sum(c.isalpha() for c in understood.text) < ENOUGH:
        return
    code = understood.language
    written = f"{code}{ARABIC}" if _ARABIC.search(understood.text) else code
    spoken = next((c for c in (written, code) if c in turn.texts.languages), None)
    # English and Russian are read by few elders here: nobody is moved away from what they read for one foreign word.
    if spoken is not None and code in ("zh", "kk", "ug"):
        turn.language = spoken


def choose(turn: Turn, code: str) -> None:
    """The person has chosen."""
    turn.language = code
    turn.state["language_chosen"] = True
