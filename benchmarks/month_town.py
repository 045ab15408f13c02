"""The invented town of `benchmarks.month`: who is on the roster, when they are there, and what befalls the program."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from casework.shift import Absence, Shift
from casework.staff import PREFECTURE, Role, Staff
from storage import roster, staff

PLACES = Path(__file__).parents[1] / "catalogue" / "data" / "places.json"
START = datetime(2026, 9, 20, 16, tzinfo=UTC)
"""Monday 2026-09-21, midnight in Beijing: Mid-Autumn on the 25th, the National Day's week from 1 October."""
WEIGHTS = (0.34, 0.14, 0.12, 0.14, 0.14, 0.08, 0.04)
"""Each county's share of the people, in the order of the codes."""
PEOPLE_A_TOWNSHIP, PEOPLE_A_WORKER = 190, 110
SURNAMES, NAMES = "王李张刘陈杨赵黄周吴", "芳娜敏静丽强磊军洋勇"
AWAY, WITH_SUBSTITUTE, LAZY = 0.2, 0.5, 0.08
"""Shares: of workers who are away for some days, of absences with a substitute, of workers who let things lie."""
HOLIDAY = "休假"
WHOLE_WEEK, WORKING_WEEK = (1, 2, 3, 4, 5, 6, 7), (1, 2, 3, 4, 5)


@dataclass(frozen=True, slots=True)
class Plan:
    """What befalls the program, as moments; the month ends at `end`, and what was begun may finish until `last`."""

    start: datetime
    end: datetime
    last: datetime
    outage: tuple[datetime, datetime]
    cold: tuple[datetime, datetime]
    set_back: tuple[datetime, datetime]
    training: tuple[datetime, datetime]

    def running(self, at: datetime) -> bool:
        """Whether the program runs."""
        return not self.outage[0] <= at < self.outage[1]


def plan(days: int, tail: int) -> Plan:
    """Six hours without power, two days of cold, the clock set back by twenty minutes, and a day on which a whole
    county's staff are at a training (for three hours the prefecture's officers too)."""

    def day(share: float, hours: float = 0) -> datetime:
        return START + timedelta(days=int(days * share), hours=hours)

    end = START + timedelta(days=days)
    return Plan(
        start=START,
        end=end,
        last=end + timedelta(days=tail),
        outage=(day(0.4, 18), day(0.4, 24)),
        cold=(day(0.65), day(0.65, 48)),
        set_back=(day(0.5, 12), day(0.5, 12) - timedelta(minutes=20)),
        training=(day(0.3, 9), day(0.3, 21)),
    )


@dataclass(slots=True)
class Town:
    """`places` are county, weight and villages of each; `equals` groups of workers between whom nothing differs."""

    places: list[tuple[str, float, list[str]]]
    people: list[Staff] = field(default_factory=list)
    equals: list[list[int]] = field(default_factory=list)
    lazy: set[int] = field(default_factory=set)
    absences: list[Absence] = field(default_factory=list)

    def person(self, staff_id: int | None) -> Staff | None:
        """By id; ids count from 1."""
        return self.people[staff_id - 1] if staff_id else None

    def away(self, staff_id: int, at: datetime) -> Absence | None:
        return next((each for each in self.absences if each.staff == staff_id and each.holds(at)), None)


@cache
def counties() -> list[dict[str, Any]]:
    """The seven counties with townships and villages."""
    return list(json.loads(PLACES.read_text("utf-8"))["counties"])


async def settle_in(connection: AsyncConnection, dice: random.Random, people: int, given: Plan) -> Town:
    """Hire everybody, and write down their shifts and absences."""
    town, shifts = Town([]), []
    for county, weight in zip(counties(), WEIGHTS, strict=True):
        townships = county["townships"][: max(1, round(people * weight / PEOPLE_A_TOWNSHIP))]
        each = max(1, round(people * weight / len(townships) / PEOPLE_A_WORKER))
        town.places.append((county["code"], weight, [v["code"] for t in townships for v in t["villages"]]))
        for area, role, number in _posts(county["code"], [t["code"] for t in townships], each):
            hired = [await _hire(connection, town, dice, role, area) for _ in range(number)]
            if role is Role.WORKER:
                town.equals.append(hired)
        shifts += _shifts(town.equals[-1])
        # The one of the night is nobody's equal.
        town.equals[-1].pop()
    for _ in range(2):
        await _hire(connection, town, dice, Role.PREFECTURE, PREFECTURE)
    town.absences = list(_absences(town, dice, given))
    await roster.keep(connection, shifts, [], town.absences)
    return town


def _posts(county: str, townships: Sequence[str], each: int) -> Iterator[tuple[str, Role, int]]:
    """Area, role and number; the county's own workers come last."""
    for township in townships:
        yield township, Role.TOWNSHIP, 1
        yield township, Role.WORKER, each
    yield county, Role.COUNTY, 1
    yield county, Role.WORKER, 3


async def _hire(connection: AsyncConnection, town: Town, dice: random.Random, role: Role, area: str) -> int:
    name = dice.choice(SURNAMES) + dice.choice(NAMES) + dice.choice(NAMES)
    languages = ("zh", *(code for code in ("kk", "ug") if dice.random() < 0.2))
    skills = ("daily-care", "capability") if role is Role.WORKER and len(area) == 9 and dice.random() < 0.1 else ()
    person = await staff.add(connection, name, role, area, languages, skills=skills)
    town.people.append(person)
    if role is Role.WORKER and dice.random() < LAZY:
        town.lazy.add(person.id)
    return person.id


def _shifts(workers: Sequence[int]) -> list[Shift]:
    """A county's own workers: two by day on working days, one by night and on holidays."""
    by_day = [Shift(worker, WORKING_WEEK, time(10), time(20)) for worker in workers[:-1]]
    return [*by_day, Shift(workers[-1], WHOLE_WEEK, time(20), time(10), holidays=True)]


def _absences(town: Town, dice: random.Random, given: Plan) -> Iterator[Absence]:
    workers = [person.id for person in town.people if person.role is Role.WORKER]
    for person in dice.sample(workers, round(len(workers) * AWAY)):
        first = given.start + dice.random() * (given.end - given.start)
        others = [worker for worker in workers if worker != person]
        substitute = dice.choice(others) if dice.random() < WITH_SUBSTITUTE else None
        yield Absence(person, first, first + timedelta(days=dice.randint(1, 7)), HOLIDAY, substitute)
    first, last = given.training
    for member in town.people:
        if member.area.startswith(town.places[-1][0]):
            yield Absence(member.id, first, last, "培训")
        elif member.role is Role.PREFECTURE:
            yield Absence(member.id, first + timedelta(hours=2), first + timedelta(hours=5), "会")
