"""Whether two tickets may be the same need of the same person: a short sum of points, each with its reason.

Points are few so that a worker can follow them. The same service in one village makes 3, and a neighbour would have as
many; so one of name, phone and age must agree besides, and what contradicts (another name, age, sex) takes away as much
as agreeing gives. LIMIT is where township and age alone fall short: many mothers of eighty live in one township.
Only suggested, never decided: the worker decides.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from rapidfuzz import fuzz

from casework.need import Beneficiary, Need
from casework.ticket import Ticket

LIMIT = 5
DAYS = 14
SHORTEST_PHONE = 7
SAME_AGE, OTHER_AGE = 2, 5
"""Years: up to SAME_AGE apart is one age as people say it; more than OTHER_AGE apart are two people."""
POINTS = {"phone": 4, "name": 3, "age": 2, "village": 2, "township": 1, "service": 1, "relation": 1}
TELLING = frozenset({"phone", "name", "age"})
"""One of these must agree: a place and a service are shared by many."""
ALIKE = 88
"""Of 100, how alike two names in letters must be; one of them in Chinese characters, ALIKE_ACROSS."""
ALIKE_ACROSS = 80
SHORTEST_NAME = 4
"""Letters that a name must have to be compared by likeness: of three, one is a third."""
RENDERED = 4
"""Characters from which a name in Chinese may be one of another language."""
VIOLENCE = "violence"
VILLAGE, TOWNSHIP = 12, 9
_WOMEN = frozenset({"mother", "grandmother", "wife", "daughter", "sister", "mother-in-law", "aunt"})
_MEN = frozenset({"father", "grandfather", "husband", "son", "brother", "father-in-law", "uncle"})

Forms = Callable[[str], Collection[str]]
"""A name in small Latin letters, as each of the languages that may be meant spells it."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """`score` in points; `reasons` what agrees: "phone", "name", "age", "relation"; then "village", "township" or
    "place" (something wider); "service" or "urgent"; "days"."""

    score: int
    reasons: tuple[str, ...]

    @property
    def suggested(self) -> bool:
        return self.score >= LIMIT and not TELLING.isdisjoint(self.reasons)


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A ticket that may be the same as the one looked at."""

    ticket: Ticket
    likeness: Likeness


UNLIKE = Likeness(0, ())


def suggestions(ticket: Ticket, others: Iterable[Ticket], now: datetime, forms: Forms) -> list[Suggestion]:
    """The open tickets among `others` that may be the same matter, likest first, then oldest."""
    if not ticket.state.under_way:
        return []
    found = [
        Suggestion(other, likeness(ticket, other, forms))
        for other in others
        if other.state.under_way and now - other.created <= timedelta(days=DAYS) and not _decided(ticket, other)
    ]
    found = [each for each in found if each.likeness.suggested]
    return sorted(found, key=lambda each: (-each.likeness.score, each.ticket.created))


def comparable(need: Need) -> bool:
    """Whether anything is known of the person by which another ticket of theirs could be told."""
    return bool(need.beneficiary.name or _phone(need) or need.beneficiary.age is not None)


def likeness(a: Ticket, b: Ticket, forms: Forms) -> Likeness:
    """How alike two tickets are. Nothing at all where the day, the place or the service differs, or privacy forbids."""
    if abs(a.created - b.created) > timedelta(days=DAYS) or private(a, b):
        return UNLIKE
    place, service = _place(a.need.place, b.need.place), _service(a, b)
    if not place or not service:
        return UNLIKE
    agreeing, points = _person(a.need, b.need, forms)
    reasons = (*agreeing, place, service, "days")
    return Likeness(points + sum(POINTS.get(each, 0) for each in (place, service)), reasons)


def private(a: Ticket, b: Ticket) -> bool:
    """Whether one tells of violence and the other is somebody else's: who tells of it may be telling of them."""
    dangers = {need.danger for ticket in (a, b) for need in (ticket.need, *(each.need for each in ticket.others))}
    return VIOLENCE in dangers and {r.address for r in a.reporters} != {r.address for r in b.reporters}


def same_name(one: str, other: str, forms: Forms) -> bool | None:
    """Whether two names may be one, whichever script each is written in; None where that cannot be told."""
    pairs = [(a, b) for a in forms(one) for b in forms(other)]
    if any(a == b for a, b in pairs):
        return True
    chinese = [name for name in (one, other) if _chinese(name)]
    if len(chinese) == 2 and pairs:
        # One syllable apart is another person (马秀兰, 马秀莲); a given name alone is not (秀兰).
        return one in other or other in one
    if chinese or not pairs:
        # A short Chinese name is spelled one way; longer ones render names of other languages, and only come near.
        near = max(map(len, chinese), default=0) >= RENDERED and _near(pairs, ALIKE_ACROSS)
        return True if near else None
    return _near(pairs, ALIKE)


def _near(pairs: Iterable[tuple[str, str]], wanted: int) -> bool:
    return any(min(len(a), len(b)) >= SHORTEST_NAME and fuzz.ratio(a, b) >= wanted for a, b in pairs)


def _decided(a: Ticket, b: Ticket) -> bool:
    return a.number == b.number or a.number in b.distinct or b.number in a.distinct


def _place(a: str, b: str) -> str:
    """How narrow the place is that holds both; empty where neither lies in the other."""
    if not (a.startswith(b) or b.startswith(a)):
        return ""
    shared = min(len(a), len(b))
    return "village" if shared >= VILLAGE else "township" if shared >= TOWNSHIP else "place"


def _service(a: Ticket, b: Ticket) -> str:
    if set(a.need.services) & set(b.need.services):
        return "service"
    return "urgent" if a.urgent and b.urgent else ""


def _person(a: Need, b: Need, forms: Forms) -> tuple[list[str], int]:
    """What agrees about the person, and the points of it less those of what contradicts."""
    one, other = a.beneficiary, b.beneficiary
    verdicts = {
        "phone": True if _phone(a) and _phone(a) == _phone(b) else None,
        "name": same_name(one.name, other.name, forms) if one.name and other.name else None,
        "age": _age(one.age, other.age),
        "relation": _relation(one, other),
    }
    points = sum(POINTS[name] * (1 if agrees else -1) for name, agrees in verdicts.items() if agrees is not None)
    # Another sex is another person, whatever else agrees: father and mother share phone, place and often age.
    points -= LIMIT if verdicts["relation"] is False else 0
    return [name for name, agrees in verdicts.items() if agrees], points


def _phone(need: Need) -> str:
    digits = "".join(char for char in need.phone if char.isdigit()).removeprefix("0086")
    digits = digits.removeprefix("86") if len(digits) > 11 else digits
    return digits if len(digits) >= SHORTEST_PHONE else ""


def _age(a: int | None, b: int | None) -> bool | None:
    apart = abs(a - b) if a is not None and b is not None else None
    if apart is None or SAME_AGE < apart <= OTHER_AGE:
        return None
    return apart <= SAME_AGE


def _relation(a: Beneficiary, b: Beneficiary) -> bool | None:
    """A daughter's mother is a neighbour's neighbour: only another sex contradicts."""
    if a.relation and a.relation == b.relation:
        return True
    pair = {a.relation, b.relation}
    return False if pair & _WOMEN and pair & _MEN else None


def _chinese(name: str) -> bool:
    return any("\u4e00" <= char <= "\u9fff" for char in name)
