"""Volunteers in memory, for a casebook in memory."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field, replace
from datetime import datetime

from casework.volunteer import Elder, Help, Standing, Volunteer, Word


@dataclass
class FakeCircle:
    """A circle. `told` is everything said to volunteers and about them."""

    people: dict[int, Volunteer] = field(default_factory=dict)
    old: dict[int, Elder] = field(default_factory=dict)
    done: dict[tuple[int, str], Help] = field(default_factory=dict)
    told: list[Word] = field(default_factory=list)
    numbers: itertools.count[int] = field(default_factory=lambda: itertools.count(1))

    async def at(self, address: str) -> Volunteer | None:
        return next((each for each in self.people.values() if each.address == address), None)

    async def volunteer(self, volunteer_id: int) -> Volunteer | None:
        return self.people.get(volunteer_id)

    async def of_area(self, area: str) -> list[Volunteer]:
        found = [each for each in self.people.values() if each.place.startswith(area)]
        return sorted(found, key=lambda each: (each.state is not Standing.ASKED, each.id))

    async def keep(self, volunteer: Volunteer) -> Volunteer:
        kept = replace(volunteer, id=volunteer.id or next(self.numbers))
        self.people[kept.id] = kept
        return kept

    async def elders(self, volunteer_id: int) -> list[Elder]:
        return [each for each in self.old.values() if each.volunteer == volunteer_id]

    async def keep_elder(self, elder: Elder) -> Elder:
        kept = replace(elder, id=next(self.numbers))
        self.old[kept.id] = kept
        return kept

    async def remove_elder(self, volunteer_id: int, elder_id: int) -> None:
        if elder_id in self.old and self.old[elder_id].volunteer == volunteer_id:
            del self.old[elder_id]

    async def keep_help(self, help_: Help) -> None:
        self.done[help_.volunteer, help_.ticket] = help_

    async def helps(self, volunteer_id: int, since: datetime) -> list[Help]:
        return [
            each for each in self.done.values() if each.volunteer == volunteer_id and each.at >= since and each.minutes
        ]

    async def asked_for(self, volunteer_id: int) -> list[str]:
        return [e.ticket for e in self.done.values() if e.volunteer == volunteer_id and not e.minutes]

    async def tell_volunteer(self, word: Word) -> None:
        self.told.append(word)

    async def tell_staff(self, staff_id: int, word: Word) -> None:
        self.told.append(word)
