"""What notices about visits and moods need beyond the rest: their values, and the buttons a resident may tap."""

from __future__ import annotations

from collections.abc import Mapping

from bot.dialogs.turn import Choice
from bot.dialogs.visit_answer import mood_choices
from casework.agreed import last_visit
from casework.casebook import Notice
from casework.visit_wording import series_words
from locales.text import Say

CAME = ("visited", "visited-next")


def values(notice: Notice, say: Say) -> Mapping[str, object]:
    """What the texts of these notices put in."""
    data = notice.data
    return {
        "series": series_words(notice.ticket, say),
        "code": data.get("code", ""),
        "agreed": data.get("agreed", ""),
        "came": data.get("came", ""),
    }


def choices(notice: Notice, say: Say) -> list[Choice]:
    """The resident's own buttons; empty for every other notice."""
    number = notice.ticket.number
    if notice.key in CAME:
        which = last_visit(notice.ticket)
        return [Choice(f"{how}:{number}:{which}", say(f"button.visit.{how}")) for how in ("came", "kin")]
    if notice.key == "mood":
        return mood_choices(number, say)
    return []
