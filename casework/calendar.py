"""The working calendar: working days of Xinjiang, working time, and the hours in which residents are left in peace.

Days are days in Beijing, which keeps one offset from UTC all year, so that sums of hours are exact. Moments are aware;
what is returned is UTC.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

from casework.holiday import exceptions
from casework.hours import hours

BEIJING = timezone(timedelta(hours=8))
ONE_DAY = timedelta(days=1)
ZERO = timedelta(0)


def is_working_day(day: date) -> bool:
    """Monday to Friday but for holidays, and weekend days worked in exchange. Never raises, whatever the year."""
    return exceptions().is_working_day(day)


def is_holiday(day: date) -> bool:
    """A national holiday or one of Xinjiang's; an ordinary weekend is none."""
    return day in exceptions().off


def is_swapped_in(day: date) -> bool:
    """A weekend day that is worked in exchange for a holiday."""
    return day in exceptions().worked


def working_day() -> timedelta:
    """The working hours of one day, together: what "one working day" means as an amount."""
    return sum((end - begin for begin, end in hours().office), ZERO)


def is_working_time(at: datetime) -> bool:
    """Whether the offices are open. A span holds its beginning and not its end."""
    day, since = split(at)
    return is_working_day(day) and any(begin <= since < end for begin, end in hours().office)


def add_working_time(start: datetime, amount: timedelta) -> datetime:
    """The first moment (UTC) by which `amount` of working time has passed since `start`.

    No amount gives `start` itself. Raises ValueError for a negative amount or a moment without zone.
    """
    if amount < ZERO:
        raise ValueError(f"{amount} is negative: give an amount of working time from zero up")
    day, since = split(start)
    if not amount:
        return start.astimezone(UTC)
    while True:
        for begin, end in hours().office if is_working_day(day) else ():
            left = end - max(begin, since)
            if amount <= left:
                return moment(day, end - left + amount)
            amount -= max(ZERO, left)
        day, since = day + ONE_DAY, ZERO


def working_time_between(first: datetime, last: datetime) -> timedelta:
    """How much working time lies between two moments; negative when `last` is the earlier.

    Raises ValueError for a moment without zone.
    """
    if last < first:
        return -working_time_between(last, first)
    (day, since), (last_day, until) = split(first), split(last)
    if day == last_day:
        return _worked(day, since, until)
    total = _worked(day, since, ONE_DAY) + _worked(last_day, ZERO, until)
    days = sum(is_working_day(day + timedelta(days=n)) for n in range(1, (last_day - day).days))
    return total + days * working_day()


def quiet_until(at: datetime) -> datetime | None:
    """When the quiet hours end (UTC) that `at` lies in; None outside them. For whatever is not urgent."""
    day, since = split(at)
    begin, end = hours().quiet
    if begin < end:
        return moment(day, end) if begin <= since < end else None
    if since < end:
        return moment(day, end)
    return moment(day + ONE_DAY, end) if since >= begin else None


def split(at: datetime) -> tuple[date, timedelta]:
    """The day in Beijing, and the time since its midnight. Raises ValueError for a moment without zone."""
    if at.tzinfo is None:
        raise ValueError(f"{at} has no zone: give an aware moment, for example in UTC")
    local = at.astimezone(BEIJING)
    return local.date(), timedelta(
        hours=local.hour, minutes=local.minute, seconds=local.second, microseconds=local.microsecond
    )


def moment(day: date, since: timedelta) -> datetime:
    """The moment (UTC) so long after midnight in Beijing."""
    return (datetime(day.year, day.month, day.day, tzinfo=BEIJING) + since).astimezone(UTC)


def _worked(day: date, since: timedelta, until: timedelta) -> timedelta:
    if not is_working_day(day):
        return ZERO
    return sum((max(ZERO, min(end, until) - max(begin, since)) for begin, end in hours().office), ZERO)
