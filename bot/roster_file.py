"""The roster out to a spreadsheet and back in: all of it in one transaction, or none of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TypeVar

from sqlalchemy.ext.asyncio import AsyncConnection

from bot.house import House
from bot.sheet import workbook
from bot.sheet.roster import Wanted, from_sheets, to_sheets
from casework import roster
from casework.duty import Roster
from casework.shift import Absence, Shift, Swap
from casework.staff import Staff
from catalogue.place import Gazetteer
from storage import roster as roster_store
from storage import staff as staff_store

Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Changes:
    """What an import did. `before` of `changed` is what the person was."""

    added: list[Staff] = field(default_factory=list)
    changed: list[tuple[Staff, Staff]] = field(default_factory=list)
    left: list[Staff] = field(default_factory=list)
    times: bool = False

    def __str__(self) -> str:
        times = "changed" if self.times else "as before"
        people = f"{len(self.added)} added, {len(self.changed)} changed, {len(self.left)} left"
        return f"people: {people}; shifts, swaps and absences: {times}"


async def export(house: House, path: Path) -> int:
    """Write the roster; returns how many people. Raises WorkbookError."""
    async with house.database.write() as connection:
        whole = await roster_store.whole(connection)
        await house.note(connection, "export", "roster", "command")
    sheets = to_sheets(whole, Gazetteer.load())
    workbook.write(path, sheets)
    return len(next(iter(sheets.values()))) - 1


async def load(house: House, path: Path) -> Changes:
    """Bring the roster to what the file says, and tickets to whoever answers for them now.

    Raises WorkbookError for a file that cannot be used and SheetError for cells that cannot; then nothing changed.
    """
    sheets, gazetteer = workbook.read(path), Gazetteer.load()
    async with house.database.write() as connection:
        before = await roster_store.whole(connection)
        wanted = from_sheets(sheets, before, gazetteer)
        changes = await _people(connection, wanted, before)
        changes = replace(changes, times=await _times(connection, wanted, before, changes))
        await _move_tickets(house, connection, changes)
        for action, people in (("add", changes.added), ("change", [new for _, new in changes.changed])):
            for person in people:
                await house.note(connection, f"staff.{action}", f"staff:{person.id}")
        for person in changes.left:
            await house.note(connection, "staff.remove", f"staff:{person.id}")
    return changes


async def _people(connection: AsyncConnection, wanted: Wanted, before: Roster) -> Changes:
    known, changes = {person.id: person for person in before}, Changes()
    for person in wanted.people:
        old = known.get(person.id)
        if old is None:
            changes.added.extend([await _added(connection, person)] if person.active else [])
        elif not person.active:
            if old.active:
                await staff_store.remove(connection, person.id)
                changes.left.append(old)
        elif person != old:
            await staff_store.change(connection, person)
            changes.changed.append((old, person))
    return changes


async def _added(connection: AsyncConnection, person: Staff) -> Staff:
    return await staff_store.add(
        connection,
        person.name,
        person.role,
        person.area,
        person.languages,
        agency=person.agency,
        skills=person.skills,
    )


async def _times(connection: AsyncConnection, wanted: Wanted, before: Roster, changes: Changes) -> bool:
    """Keep shifts, swaps and absences; whether anything about them is new."""
    ids = _ids(wanted, changes)
    listed = set(ids.values())
    # Whoever is new and has left already was not added, and nothing is kept of them.
    given_shifts = [shift for each in wanted.shifts if (shift := _shift(each, ids)).staff > 0]
    given_swaps = [swap for each in wanted.swaps if min((swap := _swap(each, ids)).away, swap.stand_in) > 0]
    given_absences = [away for each in wanted.absences if (away := _absence(each, ids)).staff > 0]
    shifts = _merged(given_shifts, before.shifts, listed, lambda each: each.staff)
    swaps = _merged(given_swaps, before.swaps, listed, lambda each: each.away)
    absences = _merged(given_absences, before.absences, listed, lambda each: each.staff)
    same = (set(shifts), set(swaps), set(absences)) == (set(before.shifts), set(before.swaps), set(before.absences))
    if not same:
        await roster_store.keep(connection, shifts, swaps, absences)
    return not same


def _ids(wanted: Wanted, changes: Changes) -> dict[int, int]:
    """The ids of everybody on the first sheet, by the id they have there: newcomers got theirs just now."""
    newcomers = [person.id for person in wanted.people if person.id < 0 and person.active]
    given = {person.id: person.id for person in wanted.people if person.id > 0}
    return given | dict(zip(newcomers, (person.id for person in changes.added), strict=True))


def _merged(
    given: Sequence[Entry], before: Sequence[Entry], listed: set[int], owner: Callable[[Entry], int]
) -> list[Entry]:
    """What the sheet says of those it names, and what was known of the others."""
    named = listed | {owner(each) for each in given}
    return list(dict.fromkeys([*(each for each in before if owner(each) not in named), *given]))


def _shift(shift: Shift, ids: dict[int, int]) -> Shift:
    return replace(shift, staff=ids.get(shift.staff, shift.staff))


def _swap(swap: Swap, ids: dict[int, int]) -> Swap:
    return replace(swap, away=ids.get(swap.away, swap.away), stand_in=ids.get(swap.stand_in, swap.stand_in))


def _absence(absence: Absence, ids: dict[int, int]) -> Absence:
    substitute = ids.get(absence.substitute or 0, absence.substitute)
    known = substitute if substitute and substitute > 0 else None
    return replace(absence, staff=ids.get(absence.staff, absence.staff), substitute=known)


async def _move_tickets(house: House, connection: AsyncConnection, changes: Changes) -> None:
    book = house.book(connection)
    for person in changes.left:
        await roster.left(book, person)
    for person in changes.added:
        await roster.joined(book, person)
    for old, person in changes.changed:
        if not old.active or old.area != person.area:
            await roster.moved(book, person)
            await roster.joined(book, person)
    await roster.settle(book)
