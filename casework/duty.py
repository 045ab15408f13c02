"""The duty roster at one moment: who answers for which place, for themselves or in somebody's stead."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from functools import cached_property

from casework.calendar import is_working_time, split
from casework.shift import Absence, Shift, Swap
from casework.staff import Staff


class Presence(IntEnum):
    """ON: on duty now. LATER: has no shifts, and the offices are closed. OFF: has shifts, and none runs."""

    ON = 0
    LATER = 1
    OFF = 2


@dataclass(frozen=True, slots=True)
class Matter:
    """What dispatch asks of people: services, urgency, the resident's language, the moment (UTC; None: any)."""

    services: tuple[str, ...] = ()
    urgent: bool = False
    language: str = ""
    at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Post:
    """`holder` answers for the area, level and skills of `owner`; the same person unless `via` is "swap" or
    "substitute"."""

    holder: Staff
    owner: Staff
    presence: Presence
    via: str = ""


@dataclass(frozen=True)
class Roster:
    """Everybody who is active, and when. Iterates over the staff."""

    staff: Sequence[Staff] = ()
    shifts: Sequence[Shift] = ()
    swaps: Sequence[Swap] = ()
    absences: Sequence[Absence] = ()

    def __iter__(self) -> Iterator[Staff]:
        return iter(self.staff)

    def __len__(self) -> int:
        return len(self.staff)

    def absence(self, staff_id: int, at: datetime) -> Absence | None:
        """The absence that holds at this moment."""
        return next((each for each in self._absences.get(staff_id, ()) if each.holds(at)), None)

    def present(self, staff_id: int | None, at: datetime) -> Staff | None:
        """An active member of staff who is not away."""
        person = self._people.get(staff_id or 0)
        return person if person and self.absence(person.id, at) is None else None

    def on_duty(
        self, person: Staff, at: datetime, services: str | Collection[str] = (), *, urgent: bool = False
    ) -> bool:
        """Whether somebody can be given such a matter now: on a shift, in office hours where they have no shifts, or
        in another's stead. Without shifts they can always be reached for what is urgent; away they never can."""
        if self.absence(person.id, at) is not None:
            return False
        matter = Matter((services,) if isinstance(services, str) else tuple(services), urgent, at=at)
        posts = (self._post(owner, matter) for owner in self.staff)
        return any(post and post.holder.id == person.id and post.presence is Presence.ON for post in posts)

    def candidates(self, place: str, matter: Matter, passed: Collection[int] = ()) -> list[Post]:
        """Who could answer for `place` (a division's code), but for those in `passed` (ids who handed it on).

        Made-up staff of a trial are left out where a real person covers the place.
        """
        posts = [post for owner in self._covering(place) if (post := self._post(owner, matter))]
        real = [post for post in posts if not post.holder.trial]
        return [post for post in real or posts if post.holder.id not in passed]

    def _covering(self, place: str) -> list[Staff]:
        """Whoever covers a place, looked for once: a step asks for the same place again and again."""
        if place not in self._places:
            self._places[place] = [person for person in self.staff if person.covers(place)]
        return self._places[place]

    def _post(self, owner: Staff, matter: Matter) -> Post | None:
        """Who holds the owner's post; None while nobody does."""
        if not owner.active:
            return None
        if matter.at is None:
            return Post(owner, owner, Presence.ON)
        presence, day = self._presence(owner, matter, matter.at)
        swapped = self._people.get(self._stand_ins.get((day, owner.id), 0))
        holder, via = (swapped, "swap") if swapped else (owner, "")
        seen = {holder.id}
        while away := self.absence(holder.id, matter.at):
            substitute = self._people.get(away.substitute or 0)
            if substitute is None or substitute.id in seen:
                return None
            holder, via = substitute, "substitute"
            seen.add(holder.id)
        return Post(holder, owner, presence, via)

    def _presence(self, owner: Staff, matter: Matter, at: datetime) -> tuple[Presence, object]:
        """How present the post is, and the day whose swaps count for it."""
        shifts = self._shifts.get(owner.id, ())
        today = split(at)[0]
        if not shifts:
            on = matter.urgent or is_working_time(at)
            return Presence.ON if on else Presence.LATER, today
        for shift in shifts:
            if began := shift.running(at, matter.services):
                return Presence.ON, began
        return Presence.OFF, today

    @cached_property
    def _places(self) -> dict[str, list[Staff]]:
        return {}

    @cached_property
    def _people(self) -> Mapping[int, Staff]:
        return {person.id: person for person in self.staff if person.active}

    @cached_property
    def _shifts(self) -> Mapping[int, list[Shift]]:
        found: dict[int, list[Shift]] = defaultdict(list)
        for shift in self.shifts:
            found[shift.staff].append(shift)
        return found

    @cached_property
    def _absences(self) -> Mapping[int, list[Absence]]:
        found: dict[int, list[Absence]] = defaultdict(list)
        for absence in self.absences:
            found[absence.staff].append(absence)
        return found

    @cached_property
    def _stand_ins(self) -> Mapping[object, int]:
        return {(swap.day, swap.away): swap.stand_in for swap in self.swaps}
