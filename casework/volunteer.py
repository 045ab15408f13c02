"""Volunteers: relatives and neighbours who lend a hand; the elders in their care, what they may do, their hours."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

from casework.staff import PREFECTURE
from casework.ticket import State, Ticket
from casework.wording import BEIJING

VOLUNTEER_FILE = Path(__file__).parent / "data" / "volunteer.toml"
TOWNSHIP_DIGITS = 9
LONGEST_HELP = 12 * 60
"""Minutes of one errand that are believed; more is a slip of the thumb."""


class Standing(StrEnum):
    """How far somebody has come: ASKED waits for the township's word, LEFT ended by themselves or by an officer."""

    ASKED = "asked"
    APPROVED = "approved"
    DECLINED = "declined"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Volunteer:
    """Somebody who offered to help. `address` is their conversation, `likes` their own words, `since` when this state
    began; `id` is 0 until they are kept."""

    id: int
    address: str
    name: str
    place: str = PREFECTURE
    place_name: str = ""
    languages: tuple[str, ...] = ("zh",)
    phone: str = ""
    likes: str = ""
    state: Standing = Standing.ASKED
    since: datetime | None = None

    @property
    def approved(self) -> bool:
        return self.state is Standing.APPROVED


@dataclass(frozen=True, slots=True)
class Elder:
    """Somebody a volunteer reports for, assigned by staff. `relation` is how the volunteer calls them."""

    id: int
    volunteer: int
    name: str
    place: str = PREFECTURE
    place_name: str = ""
    landmark: str = ""
    phone: str = ""
    age: int | None = None
    relation: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True)
class Help:
    """One errand done: when, how many minutes, and whether the worker has confirmed it by closing the ticket."""

    volunteer: int
    ticket: str
    at: datetime
    minutes: int
    confirmed: bool = False


@dataclass(frozen=True, slots=True)
class Word:
    """Something told to a volunteer, or to staff of one. `key` says what; a ticket only where it is about one."""

    key: str
    volunteer: Volunteer
    ticket: Ticket | None = None
    data: Mapping[str, Any] = field(default_factory=dict)


class Circle(Protocol):
    """Volunteers, their elders and hours within one transaction, and the telling of them."""

    async def at(self, address: str) -> Volunteer | None:
        """Who volunteers in this conversation, in whatever state."""
        ...

    async def volunteer(self, volunteer_id: int) -> Volunteer | None: ...

    async def of_area(self, area: str) -> list[Volunteer]:
        """Everybody in a division, those who wait first."""
        ...

    async def keep(self, volunteer: Volunteer) -> Volunteer:
        """A new one (id 0) or what changed; returned with its id."""
        ...

    async def elders(self, volunteer_id: int) -> list[Elder]: ...

    async def keep_elder(self, elder: Elder) -> Elder: ...

    async def remove_elder(self, volunteer_id: int, elder_id: int) -> None: ...

    async def keep_help(self, help_: Help) -> None:
        """Minutes for a ticket, once for each volunteer and ticket; a second word on it replaces the first."""
        ...

    async def helps(self, volunteer_id: int, since: datetime) -> list[Help]:
        """Errands done since then, oldest first."""
        ...

    async def asked_for(self, volunteer_id: int) -> list[str]:
        """Numbers of the tickets they were asked for and have given no minutes for."""
        ...

    async def tell_volunteer(self, word: Word) -> None: ...

    async def tell_staff(self, staff_id: int, word: Word) -> None: ...


@lru_cache(maxsize=1)
def allowed() -> frozenset[str]:
    """Codes of the services a volunteer may be asked for."""
    return frozenset(_data()["services"])


def may_hand_over(ticket: Ticket) -> bool:
    """Whether a volunteer may be asked for this ticket: taken by a worker, simple in all it asks, and no danger in it.

    Whoever tells of violence may be watched by those around them: that never leaves the hands of staff.
    """
    services = ticket.need.services
    simple = bool(services) and set(services) <= allowed()
    return simple and not ticket.need.danger and not ticket.urgent and ticket.state in (State.ACCEPTED, State.PLANNED)


def nearby(volunteers: Iterable[Volunteer], place: str, without: Collection[int] = ()) -> list[Volunteer]:
    """Approved volunteers of the same village, else of the same township: the nearest few, longest-serving first."""
    near = [v for v in volunteers if v.approved and v.id not in without and _shared(v.place, place) >= TOWNSHIP_DIGITS]
    near.sort(key=lambda v: (-_shared(v.place, place), v.id))
    return near[: int(_data()["shown"])]


def month_of(now: datetime) -> datetime:
    """When this month began, in Beijing."""
    return now.astimezone(BEIJING).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def hours(helps: Iterable[Help]) -> tuple[int, float]:
    """How often somebody helped and for how many hours, to the half hour; less than that is half an hour."""
    each = [help_.minutes for help_ in helps]
    total = sum(each)
    return len(each), max(0.5, round(total / 30) / 2) if total else 0.0


def _shared(one: str, other: str) -> int:
    """Digits of the smallest division that both places lie in."""
    return next((digits for digits in (12, 9, 6, 4) if len(one) >= digits and one[:digits] == other[:digits]), 0)


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(VOLUNTEER_FILE.read_text("utf-8"))
