"""The roster as sheets, and sheets as a roster. Times of day and days are Beijing's; nothing is written here."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from bot.sheet import cell, name
from bot.sheet.layout import ABSENCES, COLUMNS, PEOPLE, SHIFTS, SWAPS, Row, rows
from bot.sheet.name import Areas, People, Skills
from bot.sheet.problem import Problems
from bot.sheet.workbook import Sheet, Value
from casework.calendar import BEIJING
from casework.duty import Roster
from casework.shift import Absence, Shift, Swap
from casework.staff import Role, Staff
from catalogue.place import Gazetteer

NAME_LENGTH = 80
REASON_LENGTH = 200


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the sheets ask for. People with an `id` below 0 are new."""

    people: list[Staff]
    shifts: list[Shift]
    swaps: list[Swap]
    absences: list[Absence]


def to_sheets(roster: Roster, gazetteer: Gazetteer) -> dict[str, list[list[Value]]]:
    """The roster as rows; made-up people of a trial and those who left are not on the first sheet."""
    areas = Areas(gazetteer)
    people = {person.id: f"{person.id} {person.name}" for person in roster}
    found: dict[str, list[list[Value]]] = {
        PEOPLE: [_person_row(each, areas) for each in roster if each.active and not each.trial],
        SHIFTS: [_shift_row(each, people) for each in roster.shifts],
        SWAPS: [[each.day, people[each.away], people[each.stand_in]] for each in roster.swaps],
        ABSENCES: [_absence_row(each, people) for each in roster.absences],
    }
    return {title: [list(COLUMNS[title]), *below] for title, below in found.items()}


def from_sheets(sheets: Mapping[str, Sheet], before: Roster, gazetteer: Gazetteer) -> Wanted:
    """What the sheets say. Raises SheetError with everything that is wrong."""
    problems, skills = Problems(), Skills()
    people = _people(sheets, before, Areas(gazetteer), skills, problems)
    known = People.of(people, before)
    shifts = [each for row in rows(sheets, SHIFTS, problems) if (each := _shift(row, known, skills))]
    swaps = _swaps(sheets, known, problems)
    absences = [away for row in rows(sheets, ABSENCES, problems) if (away := _absence(row, known))]
    problems.refuse()
    return Wanted(people, shifts, swaps, absences)


def _person_row(person: Staff, areas: Areas) -> list[Value]:
    spoken, skills = ",".join(person.languages), ",".join(person.skills)
    role, area = name.shown_role(person.role), areas.shown(person.area)
    return [person.id, person.name, role, area, person.agency, spoken, skills, cell.YES]


def _shift_row(shift: Shift, people: Mapping[int, str]) -> list[Value]:
    holidays = cell.YES if shift.holidays else cell.NO
    days = cell.shown_weekdays(shift.weekdays)
    return [people[shift.staff], days, shift.start, shift.end, holidays, ",".join(shift.skills)]


def _absence_row(absence: Absence, people: Mapping[int, str]) -> list[Value]:
    first, last = (at.astimezone(BEIJING).replace(tzinfo=None) for at in (absence.first, absence.last))
    substitute = people[absence.substitute] if absence.substitute else ""
    return [people[absence.staff], cell.shown_begin(first), cell.shown_end(last), absence.reason, substitute]


def _people(
    sheets: Mapping[str, Sheet], before: Roster, areas: Areas, skills: Skills, problems: Problems
) -> list[Staff]:
    known = {person.id: person for person in before}
    found: dict[int, Staff] = {}
    for row in rows(sheets, PEOPLE, problems):
        person = _person(row, known, areas, skills)
        if person is None:
            continue
        if person.id in found:
            row.wrong("id", f"{person.id} {person.name} stands twice", "Keep one of the two rows")
        person = person if person.id else replace(person, id=-row.number)
        found[person.id] = person
    return list(found.values())


