"""What becomes of somebody who wants to help: asked, approved or declined by the township, and free to leave."""

from __future__ import annotations

from dataclasses import replace

from casework import right
from casework.casebook import Casebook
from casework.chain import officers
from casework.helping import give_up
from casework.staff import LEVELS, Staff
from casework.volunteer import Elder, Standing, Volunteer, Word


class VolunteerRefusedError(Exception):
    """The change does not fit. `reason` is a word that the texts `staff.volunteer.refused.<reason>` explain."""

    def __init__(self, reason: str, volunteer: Volunteer | None = None) -> None:
        super().__init__(f"{reason}: volunteer {volunteer.id if volunteer else '?'}; look at the list again")
        self.reason = reason
        self.volunteer = volunteer


async def sign_up(book: Casebook, wish: Volunteer) -> Volunteer:
    """Keep the wish and tell the township's officer, or the next level where there is none. Whoever had left or was
    declined may ask again."""
    before = await book.circle.at(wish.address)
    known = replace(wish, id=before.id if before else 0, state=Standing.ASKED, since=book.now)
    volunteer = await book.circle.keep(known)
    await _tell_officer(book, Word("asked", volunteer))
    return volunteer


async def decide(book: Casebook, volunteer_id: int, by: Staff, *, yes: bool, reason: str = "") -> Volunteer:
    """An officer of the place says yes or no; the volunteer hears of it."""
    volunteer = await of_officer(book, volunteer_id, by, "approve" if yes else "decline")
    if volunteer.state is not Standing.ASKED:
        raise VolunteerRefusedError("decided", volunteer)
    state = Standing.APPROVED if yes else Standing.DECLINED
    volunteer = await book.circle.keep(replace(volunteer, state=state, since=book.now))
    await book.circle.tell_volunteer(Word(state.value, volunteer, data={"reason": reason}))
    return volunteer


async def leave(book: Casebook, volunteer: Volunteer) -> Volunteer:
    """They stop; the officer hears of it, and their elders are nobody's any more."""
    volunteer = await _end(book, volunteer)
    await _tell_officer(book, Word("left", volunteer))
    return volunteer


async def end(book: Casebook, volunteer_id: int, by: Staff, reason: str = "") -> Volunteer:
    """An officer ends it."""
    volunteer = await of_officer(book, volunteer_id, by, "end")
    if not volunteer.approved:
        raise VolunteerRefusedError("not-approved", volunteer)
    volunteer = await _end(book, volunteer)
    await book.circle.tell_volunteer(Word("ended", volunteer, data={"reason": reason}))
    return volunteer


async def assign(book: Casebook, volunteer: Volunteer, elder: Elder) -> Elder:
    """Somebody to look in on; the volunteer hears who it is."""
    kept = await book.circle.keep_elder(elder)
    await book.circle.tell_volunteer(Word("elder", volunteer, data={"elder": kept.relation or kept.name}))
    return kept


async def of_officer(book: Casebook, volunteer_id: int, by: Staff, action: str = "decline") -> Volunteer:
    """The volunteer, if it is for this member of staff to decide about them."""
    volunteer = await book.circle.volunteer(volunteer_id)
    if volunteer is None or not right.may(action, right.of_area(volunteer.place, by)):
        raise VolunteerRefusedError("not-yours", volunteer)
    return volunteer


async def of_staff(book: Casebook, volunteer_id: int, by: Staff, action: str = "elder") -> Volunteer:
    """An approved volunteer to whom this member of staff may assign elders: of their area, or whose area they cover."""
    volunteer = await book.circle.volunteer(volunteer_id)
    if volunteer is None or not right.may(action, right.of_area(volunteer.place, by)):
        raise VolunteerRefusedError("not-yours", volunteer)
    if not volunteer.approved:
        raise VolunteerRefusedError("not-approved", volunteer)
    return volunteer


async def _end(book: Casebook, volunteer: Volunteer) -> Volunteer:
    await give_up(book, volunteer)
    for elder in await book.circle.elders(volunteer.id):
        await book.circle.remove_elder(volunteer.id, elder.id)
    return await book.circle.keep(replace(volunteer, state=Standing.LEFT, since=book.now))


async def _tell_officer(book: Casebook, word: Word) -> None:
    covering = officers(await book.roster(), word.volunteer.place, book.now)
    lowest = next((covering[role] for role in LEVELS if role in covering), None)
    if lowest is not None:
        await book.circle.tell_staff(lowest.id, word)
