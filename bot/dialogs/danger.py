"""A danger that is sure: the numbers to call, a ticket at once, and then the questions."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot.dialogs import frame, intake, listing
from bot.dialogs.turn import Heard, Turn
from casework import step
from casework.duplicate import VIOLENCE
from casework.ticket import Ticket
from catalogue.understanding import Danger, Understanding

SAME_DANGER = timedelta(hours=12)
"""A danger told again within this time goes into the urgent ticket that is already there."""


async def act(turn: Turn, heard: Heard, understood: Understanding) -> None:
    """Numbers first, then the worker, then the questions."""
    if understood.danger is None:
        return
    turn.urgent = True
    tickets = await turn.book.of_reporter(turn.reporter)
    known = next((t for t in tickets if _goes_on_in(t, understood.danger, turn)), None)
    if known is not None:
        ticket = await step.say(turn.book, known, turn.reporter, heard.text, heard.files)
        if understood.danger.kind == VIOLENCE and ticket.need.danger != VIOLENCE:
            # So that it is never merged with the ticket of somebody who may be meant.
            ticket = await step.amend(turn.book, ticket, turn.reporter, {"danger": VIOLENCE})
    else:
        ticket = await intake.file_urgent(turn, heard, understood)
    real = await intake.somebody_real(turn, ticket)
    turn.say(
        "danger.known" if known else "danger.filed" if real else "danger.filed.waiting",
        [turn.choice(f"calm:{ticket.number}", "button.calm")],
        ticket=ticket.number,
        advice=turn.words(f"danger.{understood.danger.kind}"),
        lines=listing.numbers(turn, understood.danger.call),
        number=ticket.number,
        worker=ticket.responsible_name,
    )
    if known is None or turn.state.get("frame", {}).get("name") == intake.FRAME.name:
        await frame.go_on(turn, intake.FRAME)


def _goes_on_in(ticket: Ticket, told: Danger, turn: Turn) -> bool:
    """Never violence into a ticket that somebody else hears of: it may be about them."""
    if told.kind == VIOLENCE and len(ticket.reporters) > 1:
        return False
    return ticket.urgent and not ticket.state.ended and turn.now - ticket.created < SAME_DANGER


async def act_on_answer(turn: Turn, heard: Heard, kind: str) -> None:
    """Somebody who was asked says yes: there is danger of this kind in what they told."""
    understood = turn.understand(heard.text)
    danger = Danger(kind, heard.text, turn.catalogue.watch.call[kind])
    told = turn.state.get("frame", {}).get("values", {}).get("words", [])
    await act(turn, Heard() if heard.text in told else heard, replace(understood, danger=danger))
