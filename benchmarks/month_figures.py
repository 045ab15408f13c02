"""What a month came to, told from the stored threads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from statistics import mean, pstdev

from benchmarks.month_town import HOLIDAY, Town
from casework.staff import LEVELS
from casework.ticket import State, Ticket

CLOCKS = ("accept", "contact", "answer", "finish", "visit", "callback")
STARTS = {
    "accept": ("dispatched",),
    "contact": ("filed", "unsolved"),
    "answer": ("filed", "unsolved"),
    "finish": ("filed", "unsolved"),
    "visit": ("planned", "redated"),
    "callback": ("rated",),
}
"""What starts each clock."""
LATE = ("overdue", "unanswered")
HELD = ("dispatched", "accepted")


def lines(tickets: Sequence[Ticket], town: Town, end: datetime) -> Iterator[str]:
    """The report, one line each."""
    states = Counter(ticket.state for ticket in tickets)
    urgent = sum(ticket.urgent for ticket in tickets)
    yield f"tickets: {len(tickets)}, urgent {urgent}, with {sum(len(t.events) for t in tickets)} events"
    yield from _on_time(tickets)
    yield _by_level(tickets, town)
    yield from _moved(tickets)
    yield from _fairness(tickets, town)
    yield from _satisfaction(tickets)
    ended = states[State.CLOSED] + states[State.CANCELLED]
    confirmed = sum(any(e.type == "solved" for e in t.events) for t in tickets if t.state is State.CLOSED)
    yield (
        f"closed: {_share(ended, len(tickets))} (solved {confirmed}, not confirmed {states[State.CLOSED] - confirmed}, "
        f"cancelled {states[State.CANCELLED]}); open at the end {len(tickets) - ended}"
    )


def _on_time(tickets: Sequence[Ticket]) -> Iterator[str]:
    for urgent in (True, False):
        kind = "urgent" if urgent else "ordinary"
        counts = {clock: [0, 0] for clock in CLOCKS}
        for ticket in (each for each in tickets if each.urgent is urgent):
            for clock, late, _ in _runs(ticket):
                counts[clock][0] += 1
                counts[clock][1] += late
        told = [
            f"{c} {_share(n - late, n)} of {n}" for c, (n, late) in counts.items() if n and (c != "answer" or urgent)
        ]
        yield f"on time, {kind}: {', '.join(told)}"


def _by_level(tickets: Sequence[Ticket], town: Town) -> str:
    """Of whoever had the ticket when a clock began to run, or was given it then."""
    roles = {person.id: person.role for person in town.people}
    counts = {level: [0, 0] for level in LEVELS}
    for ticket in tickets:
        for _, late, holder in _runs(ticket):
            if holder is not None:
                counts[roles[holder]][0] += 1
                counts[roles[holder]][1] += late
    told = [f"{level.value} {_share(n - late, n)} of {n}" for level, (n, late) in counts.items() if n]
    return f"on time, by level: {', '.join(told)}"


def _runs(ticket: Ticket) -> Iterator[tuple[str, bool, int | None]]:
    """Each time a clock ran, whether its deadline passed, and who (staff id) had the ticket as it began."""
    for clock in CLOCKS:
        if clock == "callback":
            starts = [i for i, e in enumerate(ticket.events) if e.type == "rated" and int(e.data["stars"]) <= 2]
        else:
            starts = [i for i, event in enumerate(ticket.events) if event.type in STARTS[clock]]
        for first, last in zip(starts, [*starts, len(ticket.events)][1:], strict=True):
            late = any(e.type in LATE and e.data.get("clock") == clock for e in ticket.events[first:last])
            yield clock, late, _holder(ticket, first)


def _holder(ticket: Ticket, at: int) -> int | None:
    """Who had the ticket when the event `at` started a clock; at a new beginning whoever it was given to next."""
    anew = ticket.events[at].type in STARTS["finish"]
    events = ticket.events[at:] if anew else ticket.events[at::-1]
    return next((e.data["to" if e.type == "dispatched" else "by"] for e in events if e.type in HELD), None)


def _moved(tickets: Sequence[Ticket]) -> Iterator[str]:
    kinds = Counter(event.type for ticket in tickets for event in ticket.events)
    levels: Counter[str] = Counter(
        str(e.data.get("level", "nobody")) for t in tickets for e in t.events if e.type == "overdue"
    )
    yield (
        f"passed on {kinds['passed']}, passed by itself {kinds['unanswered']}, reminded {kinds['reminded']}, "
        f"reopened {kinds['unsolved']}, waited with nobody there {kinds['unassigned']}"
    )
    told = ", ".join(f"{level} {levels[level]}" for level in (*(each.value for each in LEVELS[1:]), "nobody"))
    yield f"told that something is late: {told}"


def _fairness(tickets: Sequence[Ticket], town: Town) -> Iterator[str]:
    """Tickets given to each of those between whom nothing differs: area, shifts, skills, days away, diligence."""
    given = Counter(e.data["to"] for t in tickets for e in t.events if e.type == "dispatched")
    away = {each.staff for each in town.absences if each.reason == HOLIDAY}
    unlike = {person.id for person in town.people if person.skills} | away | town.lazy
    spreads = [_spread(given, [each for each in group if each not in unlike]) for group in town.equals]
    known = [each for each in spreads if each is not None]
    if known:
        yield (
            f"fairness: in {len(known)} groups of equal workers the tickets of one differ from the group's mean by "
            f"{mean(each[0] for each in known):.1f} (standard deviation; mean {mean(each[1] for each in known):.1f})"
        )


def _spread(given: Mapping[int, int], group: Sequence[int]) -> tuple[float, float] | None:
    counts = [given.get(each, 0) for each in group]
    return (pstdev(counts), mean(counts)) if len(counts) > 1 and sum(counts) else None


def _satisfaction(tickets: Sequence[Ticket]) -> Iterator[str]:
    stars: Counter[int] = Counter()
    kinds: dict[str, int] = defaultdict(int)
    for ticket in tickets:
        for event in ticket.events:
            kinds[event.type] += 1
            if event.type == "rated":
                stars[int(event.data["stars"])] += 1
    content, rated = sum(stars[n] for n in (4, 5)), sum(stars.values())
    yield (
        f"satisfaction: asked {kinds['done']} times and again {kinds['asked-again']} times; rated {rated}, "
        f"4 or 5 stars {_share(content, rated)}; called back {kinds['called-back']}"
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"
