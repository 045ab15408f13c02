"""Shifts, swaps and absences in the database, and the whole roster around a moment."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import bindparam, delete, func, insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.duty import Roster
from casework.shift import Absence, Shift, Swap
from storage import staff as staff_store
from storage.people_table import staff, staff_absence, staff_shift, staff_swap

AROUND = timedelta(days=2)
"""A shift that runs now began at most a day ago, in Beijing; a swap further off says nothing about now."""


# Built once, as every ticket asks them.
_SWAPS = select(staff_swap).where(staff_swap.c.day.between(bindparam("first"), bindparam("last")))
_SHIFTS = (
    select(staff_shift)
    .join(staff, staff.c.id == staff_shift.c.staff_id)
    .where(staff.c.active)
    .order_by(staff_shift.c.staff_id, staff_shift.c.id)
)
_ABSENCES = select(staff_absence).order_by(staff_absence.c.staff_id, staff_absence.c.first, staff_absence.c.id)
_NOT_OVER = _ABSENCES.where(staff_absence.c.last > bindparam("now"))


async def around(connection: AsyncConnection, now: datetime) -> Roster:
    """Active staff with what matters about now: all shifts, the swaps of these days, absences that are not over."""
    days = {"first": (now - AROUND).date(), "last": (now + AROUND).date()}
    return Roster(
        await staff_store.everyone(connection),
        await shifts(connection),
        [Swap(row.day, row.away, row.stand_in) for row in (await connection.execute(_SWAPS, days))],
        await absences(connection, now),
    )


async def whole(connection: AsyncConnection) -> Roster:
    """Everything there is, those who left and what is over too."""
    query = select(staff_swap).order_by(staff_swap.c.day, staff_swap.c.away)
    return Roster(
        await staff_store.everyone_ever(connection),
        await shifts(connection),
        [Swap(row.day, row.away, row.stand_in) for row in (await connection.execute(query))],
        await absences(connection, None),
    )


async def shifts(connection: AsyncConnection) -> list[Shift]:
    """The shifts of active staff, by person."""
    rows = (await connection.execute(_SHIFTS)).all()
    return [
        Shift(row.staff_id, tuple(row.weekdays), row.start, row.end, row.holidays, tuple(row.skills)) for row in rows
    ]


async def absences(connection: AsyncConnection, now: datetime | None) -> list[Absence]:
    """Absences that are not over at `now`, or all of them, in order."""
    asked = connection.execute(_ABSENCES) if now is None else connection.execute(_NOT_OVER, {"now": now})
    rows = (await asked).all()
    return [Absence(row.staff_id, row.first, row.last, row.reason, row.substitute) for row in rows]


async def next_change(connection: AsyncConnection, now: datetime) -> datetime | None:
    """When somebody is next away or back."""
    first = select(func.min(staff_absence.c.first)).where(staff_absence.c.first > now)
    last = select(func.min(staff_absence.c.last)).where(staff_absence.c.last > now)
    row = (await connection.execute(select(first.scalar_subquery(), last.scalar_subquery()))).one()
    return min((each for each in row if each is not None), default=None)


async def keep(
    connection: AsyncConnection, shifts: Sequence[Shift], swaps: Sequence[Swap], absences: Sequence[Absence]
) -> None:
    """From now on these shifts, swaps and absences hold, and no others."""
    for table in (staff_shift, staff_swap, staff_absence):
        await connection.execute(delete(table))
    if shifts:
        await connection.execute(insert(staff_shift), [_shift(each) for each in shifts])
    if swaps:
        rows = [{"day": each.day, "away": each.away, "stand_in": each.stand_in} for each in swaps]
        await connection.execute(insert(staff_swap), rows)
    if absences:
        await connection.execute(insert(staff_absence), [_absence(each) for each in absences])


def _shift(shift: Shift) -> dict[str, object]:
    return {
        "staff_id": shift.staff,
        "weekdays": list(shift.weekdays),
        "start": shift.start,
        "end": shift.end,
        "holidays": shift.holidays,
        "skills": list(shift.skills),
    }


def _absence(absence: Absence) -> dict[str, object]:
    return {
        "staff_id": absence.staff,
        "first": absence.first,
        "last": absence.last,
        "reason": absence.reason,
        "substitute": absence.substitute,
    }
