"""How long personal data is kept: read from a data file, over which a county may lay its own.

Source of the principle: Personal Information Protection Law of China (PIPL), Art. 19 and 47; of the three years for the
record of a service: Civil Code of China, Art. 188.
"""

from __future__ import annotations

import calendar
import re
import tomllib
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

RETENTION_FILE = Path(__file__).parent / "data" / "retention.toml"
_PERIOD = re.compile(r"(\d{1,4})(d|mo|y)")
_REMEDY = 'Write a number and d, mo or y, for example "30d" or "3y".'


class RetentionDataError(ValueError):
    """A file of periods cannot be used. Says which file, where, why and what to write."""

    def __init__(self, path: Path, where: str, problem: str, remedy: str = _REMEDY) -> None:
        super().__init__(f"{path}: {where}: {problem}. {remedy}")
        self.path, self.where = path, where


@dataclass(frozen=True, slots=True)
class Period:
    """A length of time in the calendar: `unit` is "d", "mo" or "y"."""

    amount: int
    unit: str

    def after(self, start: datetime) -> datetime:
        """The moment this long after `start`; of a month without that day its last."""
        return self._moved(start, 1)

    def before(self, end: datetime) -> datetime:
        """The moment this long before `end`."""
        return self._moved(end, -1)

    def _moved(self, at: datetime, direction: int) -> datetime:
        if self.unit == "d":
            return at + direction * timedelta(days=self.amount)
        months = at.year * 12 + at.month - 1 + direction * self.amount * (12 if self.unit == "y" else 1)
        year, month = divmod(months, 12)
        return at.replace(year=year, month=month + 1, day=min(at.day, calendar.monthrange(year, month + 1)[1]))


@dataclass(frozen=True, slots=True)
class Keeping:
    """The periods of the data file, by the names they have there."""

    dialogs: Period
    messages: Period
    attachments: Period
    tickets: Period
    volunteers: Period
    exports: Period


def read_keeping(path: Path = RETENTION_FILE) -> Keeping:
    """The built-in periods, and those of the file in their place. Raises RetentionDataError."""
    names = [each.name for each in fields(Keeping)]
    own = _table(path)
    for name in own:
        if name not in names:
            raise RetentionDataError(path, name, "there is no such entry", f"Take one of {', '.join(names)}.")
    table = {**_table(RETENTION_FILE), **own}
    return Keeping(**{name: _period(path, name, table[name]) for name in names})


@lru_cache(maxsize=1)
def keeping() -> Keeping:
    """The built-in periods, read once."""
    return read_keeping()


def _period(path: Path, name: str, value: Any) -> Period:
    match = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise RetentionDataError(path, name, f"{value!r} is no length of time")
    return Period(int(match[1]), match[2])


def _table(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        problem, remedy = f"it cannot be read ({error.strerror})", "Give a file that is there and may be read."
    except ValueError as error:
        problem, remedy = f"it is no TOML in UTF-8 ({error})", "Correct it there."
    raise RetentionDataError(path, "the file", problem, remedy)