def _person(row: Row, known: Mapping[int, Staff], areas: Areas, skills: Skills) -> Staff | None:
    """One person; id 0 for somebody new. Somebody of the same name, role and area is the same person."""
    before = len(row.problems.found)
    number = row.read("id", cell.number)
    called = row.read("name", lambda value: cell.text(value, NAME_LENGTH))
    role = row.read("role", name.role)
    area = row.read("area", lambda value: areas.read(value, role)) if role else None
    agency = row.read("agency", lambda value: cell.text(value, NAME_LENGTH))
    spoken, does = row.read("languages", name.languages), row.read("skills", skills.read)
    active = row.read("active", lambda value: cell.yes(value, True))
    if called == "":
        row.wrong("name", "no name", "Write the name that residents are told")
    _check_number(row, number, known)
    if len(row.problems.found) > before:
        return None
    person = Staff(
        number or 0, called or "", role or Role.WORKER, area or "", spoken or (), False, bool(active), agency or "",
        does or (),
    )  # fmt: skip
    return person if number else replace(person, id=_same(person, known))


def _check_number(row: Row, number: int | None, known: Mapping[int, Staff]) -> None:
    if number is None:
        return
    if number not in known:
        row.wrong("id", f"nobody has the number {number}", "Leave it empty for somebody new; the bot gives numbers")
    elif known[number].trial:
        row.wrong("id", f"{number} is made up for a trial", "Leave it empty: real people get numbers of their own")


def _same(person: Staff, known: Mapping[int, Staff]) -> int:
    """The id of somebody who is there already under the same name, role and area; 0 for nobody."""
    same = [
        each.id
        for each in known.values()
        if (each.name, each.role, each.area) == (person.name, person.role, person.area)
        and each.active
        and not each.trial
    ]
    return same[0] if same else 0


def _shift(row: Row, people: People, skills: Skills) -> Shift | None:
    person, days = row.read("person", people.read), row.read("weekdays", cell.weekdays)
    start, end = row.read("from", cell.clock), row.read("to", cell.clock)
    holidays, does = row.read("holidays", lambda value: cell.yes(value, False)), row.read("skills", skills.read)
    if person is None or days is None or start is None or end is None or holidays is None or does is None:
        return None
    return Shift(person.id, days, start, end, holidays, does)


def _swaps(sheets: Mapping[str, Sheet], people: People, problems: Problems) -> list[Swap]:
    found: dict[tuple[date, int], Swap] = {}
    for row in rows(sheets, SWAPS, problems):
        day, away, stand_in = (
            row.read("day", cell.day),
            row.read("away", people.read),
            row.read("stand-in", people.read),
        )
        if day is None or away is None or stand_in is None:
            continue
        if away.id == stand_in.id:
            row.wrong("stand-in", f"{away.name} stands in for themself", "Write who takes the shift instead")
        if (day, away.id) in found:
            row.wrong("away", f"{away.name} has two stand-ins on {day}", "Keep one of the two rows")
        found[day, away.id] = Swap(day, away.id, stand_in.id)
    return list(found.values())


def _absence(row: Row, people: People) -> Absence | None:
    person, reason = row.read("person", people.read), row.read("reason", lambda value: cell.text(value, REASON_LENGTH))
    first, last = row.read("from", cell.begin), row.read("to", cell.end)
    before = len(row.problems.found)
    substitute = row.read("substitute", people.read_or_none)
    if person is None or first is None or last is None or reason is None or len(row.problems.found) > before:
        return None
    if last <= first:
        row.wrong("to", "ends before it begins", "Write the last day they are away, or a later moment")
    if substitute is not None and substitute.id == person.id:
        row.wrong("substitute", f"{person.name} stands in for themself", "Write somebody else, or nobody")
    return Absence(person.id, _utc(first), _utc(last), reason, substitute.id if substitute else None)


def _utc(at: datetime) -> datetime:
    return at.replace(tzinfo=BEIJING).astimezone(UTC)
