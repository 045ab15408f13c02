"""What the invented people of `benchmarks.month` do, and how long they take: drawn from a seed, nothing learned.

`intentions` reads what has just happened to a ticket and says who will do what about it, and when.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from benchmarks.month_town import Town
from casework.calendar import add_working_time, quiet_until
from casework.ticket import Event, Ticket

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
WORKING_DAY = 8 * HOUR
SPREAD = 0.8
"""Sigma of the logarithm of every delay."""
STARS = {5: 0.62, 4: 0.24, 3: 0.09, 2: 0.03, 1: 0.02}


@dataclass(frozen=True, slots=True)
class Intention:
    """Somebody (`by` a staff id, None the resident) means to do something at a moment."""

    at: datetime
    action: str
    by: int | None = None


@dataclass(slots=True)
class People:
    """Everybody's habits. `dice` decides all of it."""

    dice: random.Random
    town: Town

    def intentions(self, ticket: Ticket, event: Event) -> Iterator[Intention]:
        """What people mean to do, now that this has happened."""
        meant = _MEANT.get(event.type)
        if meant is not None:
            yield from meant(self, ticket, event)

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def soon(self, ticket: Ticket, event: Event, urgent: timedelta, ordinary: timedelta, by: int | None) -> datetime:
        """After a delay with this median: on the wall for what is urgent, else in working time. Lazy ones take long."""
        share = self.dice.lognormvariate(0, SPREAD) * (6 if by in self.town.lazy else 1)
        return event.at + share * urgent if ticket.urgent else add_working_time(event.at, share * ordinary)

    def leisure(self, event: Event, median: timedelta) -> datetime:
        """When a resident finds the time: mostly by day, one in twenty at night."""
        at = event.at + self.dice.lognormvariate(0, SPREAD) * median
        morning = quiet_until(at)
        return at if morning is None or self.chance(0.05) else morning + self.dice.random() * 4 * HOUR


def _filed(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    if people.chance(0.02):
        yield Intention(people.leisure(event, 2 * DAY), "cancel")
    if people.chance(0.08):
        yield Intention(people.leisure(event, DAY), "say")


def _dispatched(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    holder = event.data["to"]
    lies = 0.5 if holder in people.town.lazy else 0.03
    if not people.chance(lies):
        action = "pass" if people.chance(0.06) else "accept"
        yield Intention(people.soon(ticket, event, 5 * MINUTE, 1.5 * HOUR, holder), action, holder)


def _accepted(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    action = people.dice.choices(("contact", "ask", "plan", "try", "done"), (50, 15, 20, 10, 5))[0]
    by = int(event.data["by"])
    yield Intention(people.soon(ticket, event, 25 * MINUTE, 0.5 * WORKING_DAY, by), action, by)


def _in_touch(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    action = "plan" if people.chance(0.6) else "done"
    yield Intention(people.soon(ticket, event, 2 * HOUR, WORKING_DAY, ticket.responsible), action, ticket.responsible)


def _tried(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    yield Intention(people.soon(ticket, event, HOUR, WORKING_DAY, ticket.responsible), "contact", ticket.responsible)


def _asked(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    if people.chance(0.7):
        yield Intention(people.leisure(event, 5 * HOUR), "say")


def _nudged(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    if people.chance(0.4):
        yield Intention(people.leisure(event, 8 * HOUR), "say")


def _planned(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    visit = ticket.planned_at or event.at
    late = people.dice.lognormvariate(0, SPREAD) * (2 * DAY if people.chance(0.06) else HOUR)
    action = "redate" if people.chance(0.05) else "done"
    yield Intention(max(event.at, visit) + late, action, ticket.responsible)


def _done(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    answer = people.dice.random()
    if answer < 0.7:
        yield Intention(people.leisure(event, 8 * HOUR), "unsolved" if answer < 0.06 else "solved")


def _asked_again(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    if people.chance(0.4):
        yield Intention(people.leisure(event, 8 * HOUR), "unsolved" if people.chance(0.1) else "solved")


def _solved(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    if people.chance(0.7):
        yield Intention(people.leisure(event, 10 * MINUTE), "rate")


def _rated(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    if event.data["stars"] <= 2 and people.chance(0.7):
        yield Intention(add_working_time(event.at, people.dice.lognormvariate(0, SPREAD) * 4 * HOUR), "call-back")
    elif event.data["stars"] <= 2 and people.chance(0.3):
        yield Intention(people.leisure(event, DAY), "unsolved")


def _reminded(people: People, ticket: Ticket, event: Event) -> Iterator[Intention]:
    """A reminder makes most people go on; a level told makes most of them, or takes the ticket over."""
    clock, told = event.data["clock"], event.data.get("to")
    if clock == "callback":
        yield Intention(add_working_time(event.at, HOUR), "call-back")
    elif event.type == "overdue" and told is not None and told != ticket.responsible and people.chance(0.25):
        yield Intention(people.soon(ticket, event, 10 * MINUTE, 2 * HOUR, told), "take-over", told)
    elif people.chance(0.3 if ticket.responsible in people.town.lazy else 0.7):
        action = "accept" if clock == "accept" else "done" if clock in ("finish", "visit") else "contact"
        at = people.soon(ticket, event, 10 * MINUTE, 2 * HOUR, None)
        yield Intention(at, action, ticket.responsible)


Meaning = Callable[[People, Ticket, Event], Iterator[Intention]]
_MEANT: Mapping[str, Meaning] = {
    "filed": _filed,
    "dispatched": _dispatched,
    "accepted": _accepted,
    "contacted": _in_touch,
    "said": _in_touch,
    "no-answer": _in_touch,
    "tried": _tried,
    "asked": _asked,
    "nudged": _nudged,
    "planned": _planned,
    "redated": _planned,
    "done": _done,
    "asked-again": _asked_again,
    "solved": _solved,
    "rated": _rated,
    "reminded": _reminded,
    "overdue": _reminded,
}
