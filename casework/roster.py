"""What a change of the roster means for the tickets: nobody's ticket stays with somebody who is gone or made up."""

from __future__ import annotations

from casework.casebook import Casebook
from casework.staff import PREFECTURE, Role, Staff
from casework.step import dispatch
from casework.ticket import State

TRIAL_COUNTIES = ("652301", "652302", "652323", "652324", "652325", "652327", "652328")


def trial_roster(name: dict[Role, str], counties: dict[str, str]) -> list[tuple[str, Role, str]]:
    """Name, role and area of the people a fresh installation makes up: a worker and an officer a county, one for the
    prefecture. `name` has a pattern with {county} for each role, `counties` the short name of each county by code."""
    people = []
    for code in TRIAL_COUNTIES:
        for role in (Role.WORKER, Role.COUNTY):
            people.append((name[role].format(county=counties[code]), role, code))
    return [*people, (name[Role.PREFECTURE], Role.PREFECTURE, PREFECTURE)]


async def joined(book: Casebook, newcomer: Staff) -> None:
    """Somebody is new: what waits, or lies with made-up staff, in their area goes to the right person now."""
    held_by_trial = [t for s in await book.roster() if s.trial and not newcomer.trial for t in await book.of_staff(s)]
    for ticket in [*await book.waiting(), *held_by_trial]:
        if newcomer.covers(ticket.need.place) and ticket.state in (State.WAITING, State.DISPATCHED):
            await dispatch(book, ticket)


async def left(book: Casebook, leaver: Staff) -> None:
    """Somebody has gone (and is no longer in the roster): their open tickets go to whoever is next."""
    for ticket in await book.of_staff(leaver):
        if ticket.state is not State.DONE:
            await dispatch(book, ticket)
