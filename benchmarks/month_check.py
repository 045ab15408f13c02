"""Did anybody fall through? Told from the stored rows alone: python -m benchmarks.month_check FOLDER

Reads month.sqlite and month.json (what was done to the program on purpose) of a folder that `benchmarks.month` has
filled. Knows nothing of casework: who is responsible, pauses and deadlines are worked out again in `month_rules`.
Prints a line for each violation and ends with status 1 when there is one.
"""

from __future__ import annotations

import argparse
import json
import sqlite3
import sys
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

from benchmarks.month_rules import ENDS, FIRES, Thread, is_quiet
from storage.seal import KeyRing

SLACK = 0.001
"""Seconds within which two moments are the same."""
STILL_AWAKE = 3600.0
LOOKED_AT = 10.0
"""Seconds until the server looks again by itself."""
Rows = list[sqlite3.Row]
SEALED = b"ticket_event.data"
"""What the column with an event's data is sealed as."""


@dataclass(frozen=True, slots=True)
class Happened:
    """An event; `at` in seconds."""

    type: str
    at: float
    actor: str
    data: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Told:
    """A message; `left` is when it may leave."""

    ticket: str
    to: str
    created: float
    left: float


@dataclass(frozen=True, slots=True)
class Facts:
    """What the run did to the program: times without power, the clock set back (at, to), and the end."""

    outages: Sequence[tuple[float, float]]
    set_back: Sequence[tuple[float, float]]
    end: float

    def possible(self, at: float) -> float:
        """The first moment from `at` on at which the program runs."""
        return next((end for begin, end in self.outages if begin <= at < end), at)


class Presence:
    """Who covers a place, and when they are away."""

    def __init__(self, staff: Rows, absences: Rows) -> None:
        self._areas = {row["id"]: row["area"] for row in staff if row["active"]}
        self._away: dict[int, list[tuple[float, float, int | None]]] = defaultdict(list)
        for row in absences:
            self._away[row["staff_id"]].append((seconds(row["first"]), seconds(row["last"]), row["substitute"]))
        self.moments = sorted({moment for spans in self._away.values() for span in spans for moment in span[:2]})

    def away(self, person: int, at: float) -> tuple[float, float, int | None] | None:
        return next((span for span in self._away.get(person, ()) if span[0] <= at < span[1]), None)

    def there(self, place: str, at: float) -> set[int]:
        """Everybody who answers for a place at this moment, for themselves or as a substitute."""
        found = set()
        for person, area in self._areas.items():
            holder: int | None = person
            seen: set[int | None] = set()
            while place.startswith(area) and holder is not None and holder not in seen:
                seen.add(holder)
                span = self.away(holder, at)
                if span is None:
                    found.add(holder)
                    break
                holder = span[2]
        return found

    def changes(self, begin: float, end: float) -> Iterator[float]:
        """The begin, and each moment before the end at which somebody went or came back."""
        yield begin
        yield from self.moments[bisect_right(self.moments, begin) : bisect_right(self.moments, end - SLACK)]


def seconds(text: str) -> float:
    return datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()


def responsible(events: Sequence[Happened], presence: Presence, facts: Facts) -> Iterator[str]:
    """At no moment is an open ticket with nobody, or with somebody away, while somebody else is there for it."""
    it = Thread()
    for event, ends in zip(events, [*(event.at for event in events[1:]), facts.end], strict=True):
        it.take(event.type, event.at, event.actor, event.data)
        if it.state in ("done", "closed", "cancelled"):
            continue
        for moment in presence.changes(event.at, ends):
            began = facts.possible(moment)
            if began + LOOKED_AT >= ends:
                continue
            span = presence.away(it.holder, began) if it.holder is not None else None
            waits = span is not None and it.visit is not None and it.visit >= span[1]
            if (it.holder is None or (span and not waits)) and presence.there(it.place, began) - it.passed:
                yield f"with {it.holder or 'nobody'} who is not there, since {when(began)}"


def never_again(events: Sequence[Happened]) -> Iterator[str]:
    """Whoever passed a ticket on, or let it lie until it was passed on, does not get it before it is reopened."""
    passed: set[int] = set()
    for event in events:
        if event.type in ("passed", "unanswered"):
            passed.add(event.data["by"])
        elif event.type == "unsolved":
            passed.clear()
        elif event.type == "dispatched" and event.data["to"] in passed:
            yield f"given again to {event.data['to']} who had passed it on, at {when(event.at)}"


def clocks(events: Sequence[Happened], facts: Facts) -> Iterator[str]:
    """Each deadline that passed has its step, at its time and once; no step has a deadline of its own making."""
    it, before, done = Thread(), 0.0, set()
    for event in events:
        step = (event.data.get("clock"), event.data.get("due")) if event.type in (*FIRES, *ENDS) else None
        dues = it.dues()
        if step is not None:
            yield from _one_step(event, step, dues, done, facts.possible(max(before, seconds(step[1]))))
            done.add(step)
        # At the moment itself people may come first; what is left over shows at the next event.
        late = {clock: at for clock, at in dues.items() if facts.possible(at) < event.at - SLACK}
        for clock in late if step is None else [c for c in late if late[c] < late.get(str(step[0]), event.at) - SLACK]:
            if facts.possible(max(late[clock], before)) < event.at - SLACK:
                yield f"{clock} was due at {when(late[clock])} and nothing happened before {when(event.at)}"
        it.take(event.type, event.at, event.actor, event.data)
        before = event.at
    for clock, at in it.dues().items():
        if facts.possible(max(at, before)) < facts.end - SLACK:
            yield f"{clock} was due at {when(at)} and nothing happened"


