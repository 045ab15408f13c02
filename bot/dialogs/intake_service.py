"""Which service is meant, when it takes more than one message to tell."""

from __future__ import annotations

from typing import Any

from bot.dialogs.command import said
from bot.dialogs.frame import values_of
from bot.dialogs.turn import Heard, Turn
from catalogue.understanding import Decision, Understanding


def merge_services(turn: Turn, before: dict[str, Any], text: str) -> None:
    """A service named later: added ("and also …"), or put in place of the first ("not …, but …")."""
    values = values_of(turn)
    codes = values["service"]["codes"]
    if said(turn, "also", text, anywhere=True):
        values["service"] = {"codes": list(dict.fromkeys([*before["codes"], *codes]))}
    elif before["codes"] and not said(turn, "instead", text, anywhere=True):
        values["service"] = before


def tells_more(turn: Turn, heard: Heard) -> bool:
    """Instead of answering, the person goes on describing the need: then it is understood from all its pieces."""
    latest = turn.understand(heard.text)
    if latest.decision is not Decision.OFFER:
        return False
    values = values_of(turn)
    together = turn.understand("\n".join(values["words"]))
    codes = together.services if together.decision is Decision.OFFER else latest.services
    before = values.get("service", {}).get("codes", ())
    values["service"] = {"codes": list(codes if set(codes) & set(latest.services) else [*before, *codes])}
    return True


def understand_together(turn: Turn, understood: Understanding) -> Understanding:
    """People say it in pieces: what one message leaves unclear, all of them together may tell."""
    values = values_of(turn)
    if len(values["words"]) > 1 and understood.decision is not Decision.OFFER:
        together = turn.understand("\n".join(values["words"]))
        if together.decision is Decision.OFFER:
            values["service"] = {"codes": list(together.services)}
        elif together.candidates:
            return together
    return understood
