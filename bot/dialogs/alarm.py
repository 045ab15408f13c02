"""What may be a danger and may not: people are asked before anything is done, and nothing they said is lost over it."""

from __future__ import annotations

from dataclasses import asdict, replace

from bot.dialogs import listing
from bot.dialogs.turn import Heard, Turn, buttons
from bot.message import Attachment
from catalogue.understanding import Danger

_KEPT = "alarm"


def ask(turn: Turn, heard: Heard, danger: Danger) -> None:
    """Ask, with the numbers to call in case; the message waits for the answer."""
    _keep(turn, heard, danger, asked=True)
    turn.urgent = True
    turn.say(
        "danger.ask",
        [turn.choice("alarm:yes", "button.danger.yes"), turn.choice("alarm:no", "button.danger.no")],
        lines=listing.numbers(turn, danger.call),
    )


def mention(turn: Turn, heard: Heard, danger: Danger) -> None:
    """Where it is clear what is needed, the numbers are shown and nobody has to answer first."""
    _keep(turn, heard, danger, asked=False)
    turn.say("danger.mention", numbers="、".join(danger.call[:2]))


def offer(turn: Turn) -> None:
    """The button for what was mentioned, under the last thing said: of several messages only the last can be answered
    on a telephone."""
    last = turn.replies[-1]
    urgent = buttons(turn.address, [turn.choice("alarm:yes", "button.danger.yes")], turn.sign)
    turn.replies[-1] = replace(last, buttons=(*last.buttons, *urgent))


def waiting(turn: Turn) -> tuple[Heard, str] | None:
    """The message that waits for an answer and the kind of danger it may tell of; it waits no longer."""
    return pressed(turn) if turn.state.get(_KEPT, {}).get("asked") else None


def pressed(turn: Turn) -> tuple[Heard, str] | None:
    """The message that a pressed button speaks of, also where nobody was asked; it is kept no longer."""
    kept = turn.state.pop(_KEPT, None)
    if kept is None:
        return None
    return Heard(kept["text"], tuple(Attachment(**file) for file in kept["files"])), kept["kind"]


def forget(turn: Turn) -> None:
    """What was kept is of no account any more."""
    turn.state.pop(_KEPT, None)


def forget_words(turn: Turn) -> None:
    """What was said is kept no longer, but the button under it still brings help."""
    if _KEPT in turn.state:
        turn.state[_KEPT] = {**turn.state[_KEPT], "text": "", "files": []}


def _keep(turn: Turn, heard: Heard, danger: Danger, *, asked: bool) -> None:
    files = [asdict(file) for file in heard.attachments]
    turn.state[_KEPT] = {"text": heard.text, "files": files, "kind": danger.kind, "asked": asked}


def together(first: Heard, then: Heard) -> Heard:
    """Two messages as one thing said."""
    text = "\n".join(part for part in (first.text, then.text) if part)
    return Heard(text, first.attachments + then.attachments, then.edited)
