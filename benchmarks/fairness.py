"""How evenly a month of tickets spreads over a county: python -m benchmarks.fairness

Twenty invented workers of Mulei county with different areas, shifts, languages and services; six hundred tickets in
thirty days, the same for every way of choosing: as dispatch does it, at random among the workers who cover the place,
and the nearest (of equally near ones the first). A ticket stays open for some days. Nothing here is a measurement of
real people: it shows what the rule makes of a plausible roster. Whoever is alone on duty gets what comes then, so a
rule that asks who is on duty cannot spread tickets wholly evenly.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from statistics import fmean, pstdev

from casework.calendar import BEIJING
from casework.dispatch import Past, choose
from casework.duty import Matter, Roster
from casework.shift import Shift
from casework.skill import CATEGORY
from casework.staff import Role, Staff
from catalogue.place import Gazetteer

COUNTY = "652328"
SEED = 20260301
BEGIN = datetime(2026, 3, 1, tzinfo=BEIJING)
DAYS, TICKETS = 30, 600
URGENT, KAZAKH, KNOWN = 0.08, 0.35, 0.3
AT_WEEKENDS = 0.4
"""Tickets of a weekend day, for each of a working day."""
OPEN_DAYS = 4.0
WEEK, WEEKEND, ALL = (1, 2, 3, 4, 5), (6, 7), (1, 2, 3, 4, 5, 6, 7)
PATTERNS = (
    (),
    ((WEEK, time(9), time(17)),),
    ((WEEK, time(12), time(20)),),
    ((WEEKEND, time(8), time(20)), ((1, 2), time(10), time(18))),
    ((ALL, time(20), time(8)),),
)


@dataclass(frozen=True, slots=True)
class Case:
    """One ticket to come. `family` stands for its reporter; `days` is how long it stays open."""

    at: datetime
    place: str
    matter: Matter
    family: int
    days: float


@dataclass(frozen=True, slots=True)
class Given:
    """A ticket and who got it."""

    case: Case
    staff: Staff


Chooser = Callable[[Case, Sequence[Given]], Staff]


def county() -> Roster:
    """Twenty workers: six for the whole county, the others for two townships and more; and the officers above them."""
    townships = [place.code for place in Gazetteer.load().children(COUNTY)]
    areas = [COUNTY] * 6 + [townships[n % 7] for n in range(14)]
    people, shifts = [], []
    for number, area in enumerate(areas, start=1):
        spoken = ("kk", "zh") if number % 3 == 0 else ("zh",)
        skills = ("rehabilitation", "daily-care") if number % 5 == 0 else ()
        people.append(Staff(number, f"测试{number}", Role.WORKER, area, spoken, skills=skills))
        pattern = PATTERNS[number % 4 if number <= 17 else 4]
        shifts += [Shift(number, days, start, end, holidays=True) for days, start, end in pattern]
    officers = [Staff(21, "测试县", Role.COUNTY, COUNTY), Staff(22, "测试州", Role.PREFECTURE, "6523")]
    return Roster([*people, *officers], shifts)


def month(chance: random.Random) -> list[Case]:
    """The tickets in order of time. Some families come again; some townships have more people than others."""
    townships = [place.code for place in Gazetteer.load().children(COUNTY)]
    weights = [1 / (1 + n / 3) for n in range(len(townships))]
    days = [BEGIN + timedelta(days=n) for n in range(DAYS)]
    busy = [AT_WEEKENDS if day.isoweekday() in WEEKEND else 1 for day in days]
    cases: list[Case] = []
    for number in range(TICKETS):
        hour = min(23.9, max(0.0, chance.gauss(14, 4)))
        at = (chance.choices(days, busy)[0] + timedelta(hours=hour)).astimezone(UTC)
        before = chance.choice(cases) if cases and chance.random() < KNOWN else None
        language = "kk-Arab" if chance.random() < KAZAKH else "zh"
        place = chance.choices(townships, weights)[0]
        matter = Matter((chance.choice(list(CATEGORY)),), chance.random() < URGENT, language, at)
        if before:
            place, matter = before.place, Matter(matter.services, matter.urgent, before.matter.language, at)
        family = before.family if before else number
        cases.append(Case(at, place, matter, family, chance.expovariate(1 / OPEN_DAYS)))
    return sorted(cases, key=lambda case: case.at)


def past(case: Case, given: Sequence[Given]) -> Past:
    """What the casebook would say."""
    load: Counter[int] = Counter()
    for each in given:
        if each.case.at + timedelta(days=each.case.days) > case.at:
            load[each.staff.id] += 2 if each.case.matter.urgent else 1
    served = {each.staff.id for each in given if each.case.family == case.family}
    return Past(load, Counter(each.staff.id for each in given), served)


def by_rule(roster: Roster) -> Chooser:
    def chosen(case: Case, given: Sequence[Given]) -> Staff:
        choice = choose(roster, case.place, matter=case.matter, past=past(case, given))
        assert choice is not None
        return choice.staff

    return chosen


def by_chance(roster: Roster, chance: random.Random) -> Chooser:
    return lambda case, given: chance.choice(covering(roster, case))


def by_nearness(roster: Roster) -> Chooser:
    return lambda case, given: min(covering(roster, case), key=lambda person: (-len(person.area), person.id))


def covering(roster: Roster, case: Case) -> list[Staff]:
    return [person for person in roster if person.role is Role.WORKER and person.covers(case.place)]


def play(cases: Sequence[Case], chooser: Chooser) -> list[Given]:
    """Who got what."""
    given: list[Given] = []
    for case in cases:
        given.append(Given(case, chooser(case, given)))
    return given


def report(roster: Roster, given: Sequence[Given]) -> list[str]:
    """One row: the spread over the workers, and how well the tickets were served."""
    workers = [person for person in roster if person.role is Role.WORKER]
    counts = Counter(each.staff.id for each in given)
    tickets = [counts[person.id] for person in workers]
    kazakh = [each for each in given if each.case.matter.language.startswith("kk")]
    on_duty = [
        roster.on_duty(each.staff, each.case.at, each.case.matter.services, urgent=each.case.matter.urgent)
        for each in given
    ]
    known = [n for n, each in enumerate(given) if any(e.case.family == each.case.family for e in given[:n])]
    same = [any(e.case.family == given[n].case.family and e.staff == given[n].staff for e in given[:n]) for n in known]
    peak = max(past(each.case, given[:n]).load[each.staff.id] + 1 for n, each in enumerate(given))
    return [
        str(max(tickets)),
        str(min(tickets)),
        f"{max(tickets) / min(tickets):.1f}" if min(tickets) else "-",
        f"{pstdev(tickets) / fmean(tickets):.2f}",
        f"{peak:.0f}",
        f"{fmean(on_duty):.0%}",
        f"{fmean('kk' in each.staff.languages for each in kazakh):.0%}",
        f"{fmean(same):.0%}",
        str(len(given) - sum(tickets)),
    ]


def main() -> None:
    roster, cases = county(), month(random.Random(SEED))
    ways = {
        "dispatch": by_rule(roster),
        "at random": by_chance(roster, random.Random(SEED)),
        "nearest only": by_nearness(roster),
    }
    head = ["", "most", "least", "max/min", "CV", "peak open", "on duty", "kk to kk", "same worker", "to officers"]
    print(f"{TICKETS} tickets in {DAYS} days over 20 workers; CV: coefficient of variation of tickets a worker")
    for row in [head, *([name, *report(roster, play(cases, way))] for name, way in ways.items())]:
        print("  ".join(f"{word:>12}" for word in row))


if __name__ == "__main__":
    main()
