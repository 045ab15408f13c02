"""What the matcher can learn: the first guess at a need and what the resident made of it, without personal data."""

from __future__ import annotations

import re

from bot.dialogs.turn import Lesson, Turn
from catalogue.understanding import Understanding

_NUMBER = re.compile(r"[0-9０-９]+")
LONGEST = 300
"""Characters of a message that are kept for the editors of the phrases."""


def guessed(understood: Understanding) -> dict[str, object]:
    """The first guess at a need, to be kept in the frame: what was offered, or what came first among the candidates."""
    first = understood.services or tuple(candidate.code for candidate in understood.candidates[:1])
    return {"text": masked(understood), "language": understood.language, "codes": list(first)}


def learn(turn: Turn, guess: dict[str, object], chosen: tuple[str, ...]) -> None:
    """Keep the pair when the resident settled on something else."""
    offered = tuple(str(code) for code in _codes(guess))
    text = str(guess.get("text", ""))
    if text and chosen and set(chosen) != set(offered):
        turn.lessons.append(Lesson(text, str(guess.get("language", "und")), offered, chosen))


def masked(understood: Understanding) -> str:
    """A message without what could tell who it is about: names, places, landmarks, telephone and all other numbers."""
    slots = understood.slots
    text = understood.text[:LONGEST]
    for words in (slots.name, slots.landmark, slots.place.words if slots.place else ""):
        if words:
            text = text.replace(words, "…")
    return _NUMBER.sub("#", text)


def _codes(guess: dict[str, object]) -> list[object]:
    codes = guess.get("codes", [])
    return codes if isinstance(codes, list) else []
