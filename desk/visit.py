"""Visits and moods at the desk: what can be done, and what is said of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from casework.agreed import MET, PLANS, has_plan, open_code
from casework.mood import MOODS, SHOWN
from casework.ticket import Event, Ticket
from casework.visit_wording import series_words
from casework.wording import day, short_moment
from locales.text import Say

EVENTS = (
    *("series", "arrived", "visited", "skipped", "moved", "visit-confirmed", "eve", "behind", "mood-asked", "mood"),
    *("trip", "trip-moved", "trip-off"),
)
"""Events of visits, trips and moods, each with the text `desk.event.<type>`."""
TRIPS = ("trip", "trip-moved")
ACTIONS = ("arrived", "visited", "skipped", "moved")
WITNESSES = ("button", "code", "relative")


def actions(ticket: Ticket) -> tuple[str, ...]:
    """What the one who answers for the ticket can do about its visits."""
    if not has_plan(ticket):
        return ()
    return (*ACTIONS, "code") if open_code(ticket) else ACTIONS


def event_key(event: Event) -> str:
    """The key of an event's text, where it depends on what the event holds."""
    if event.type == "visited" and event.data.get("minutes"):
        return "desk.event.visited.minutes"
    return "desk.event.behind.nobody" if event.type == "behind" and not event.data.get("name") else ""


def event_values(event: Event, say: Say) -> Mapping[str, object]:
    """What the texts of EVENTS put in."""
    by, mood = event.data.get("by"), event.data.get("mood")
    return {
        "minutes": event.data.get("minutes", ""),
        "leader": event.data.get("leader", ""),
        "day": day(datetime.fromisoformat(event.data["when"]), say) if event.type in TRIPS else "",
        "agreed": event.data.get("agreed", ""),
        "came": event.data.get("came", ""),
        "how": say(f"desk.confirmed.{by}") if by in WITNESSES else "",
        "mood": say(f"mood.{mood}") if mood in MOODS else "",
    }


def mood_line(answers: Sequence[tuple[datetime, str]], say: Say) -> str:
    """The last answers with their days, oldest first."""
    shown = answers[-SHOWN:]
    return " · ".join(say("desk.mood", at=short_moment(at, say), mood=say(f"mood.{mood}")) for at, mood in shown)


def said_key(word: str, ticket: Ticket) -> str:
    """The text `staff.<word>` after an action: with the next date, or for a series, where there is one."""
    last = next((event for event in reversed(ticket.events) if event.type in PLANS), None)
    if word == "planned" and last is not None and last.type == "series":
        return "staff.series"
    return f"staff.{word}.next" if word in MET and last is not None and last.data.get("next") else f"staff.{word}"


def said_values(ticket: Ticket, say: Say) -> Mapping[str, str]:
    return {"series": series_words(ticket, say)}
