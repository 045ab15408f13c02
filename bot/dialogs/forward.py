"""A line of somebody who has open tickets: meant for the worker of one, or a need of its own?"""

from __future__ import annotations

from bot.dialogs import frame, intake, progress
from bot.dialogs.turn import Heard, Turn
from casework.agreed import has_plan
from casework.ticket import Ticket
from catalogue.understanding import Decision, Understanding


def may_concern(tickets: list[Ticket], heard: Heard, understood: Understanding) -> bool:
    """Whether a line may be meant for the worker of an open ticket: all but a clear need of another kind, and chat.
    Where a visit is agreed, whatever names a time may be about that: "下周三不行，我妈要去医院"."""
    if understood.slots.when_words and any(has_plan(ticket) for ticket in tickets):
        return True
    if understood.decision is Decision.OFFER:
        return any(set(t.need.services) & set(understood.services) for t in tickets)
    if understood.decision is Decision.REFER and understood.referral in ("smalltalk", "about-bot"):
        return False
    return bool(heard.attachments) or any(c.isalnum() for c in heard.text)


def ask(turn: Turn, tickets: list[Ticket], heard: Heard) -> None:
    """Whether it is meant for one of the workers; what was said waits for the answer."""
    turn.state["kept"] = {"text": heard.text, "files": heard.files}
    choices = [
        turn.choice(
            f"forward:{t.number}",
            "button.forward" if t.responsible_name else "button.forward.waiting",
            number=t.number,
            worker=t.responsible_name,
        )
        for t in tickets[:3]
    ]
    turn.say("ticket.forward.ask", [*choices, turn.choice("intake", "button.forward.new")])


async def forward(turn: Turn, number: str) -> None:
    """It is: what waited goes to whoever has that ticket."""
    kept = turn.state.pop("kept", None)
    ticket = await progress.own(turn, number)
    if kept is None or ticket is None:
        turn.say("button.stale", [turn.choice("mine", "button.mine")])
        return
    await progress.add(turn, ticket, kept["text"], tuple(kept["files"]))


async def begin_anew(turn: Turn) -> None:
    """It is not: what waited is a need of its own."""
    kept = turn.state.pop("kept", {"text": "", "files": []})
    frame.open_frame(turn, intake.FRAME, {"words": [], "attachments": kept["files"]})
    await intake.hear(turn, Heard(kept["text"]), turn.understand(kept["text"]))
