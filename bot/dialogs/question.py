"""Frames of a single question: an addition to a ticket, a comment, a reason. The ticket rides in the values."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.dialogs.frame import Frame, Offer, Slot, Values, close_frame, go_on, open_frame, values_of
from bot.dialogs.turn import Turn
from casework.ticket import Ticket

Answer = Callable[[Turn, Ticket, str, tuple[str, ...]], Awaitable[None]]
"""What to do with the answer: its words, and the ids of what came with it."""


def read_answer(offer: Offer) -> Any:
    """Whatever is said. Files alone are kept while the words are still awaited, unless they may stand alone."""
    files = offer.heard.files
    if not offer.heard.text and not files:
        return None
    return {"text": offer.heard.text, "files": files}


def question(
    name: str, prompt: str, answer: Answer, *, choices: Sequence[str] = (), again: str = "", label: str = ""
) -> Frame:
    """A frame that asks one thing about the ticket in its values and hands the answer on.

    `choices` are ready answers, each with the text `<label>.<choice>`.
    """

    async def complete(turn: Turn) -> None:
        values = values_of(turn)
        close_frame(turn)
        ticket = await turn.book.ticket(values["ticket"])
        if ticket is not None:
            said = values["answer"]
            text = turn.words(f"{label}.{said['choice']}") if "choice" in said else said["text"]
            await answer(turn, ticket, text, tuple(said.get("files", ())))

    def options(turn: Turn, values: Values) -> list[tuple[str, str]]:
        return [(choice, turn.words(f"{label}.{choice}")) for choice in choices]

    def pick(value: str, values: Values) -> Any:
        return {"choice": value} if value in choices else None

    slot = Slot("answer", prompt, read_answer, lambda values: True, options if choices else None, pick, again)
    return Frame(name, (slot,), complete, texts=tuple(f"{label}.{choice}" for choice in choices))


async def ask(turn: Turn, frame: Frame, ticket: Ticket) -> None:
    """Put the question about a ticket."""
    open_frame(turn, frame, {"ticket": ticket.number})
    await go_on(turn, frame)
