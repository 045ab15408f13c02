"""Visits in words: how often, until when, and what comes next."""

from __future__ import annotations

from casework import wording
from casework.agreed import code_of, dropped, series_of, series_over
from casework.series import Series
from casework.ticket import Ticket
from casework.wording import Say


def series_words(ticket: Ticket, say: Say) -> str:
    """How often and until when, empty where the ticket is in no series."""
    series = series_of(ticket)
    if series is None:
        return ""
    return say(
        "series.until",
        often=often(series, say),
        year=series.until.year,
        month=series.until.month,
        day=series.until.day,
    )


def often(series: Series, say: Say) -> str:
    """How often, in plain words."""
    values = {"times": series.times, "every": series.every}
    if series.unit == "weekdays":
        days = say("list.and").join(say(f"weekday.{day + 1}") for day in series.weekdays)
        words = say("series.weekdays", days=days)
    elif series.every > 1:
        words = say(f"series.{series.unit}.every", **values)
    else:
        words = say(f"series.{series.unit}", **values)
    return words if len(series.at) == 1 else say("series.often", often=words, times=len(series.at))


def state_words(ticket: Ticket, say: Say) -> str:
    """Where a planned ticket stands, for the resident: what is agreed, what comes next, the code of that visit."""
    series = series_words(ticket, say)
    if series and not series_over(ticket):
        planned = say("state.planned.series", series=series, at=wording.visit(ticket, say))
    else:
        planned = say("state.planned.at", at=wording.visit(ticket, say))
    code = code_of(ticket)
    return say("state.planned.code", planned=planned, code=code) if code else planned


def dropped_words(ticket: Ticket, say: Say) -> str:
    """What had been agreed before the ticket was last handed on, empty where nothing had."""
    before = dropped(ticket)
    return "" if before is None else series_words(before, say) or wording.visit(before, say)


def card(ticket: Ticket, say: Say) -> str:
    """The whole ticket for the one who is to act, with what is agreed."""
    return "\n".join([wording.for_worker(ticket, say), *_agreed(ticket, say)])


def _agreed(ticket: Ticket, say: Say) -> list[str]:
    series, at = series_words(ticket, say), wording.visit(ticket, say)
    lines = [say("card.staff.series", series=series)] if series else []
    return [*lines, say("card.staff.visit", at=at)] if at and not series_over(ticket) else lines
