"""Which language and script the bot answers in: the one the person writes, unless they have chosen one."""

from __future__ import annotations

import re
from collections.abc import Collection

from bot.dialogs.turn import Turn
from catalogue.understanding import Understanding

_SCRIPTS = {"-Arab": re.compile(r"[\u0600-\u06ff]"), "-Latn": re.compile(r"[A-Za-z]")}
"""Ends of the codes of languages whose texts are also there in that script, and the letters it is known by."""
ENOUGH = 4
"""Letters that a message needs before the bot changes its language over it; names and numbers are shorter."""


SPOKEN = ("zh", "kk", "ug")
"""Languages of residents; others are for those who ask. Many phones are left on English by people who read none."""


def begin_in(hint: str, languages: Collection[str]) -> str:
    """The language to greet a newcomer in: that of their phone or page where residents speak it, else Chinese."""
    exact = hint if hint in languages else hint.partition("-")[0]
    return exact if exact in languages and exact.partition("-")[0] in SPOKEN else "zh"


def follow(turn: Turn, understood: Understanding) -> None:
    """Answer in the language and script of this message, if there are texts in it and the person has not chosen."""
    if turn.state.get("language_chosen") or sum(c.isalpha() for c in understood.text) < ENOUGH:
        return
    code = understood.language
    written = (f"{code}{script}" for script, letters in _SCRIPTS.items() if letters.search(understood.text))
    spoken = next((c for c in (*written, code) if c in turn.texts.languages), None)
    if spoken is not None and code in SPOKEN:
        turn.language = spoken


def choose(turn: Turn, code: str) -> None:
    """The person has chosen."""
    turn.language = code
    turn.state["language_chosen"] = True
