"""One cell at a time: what people write there, as what is meant, and back.

Each reader raises CellError with what is wrong and what to write instead.
"""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta

from bot.sheet.workbook import Formula, Value

YES, NO = "是 yes", "否 no"
WEEKDAYS = "一二三四五六日"
DAY_NAMES = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
DAY = timedelta(days=1)
MIDNIGHT = time(0)
YEARS = range(2000, 2100)
_SEPARATORS = re.compile(r"[\s,，、;；/]+")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?")
_TIME = re.compile(r"(\d{1,2})\s*[:：]\s*(\d{2})(?:\s*[:：]\s*00)?")
DATE_REMEDY = "Write a date such as 2026-03-05"
TIME_REMEDY = "Write a time of day in Beijing time such as 08:30"
DAYS_REMEDY = "Write the days as 一二三四五, or with commas: 1,2,3 (1 is Monday, 7 Sunday)"


class CellError(ValueError):
    """A cell that cannot be understood: what is wrong, and what to write."""

    def __init__(self, what: str, remedy: str) -> None:
        super().__init__(f"{what}. {remedy}")
        self.what = what
        self.remedy = remedy


def text(value: Value | Formula, most: int = 200) -> str:
    """Plain text, numbers as they are shown. Raises CellError for a formula, or for what is too long or unprintable."""
    if isinstance(value, Formula):
        raise CellError(f"a formula ({value.text[:40]})", "Put the value itself there, as text")
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    shown = "" if value is None else str(value).strip()
    if len(shown) > most:
        raise CellError(f"{len(shown)} characters", f"Write at most {most}")
    if not shown.isprintable():
        raise CellError("a line break or a character that cannot be printed", "Write it in one line")
    return shown


def words(value: Value | Formula) -> list[str]:
    """Several words, however they are separated."""
    return [word for word in _SEPARATORS.split(text(value)) if word]


def yes(value: Value | Formula, default: bool) -> bool:
    """Yes or no; empty is the default."""
    if isinstance(value, bool):
        return value
    said = text(value).lower()
    if not said:
        return default
    for answers, meaning in (
        (("yes", "y", "true", "是", "1", YES), True),
        (("no", "n", "false", "否", "0", NO), False),
    ):
        if said in answers:
            return meaning
    raise CellError(f"{said!r} is neither yes nor no", f"Write {YES} or {NO}")


def number(value: Value | Formula) -> int | None:
    """A number of a person, as the bot gave it; None for an empty cell."""
    said = text(value)
    if not said:
        return None
    if not (said.isascii() and said.isdigit() and len(said) < 10):
        raise CellError(f"{said!r} is no number", "Leave it as it was exported, or empty for somebody new")
    return int(said)


def day(value: Value | Formula) -> date:
    """A day."""
    found, at = _moment(value)
    if at != MIDNIGHT:
        raise CellError(f"{value} has a time of day", DATE_REMEDY)
    return found


def begin(value: Value | Formula) -> datetime:
    """The beginning of an absence: a day from its midnight on, or a moment; without zone, in Beijing."""
    return datetime.combine(*_moment(value))


def end(value: Value | Formula) -> datetime:
    """The end of an absence: a day is meant to its end, a moment as it is; without zone, in Beijing."""
    found, at = _moment(value)
    return datetime.combine(found, at) + (DAY if at == MIDNIGHT else timedelta(0))


def clock(value: Value | Formula) -> time:
    """A time of day in Beijing; 24:00 is midnight."""
    if isinstance(value, datetime):
        value = value.time()
    if isinstance(value, time):
        return value.replace(second=0, microsecond=0, tzinfo=None)
    if isinstance(value, timedelta):
        value = value / DAY
    if isinstance(value, float) or (isinstance(value, int) and value in (0, 1)):
        share = float(value)
        if 0 <= share <= 1:
            minutes = round(share * 1440) % 1440
            return time(minutes // 60, minutes % 60)
    return _clock(text(value))


def weekdays(value: Value | Formula) -> tuple[int, ...]:
    """Days of the week, 1 (Monday) to 7, in order."""
    if isinstance(value, date):
        raise CellError("the program made a date of it", DAYS_REMEDY)
    said = re.sub("星期|礼拜|周", "", text(value).lower()).replace("天", "日")
    for index, name in enumerate(DAY_NAMES):
        said = re.sub(rf"{name}[a-z]*", str(index + 1), said)
    said = said.translate({ord(word): str(index + 1) for index, word in enumerate(WEEKDAYS)})
    said = re.sub(r"\s*[-–—~至到]\s*", "-", said)
    found: set[int] = set()
    for part in _SEPARATORS.split(said):
        if span := re.fullmatch(r"([1-7])-([1-7])", part):
            first, last = int(span[1]), int(span[2])
            found |= {(first - 1 + n) % 7 + 1 for n in range((last - first) % 7 + 1)}
        elif re.fullmatch("[1-7]+", part):
            found |= {int(digit) for digit in part}
        elif part:
            raise CellError(f"{text(value)!r} names no days of the week", DAYS_REMEDY)
    if not found:
        raise CellError("no days", DAYS_REMEDY)
    return tuple(sorted(found))


def shown_weekdays(days: tuple[int, ...]) -> str:
    """Days of the week as they are exported: 一二三四五."""
    return "".join(WEEKDAYS[each - 1] for each in sorted(days))


def shown_begin(at: datetime) -> date | datetime:
    """A day, where the moment (without zone, in Beijing) is its midnight."""
    return at.date() if at.time() == MIDNIGHT else at


def shown_end(at: datetime) -> date | datetime:
    """The last day, where the moment (without zone, in Beijing) is a midnight."""
    return at.date() - DAY if at.time() == MIDNIGHT else at


def _moment(value: Value | Formula) -> tuple[date, time]:
    found, at = _any_moment(value)
    if found.year not in YEARS:
        raise CellError(f"the year {found.year}", f"{DATE_REMEDY}, in the years {YEARS[0]} to {YEARS[-1]}")
    return found, at


def _any_moment(value: Value | Formula) -> tuple[date, time]:
    if isinstance(value, datetime):
        # Spreadsheet programs keep days as broken numbers: a moment is off by some milliseconds.
        near = value.replace(tzinfo=None) + timedelta(seconds=30)
        return near.date(), time(near.hour, near.minute)
    if isinstance(value, date):
        return value, MIDNIGHT
    said = text(value)
    found = _DATE.match(said)
    try:
        if found is None:
            raise ValueError(said)
        rest = said[found.end() :].lstrip(" Tt")
        return date(int(found[1]), int(found[2]), int(found[3])), _clock(rest) if rest else MIDNIGHT
    except ValueError:
        raise CellError(f"{said!r} is no date" if said else "empty", f"{DATE_REMEDY} or 2026-03-05 14:00") from None


def _clock(said: str) -> time:
    found = _TIME.fullmatch(said)
    if found and (found[1], found[2]) == ("24", "00"):
        return MIDNIGHT
    try:
        return time(int(found[1]), int(found[2])) if found else _no_time(said)
    except ValueError:
        return _no_time(said)


def _no_time(said: str) -> time:
    raise CellError(f"{said!r} is no time of day" if said else "empty", TIME_REMEDY)
