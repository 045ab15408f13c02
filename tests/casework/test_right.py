"""The table of rights, compared cell by cell with one written by hand."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from casework import helping, permission, right
from casework.need import Need, need_to_json
from casework.staff import Staff
from casework.ticket import Event, Ticket, fold
from casework.volunteer import Standing, Volunteer
from tests.rights import OF_PLACE, PLACE, RESIDENTS, STAFF, TABLE, VOLUNTEERS, yes

NOW = datetime(2026, 3, 3, 4, 0, tzinfo=UTC)
ME, OTHER = 7, 99


def ticket_of(who: str) -> Ticket:
    """A ticket that J joined and L left; held by, or taken from, the colleague `who`."""
    colleague = STAFF.get(who)
    need = need_to_json(Need(services=("meals",), place=PLACE))
    joined = [{"address": f"webchat:{each}", "name": "", "language": "zh", "need": need} for each in "JL"]
    filed = {"need": need, "reporter": "webchat:R"}
    first = ME if colleague and (colleague.holds or colleague.had) else OTHER
    events = [
        Event("filed", NOW, "resident:webchat:R", filed),
        Event("accepted", NOW, f"staff:{first}", {"by": first, "name": "甲"}),
        Event("joined", NOW, f"staff:{first}", {"number": "LZ2", "reporters": joined}),
        Event("left", NOW, "resident:webchat:L", {}),
        Event("helper-asked", NOW, f"staff:{first}", {"volunteer": 3, "helper": "乙"}),
    ]
    if colleague and colleague.had:
        events.append(Event("accepted", NOW, f"staff:{OTHER}", {"by": OTHER, "name": "丙"}))
    return fold("LZ1", events)


def ties_of(action: str, who: str) -> frozenset[right.Tie]:
    """How somebody of the table stands to what the action is about."""
    ticket = ticket_of(who)
    if who in STAFF:
        colleague = STAFF[who]
        by = Staff(ME, "甲", colleague.role, colleague.area, active=not colleague.left)
        if action in OF_PLACE:
            return right.of_area(PLACE, by)
        return right.of_trip(ticket.responsible or 0, PLACE, by) if action == "trip" else right.of_staff(ticket, by)
    if action in OF_PLACE or action == "trip":
        return right.NOBODY
    if who in RESIDENTS:
        return right.of_reporter(ticket, f"webchat:{who}")
    standing = Standing.LEFT if who == "U" else Standing.APPROVED
    number = 4 if who == "W" else 3
    person = Volunteer(number, f"webchat:{who}", "乙", PLACE, "照壁山乡", ("zh",), "", "", standing, NOW)
    return helping.ties(ticket, person)


@pytest.mark.parametrize("action", sorted({*TABLE, *right.RIGHTS}))
@pytest.mark.parametrize("who", [*STAFF, *RESIDENTS, *VOLUNTEERS])
def test_right_is_what_the_table_says_when_somebody_wants_to_act(action: str, who: str) -> None:
    assert action in TABLE, f"{action} has no row in tests/rights.py: say there who may do it"
    assert right.may(action, ties_of(action, who)) == yes(action, who)


def test_nobody_may_do_what_has_no_row_when_asked() -> None:
    assert not right.may("burn", frozenset(right.Tie))


def test_a_step_asks_the_same_table_when_a_stranger_tries() -> None:
    stranger, officer = Staff(5, "丁", STAFF["O"].role, "652301"), Staff(6, "戊", STAFF["c"].role, "652328")
    ticket = ticket_of("O")
    permission.refuse_stranger(ticket, officer, "reassign")
    with pytest.raises(permission.StepRefusedError, match="not-yours"):
        permission.refuse_stranger(ticket, stranger, "reassign")
