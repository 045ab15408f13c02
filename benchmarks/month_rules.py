"""The clocks of a ticket told a second time, for the checker: plain sums over lines of time, without casework's code.

Moments are seconds since 1970 (UTC). Working time is a list of spans laid end to end: how much of it lies before a
moment is one line, its inverse another, and a deadline is a point on them.
"""

from __future__ import annotations

import tomllib
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

CLOCKS = Path(__file__).parents[1] / "casework" / "data" / "clocks.toml"
BEIJING, HOUR, DAY = 8 * 3600, 3600.0, 86400.0
OFFICE = ((10, 14), (16, 20))
QUIET = (22, 8)
OFF = "0925 1001 1002 1003 1004 1005 1006 1007"
"""Holidays of the autumn of 2026, by the State Council's notice; the checker knows no other time."""
WORKED = "0920 1010"
FIRST, LAST = date(2026, 9, 1), date(2027, 3, 1)
UNITS = {"m": 60.0, "h": HOUR, "d": DAY, "wd": 8 * HOUR}


@dataclass(frozen=True, slots=True)
class Length:
    """So many seconds, on the wall or of working time."""

    seconds: float
    working: bool


def length(text: str) -> Length:
    """For example "15m" or "3wd"."""
    unit = text.lstrip("0123456789")
    return Length(int(text.removesuffix(unit)) * UNITS[unit], unit == "wd")


RULES: Mapping[str, Any] = tomllib.loads(CLOCKS.read_text("utf-8"))


def _working_spans() -> tuple[list[float], list[float], list[float]]:
    """Begins, ends, and how much working time lies before each begin."""
    begins, ends, before, total = [], [], [], 0.0
    for number in range((LAST - FIRST).days):
        day = FIRST + timedelta(number)
        name = day.strftime("%m%d")
        if (name in OFF.split() or day.weekday() >= 5) and name not in WORKED.split():
            continue
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp() - BEIJING
        for begin, end in OFFICE:
            begins.append(midnight + begin * HOUR)
            ends.append(midnight + end * HOUR)
            before.append(total)
            total += (end - begin) * HOUR
    return begins, ends, before


_BEGINS, _ENDS, _BEFORE = _working_spans()


def worked(at: float) -> float:
    """How much working time lies before a moment."""
    index = bisect_right(_BEGINS, at) - 1
    return _BEFORE[index] + min(at, _ENDS[index]) - _BEGINS[index] if index >= 0 else 0.0


def when_worked(amount: float) -> float:
    """The first moment before which so much working time lies."""
    index = max(bisect_left(_BEFORE, amount) - 1, 0)
    return _BEGINS[index] + amount - _BEFORE[index]


def after(start: float, span: Length, share: float = 1.0, pauses: Iterable[tuple[float, float]] = ()) -> float:
    """When a share of a length has passed since `start`, the pauses not counted."""
    line, back = (worked, when_worked) if span.working else (float, float)
    goal = line(start) + span.seconds * share
    for begin, end in pauses:
        if line(begin) >= goal:
            break
        goal += max(0.0, line(end) - line(begin))
    return back(goal)


def is_quiet(at: float) -> bool:
    """Whether residents are left in peace."""
    hour = (at + BEIJING) % DAY / HOUR
    return hour >= QUIET[0] or hour < QUIET[1]


def awake(at: float) -> float:
    """The same moment by day, else the morning after."""
    if not is_quiet(at):
        return at
    local = at + BEIJING
    morning = local - local % DAY + QUIET[1] * HOUR
    return (morning if morning > local else morning + DAY) - BEIJING