def _one_step(
    event: Happened, step: tuple[Any, Any], dues: Mapping[str, float], done: set[Any], latest: float
) -> Iterator[str]:
    clock, due = str(step[0]), seconds(step[1])
    if step in done:
        yield f"{event.type} of {clock} due at {when(due)} happened twice"
    elif clock not in dues:
        yield f"{event.type} at {when(event.at)} though the clock {clock} does not run"
    elif abs(dues[clock] - due) > SLACK:
        yield f"{event.type} of {clock} says due at {when(due)}, and it is due at {when(dues[clock])}"
    if event.at < due - SLACK:
        yield f"{event.type} of {clock} at {when(event.at)}, before it was due at {when(due)}"
    if event.at > latest + SLACK:
        yield f"{event.type} of {clock} came at {when(event.at)}, and could have come at {when(latest)}"


def in_order(events: Sequence[Happened], facts: Facts) -> Iterator[str]:
    """Times never go back but for the clock set back."""
    for first, second in pairwise(events):
        excused = any(first.at <= at + SLACK and second.at >= to - SLACK for at, to in facts.set_back)
        if second.at < first.at - SLACK and not excused:
            yield f"{second.type} at {when(second.at)} stands after {first.type} at {when(first.at)}"


def informed(events: Sequence[Happened], told: Sequence[Told]) -> Iterator[str]:
    """Whoever a step names was told of it at that moment."""
    reporter = events[0].data["reporter"]
    heard = {(each.to, each.created) for each in told}
    for event in events:
        person = event.data.get("by" if event.type == "unanswered" else "to")
        to = reporter if event.type in ("nudged", "asked-again", "unconfirmed") else person and f"desk:{person}"
        if event.type in (*FIRES, *ENDS, "dispatched") and to and (to, event.at) not in heard:
            yield f"{event.type} at {when(event.at)}: nobody told {to}"


def quiet(events: Sequence[Happened], told: Sequence[Told], heard: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """Nothing that can wait leaves at night for somebody who had not written within the hour."""
    urgent = bool(events[0].data.get("urgent"))
    for each in told:
        if urgent or each.to.startswith("desk:") or not is_quiet(each.left):
            continue
        wrote = heard.get(each.to, ())
        index = bisect_right(wrote, each.left) - 1
        if index < 0 or each.left - wrote[index] > STILL_AWAKE:
            yield f"a message left for {each.to} at {when(each.left)}, at night"


def when(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="seconds")


def check(folder: Path) -> list[str]:
    """All violations, each with its ticket's number."""
    plain = json.loads((folder / "month.json").read_text("utf-8"))
    facts = Facts([tuple(s) for s in plain["outages"]], [tuple(s) for s in plain["set_back"]], plain["end"])
    database = sqlite3.connect(folder / "month.sqlite")
    database.row_factory = sqlite3.Row
    ring = KeyRing([bytes.fromhex((folder / "month.key").read_text())])
    threads, told, heard = _threads(database, ring), _told(database), _heard(database)
    presence = Presence(_rows(database, "staff"), _rows(database, "staff_absence"))
    database.close()
    found = []
    for number, events in threads.items():
        mine = told.get(number, [])
        for problems in (
            responsible(events, presence, facts),
            never_again(events),
            clocks(events, facts),
            in_order(events, facts),
            informed(events, mine),
            quiet(events, mine, heard),
        ):
            found += [f"{number}: {problem}" for problem in problems]
    return found


def _rows(database: sqlite3.Connection, table: str) -> Rows:
    return database.execute(f"SELECT * FROM {table} ORDER BY id").fetchall()


def _threads(database: sqlite3.Connection, ring: KeyRing) -> dict[str, list[Happened]]:
    numbers = {row["id"]: row["number"] for row in _rows(database, "ticket")}
    threads: dict[str, list[Happened]] = defaultdict(list)
    query = "SELECT * FROM ticket_event ORDER BY ticket_id, position"
    for row in database.execute(query):
        event = Happened(row["type"], seconds(row["at"]), row["actor"], json.loads(ring.open(row["data"], SEALED)))
        threads[numbers[row["ticket_id"]]].append(event)
    return threads


def _told(database: sqlite3.Connection) -> dict[str, list[Told]]:
    found: dict[str, list[Told]] = defaultdict(list)
    for row in _rows(database, "outbox"):
        to = f"{row['channel']}:{row['conversation']}"
        found[row["ticket"]].append(Told(row["ticket"], to, seconds(row["created_at"]), seconds(row["due_at"])))
    return found


def _heard(database: sqlite3.Connection) -> dict[str, list[float]]:
    found: dict[str, list[float]] = defaultdict(list)
    for row in database.execute("SELECT channel, conversation, at FROM inbox ORDER BY at"):
        found[f"{row['channel']}:{row['conversation']}"].append(seconds(row["at"]))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    """Print every violation; 1 when there is one."""
    parser = argparse.ArgumentParser(description="check the rows of a simulated month")
    parser.add_argument("folder", type=Path, help="what `python -m benchmarks.month --folder` filled")
    folder = parser.parse_args(arguments).folder
    if not (folder / "month.json").is_file():
        parser.error(f"{folder} holds no month: fill it with `python -m benchmarks.month --folder {folder}`")
    found = check(folder)
    print("\n".join([*found, f"checked: {len(found)} violations"]))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
