"""How long each step of a ticket may take: read from a data file, over which a county may lay its own, and checked."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.calendar import add_working_time, working_day, working_time_between
from casework.rule_file import RuleFileError, read_table
from casework.staff import Role

CLOCKS_FILE = Path(__file__).parent / "data" / "clocks.toml"
STEPS = ("accept", "contact", "answer", "finish", "visit")
_UNITS = {"s": timedelta(seconds=1), "m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1)}
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)")
_SPAN = re.compile(r"(\d+)(s|m|h|wd|d)")
_OFFICES = (Role.TOWNSHIP, Role.COUNTY, Role.PREFECTURE)
_LENGTHS = 'Write a number and s, m, h, d or wd, for example "15m" or "3wd".'


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, on the wall or of working time."""

    amount: timedelta
    working: bool = False

    def after(self, start: datetime) -> datetime:
        """The moment when this much has passed since `start`."""
        return add_working_time(start, self.amount) if self.working else start + self.amount

    def passed(self, start: datetime, end: datetime) -> timedelta:
        """How much passed between two moments, counted as this span counts."""
        return working_time_between(start, end) if self.working else max(end - start, timedelta())

    def part(self, share: float) -> Span:
        """A share of it."""
        return Span(self.amount * share, self.working)


@dataclass(frozen=True, slots=True)
class Pace:
    """Everything the data file says. `steps` and `levels` by "urgent" and "ordinary"; `services`: what differs there
    for ordinary tickets, by service code. `eve`: when on the day before a visit both sides are reminded, from midnight
    in Beijing; `grace`: how long a series may be short before the county is told."""

    remind: float
    steps: Mapping[str, Mapping[str, Span]]
    levels: Mapping[str, Mapping[Role, Span]]
    services: Mapping[str, Mapping[str, Span]]
    resident: tuple[Span, int]
    rating: tuple[Span, int]
    callback: Span
    eve: timedelta
    grace: Span

    def step(self, name: str, *, urgent: bool, services: Iterable[str]) -> Span | None:
        """How long a step may take; None where there is no such clock. Of several services the shortest counts."""
        if urgent:
            return self.steps["urgent"].get(name)
        own = [self.services[code][name] for code in services if name in self.services.get(code, {})]
        return min(own, key=lambda span: span.amount) if own else self.steps["ordinary"].get(name)

    def level(self, role: Role, *, urgent: bool) -> Span:
        """How long a level has before the next one is told."""
        return self.levels["urgent" if urgent else "ordinary"][role]


def read_pace(path: Path = CLOCKS_FILE, services: Collection[str] = ()) -> Pace:
    """The built-in values, and those of the file in their place; `services` are the codes it may name (none: any).

    Raises RuleFileError for a file that cannot be read, an entry that is unknown and a length that is none."""
    own = read_table(path)
    table = _merged(path, read_table(CLOCKS_FILE), own)
    for code in own.get("service", {}):
        if services and code not in services:
            raise RuleFileError(path, f"service.{code}", "there is no such service", f"Take one of {_list(services)}.")

    def span(where: str, value: Any) -> Span:
        match = _SPAN.fullmatch(value) if isinstance(value, str) else None
        if match is None or not int(match[1]):
            raise RuleFileError(path, where, f"{value!r} is no length of time", _LENGTHS)
        working = match[2] == "wd"
        return Span(int(match[1]) * (working_day() if working else _UNITS[match[2]]), working)

    def spans(where: str, known: Iterable[str], needed: Iterable[str]) -> dict[str, Span]:
        section: Mapping[str, Any] = table
        for part in where.split("."):
            section = section.get(part, {})
        wrong = [name for name in section if name not in known] + [name for name in needed if name not in section]
        if wrong:
            raise RuleFileError(path, where, f"{wrong[0]} is missing or unknown", _LENGTHS)
        return {name: span(f"{where}.{name}", value) for name, value in section.items()}

    def repeated(where: str) -> tuple[Span, int]:
        section = table.get(where, {})
        times = section.get("times")
        if not isinstance(times, int) or times < 1:
            raise RuleFileError(path, where, f"times is {times!r}, no number from 1 on", _LENGTHS)
        return span(f"{where}.every", section.get("every")), times

    def time_of_day(where: str, value: Any) -> timedelta:
        match = _TIME.fullmatch(value) if isinstance(value, str) else None
        if match is None:
            raise RuleFileError(path, where, f'{value!r} is no time of day such as "17:00"', _LENGTHS)
        return timedelta(hours=int(match[1]), minutes=int(match[2]))

    offices = [role.value for role in _OFFICES]
    levels = {kind: spans(f"level.{kind}", offices, offices) for kind in ("urgent", "ordinary")}
    needed = ("accept", "contact", "finish", "visit")
    remind = table["remind"]
    if isinstance(remind, bool) or not isinstance(remind, int | float) or not 0 < remind <= 1:
        raise RuleFileError(path, "remind", f"{remind!r} is no share of the time", "Write for example 0.75.")
    return Pace(
        remind=float(remind),
        steps={kind: spans(kind, STEPS, needed) for kind in ("urgent", "ordinary")},
        levels={kind: {Role(name): value for name, value in own.items()} for kind, own in levels.items()},
        services={code: spans(f"service.{code}", STEPS, ()) for code in table["service"]},
        resident=repeated("resident"),
        rating=repeated("rating"),
        callback=span("callback.within", table.get("callback", {}).get("within")),
        eve=time_of_day("visits.eve", table.get("visits", {}).get("eve")),
        grace=span("visits.grace", table.get("visits", {}).get("grace")),
    )


@lru_cache(maxsize=1)
def pace() -> Pace:
    """The built-in pace, read once: that of every county which has no file of its own."""
    return read_pace()


def _merged(path: Path, base: Mapping[str, Any], own: Mapping[str, Any], where: tuple[str, ...] = ()) -> dict[str, Any]:
    """`own` over `base`, section by section. What `base` does not know would be a wish nobody heeds: it is refused."""
    merged = dict(base)
    for name, value in own.items():
        place, of_services = ".".join((*where, name)), where[:1] == ("service",)
        if name not in base and name not in STEPS and not of_services:
            raise RuleFileError(path, place, "there is no such entry", f"Take one of {_list(base)}, or leave it out.")
        section = isinstance(base.get(name), Mapping) or where == ("service",)
        if section != isinstance(value, Mapping):
            problem = f"it is {'no section' if section else 'a section'}"
            raise RuleFileError(path, place, problem, f"Write it as {CLOCKS_FILE.name} of the program does.")
        merged[name] = _merged(path, base.get(name, {}), value, (*where, name)) if section else value
    return merged


def _list(names: Iterable[str]) -> str:
    return ", ".join(names)