@dataclass(slots=True)
class Thread:
    """What the checker knows of a ticket so far; `at` of each event is in seconds."""

    urgent: bool = False
    services: Sequence[str] = ()
    place: str = ""
    reporter: str = ""
    state: str = "cancelled"
    holder: int | None = None
    passed: set[int] = field(default_factory=set)
    opened: float = 0.0
    touched: bool = False
    handed: float = 0.0
    visit: float | None = None
    asked: float | None = None
    nudged_from: float = 0.0
    done: float = 0.0
    low: float | None = None
    question: float | None = None
    pauses: list[tuple[float, float]] = field(default_factory=list)
    fired: dict[str, int] = field(default_factory=dict)
    fired_at: dict[str, float] = field(default_factory=dict)

    def take(self, kind: str, at: float, actor: str, data: Mapping[str, Any]) -> None:
        """One more event."""
        if kind in FIRES and data.get("clock"):
            self.fired[data["clock"]] = self.fired.get(data["clock"], 0) + 1
            self.fired_at[data["clock"]] = at
        answered = kind in ("no-answer", "contacted") or (kind == "said" and actor.startswith("resident:"))
        if self.question is not None and answered:
            self.pauses.append((self.question, at))
            self.question = None
        if answered or kind == "done":
            self.asked = None
        known = _TAKES.get(kind)
        if known is not None:
            known(self, at, data)

    def dues(self) -> dict[str, float]:
        """Each clock that runs, and when it is up next."""
        if self.state == "done":
            return {"rating": self._of_resident("rating", self.done)}
        if self.state in ("closed", "cancelled"):
            return {"callback": self._callback()} if self.low is not None and self.state == "closed" else {}
        found = {}
        if self.state == "dispatched":
            found["accept"] = self._of_staff("accept", self.handed, ())
        if self.asked is not None:
            return {**found, "resident": self._of_resident("resident", self.asked)}
        if not self.touched:
            found["contact"] = self._of_staff("contact", self.opened, self.pauses)
            if self._length("answer"):
                found["answer"] = self._of_staff("answer", self.opened, self.pauses)
        if self.visit is None:
            found["finish"] = self._of_staff("finish", self.opened, self.pauses)
        else:
            found["visit"] = self._of_staff("visit", self.visit, ())
        return found

    def _length(self, clock: str) -> Length | None:
        own = [RULES["service"][s][clock] for s in self.services if clock in RULES["service"].get(s, {})]
        if own and not self.urgent:
            return min(map(length, own), key=lambda each: each.seconds)
        text = RULES["urgent" if self.urgent else "ordinary"].get(clock)
        return length(text) if text else None

    def _of_staff(self, clock: str, start: float, pauses: Sequence[tuple[float, float]]) -> float:
        """Three quarters first, then the whole, then a level's time more each time."""
        times, span = self.fired.get(clock, 0), self._length(clock)
        at = after(start, span, RULES["remind"] if times == 0 else 1.0, pauses)
        levels = RULES["level"]["urgent" if self.urgent else "ordinary"]
        for number in range(1, times):
            at = after(at, length(levels[("township", "county", "prefecture")[min(number, 3) - 1]]))
        # The prefecture hears of it again so long after it last did, however many times were missed.
        return max(at, after(self.fired_at[clock], length(levels["prefecture"]))) if times > 3 else at

    def _of_resident(self, clock: str, start: float) -> float:
        at = start + length(RULES[clock]["every"]).seconds * (self.fired.get(clock, 0) + 1)
        return at if clock == "resident" and self.urgent else awake(at)

    def _callback(self) -> float:
        times, every = self.fired.get("callback", 0), length(RULES["level"]["ordinary"]["prefecture"])
        at = after(self.low or 0.0, length(RULES["callback"]["within"]))
        for _ in range(times):
            at = after(at, every)
        return max(at, after(self.fired_at["callback"], every)) if times > 1 else at


FIRES = ("reminded", "overdue", "nudged", "asked-again")
ENDS = ("unanswered", "no-answer", "unconfirmed")
"""What ends a clock when it fires."""


def _filed(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    need = data["need"]
    it.urgent, it.services, it.place = bool(data.get("urgent")), need.get("services", ()), need.get("place", "6523")
    it.reporter, it.opened, it.state = data["reporter"], at, "waiting"


def _dispatched(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.state, it.holder, it.handed, it.visit = "dispatched", data["to"], at, None
    it.fired["accept"] = it.fired["visit"] = 0


def _accepted(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.state, it.holder = "accepted", data["by"]


def _left(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.state, it.holder = "waiting", None
    if "by" in data:
        it.passed.add(data["by"])


def _planned(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    _redated(it, at, data)
    it.state, it.touched = "planned", True


def _redated(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.visit = datetime.fromisoformat(data["when"]).timestamp() if data.get("when") else None
    it.fired["visit"] = 0


def _asked(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.touched, it.asked, it.fired["resident"] = True, at, 0
    if it.question is None:
        it.question = at


def _done(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.state, it.touched, it.done, it.fired["rating"] = "done", True, at, 0


def _unsolved(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.state, it.opened, it.touched, it.low = "waiting", at, False, None
    it.holder, it.passed, it.pauses, it.question = None, set(), [], None
    it.fired = {}


def _rated(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.state, it.low, it.fired["callback"] = "closed", at if data["stars"] <= 2 else None, 0


def _touched(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.touched = True


def _state(word: str) -> Any:
    def take(it: Thread, at: float, data: Mapping[str, Any]) -> None:
        it.state = word

    return take


def _called(it: Thread, at: float, data: Mapping[str, Any]) -> None:
    it.low = None


_TAKES: Mapping[str, Any] = {
    "filed": _filed,
    "dispatched": _dispatched,
    "accepted": _accepted,
    "passed": _left,
    "unanswered": _left,
    "unassigned": _left,
    "planned": _planned,
    "redated": _redated,
    "asked": _asked,
    "contacted": _touched,
    "done": _done,
    "unsolved": _unsolved,
    "rated": _rated,
    "called-back": _called,
    "solved": _state("closed"),
    "unconfirmed": _state("closed"),
    "cancelled": _state("cancelled"),
}
