"""What staff see of volunteers at the desk, and what they asked for there, as the step it is."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from bot.plain import row_number
from casework import right, volunteering
from casework.casebook import Casebook
from casework.staff import Staff
from casework.volunteer import Elder, Standing, Volunteer, hours, month_of
from desk.office import Member

PlaceOf = Callable[[str, str], tuple[str, str] | None]
"""The code and the name of a place in somebody's words, looked for within another place first."""
OLDEST = 120


async def members(book: Casebook, staff: Staff) -> list[Member]:
    """Those who wait (for officers) and the approved, with their elders and the hours of this month."""
    seen = {Standing.ASKED: "volunteer-asked", Standing.APPROVED: "volunteer-see"}
    found = []
    for person in await book.circle.of_area(staff.area):
        if right.may(seen.get(person.state, ""), right.of_area(person.place, staff)):
            elders = await book.circle.elders(person.id)
            times, spent = hours(await book.circle.helps(person.id, month_of(book.now)))
            found.append(Member(person, tuple(elders), times, spent))
    return found


async def change(
    book: Casebook, by: Staff, volunteer_id: int, action: str, sent: Mapping[str, str], place_of: PlaceOf
) -> Volunteer:
    """Do one of `desk.office.VOLUNTEER_ACTIONS`; raises casework.volunteering.VolunteerRefusedError."""
    match action:
        case "approve" | "decline":
            yes = action == "approve"
            return await volunteering.decide(book, volunteer_id, by, yes=yes, reason=sent.get("text", ""))
        case "end":
            return await volunteering.end(book, volunteer_id, by, sent.get("text", ""))
        case "elder":
            person = await volunteering.of_staff(book, volunteer_id, by)
            await volunteering.assign(book, person, elder_of(person, sent, place_of))
            return person
        case "elder-remove":
            person = await volunteering.of_staff(book, volunteer_id, by, action)
            await book.circle.remove_elder(person.id, row_number(sent.get("choice", "")))
            return person
    raise LookupError(action)


def elder_of(person: Volunteer, sent: Mapping[str, str], place_of: PlaceOf) -> Elder:
    """An elder as the form has them; where no place can be read, they live where the volunteer does."""
    said, age = sent.get("place", ""), sent.get("age", "")
    code, name = place_of(said, person.place) or (person.place, person.place_name)
    return Elder(
        0,
        person.id,
        sent["name"][:80],
        code,
        name,
        said[:200] if said != name else "",
        sent.get("phone", "")[:40],
        row_number(age) if 0 < row_number(age) <= OLDEST else None,
        sent.get("relation", "")[:40],
        sent.get("text", "")[:200],
    )
