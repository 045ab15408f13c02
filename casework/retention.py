"""How long personal data is kept: read from a data file, over which a county may lay its own.

Source of the principle: Personal Information Protection Law of China (PIPL), Art. 19 and 47; of the three years for the
record of a service: Civil Code of China, Art. 188.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.rule_file import RuleFileError, read_table

RETENTION_FILE = Path(__file__).parent / "data" / "retention.toml"
_PERIOD = re.compile(r"(\d{1,4})(d|mo|y)")
_REMEDY = 'Write a number and d, mo or y, for example "30d" or "3y".'


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
    """The built-in periods, and those of the file in their place. Raises RuleFileError."""
    names = [each.name for each in fields(Keeping)]
    own = read_table(path)
    for name in own:
        if name not in names:
            raise RuleFileError(path, name, "there is no such entry", f"Take one of {', '.join(names)}.")
    table = {**read_table(RETENTION_FILE), **own}
    return Keeping(**{name: _period(path, name, table[name]) for name in names})


@lru_cache(maxsize=1)
def keeping() -> Keeping:
    """The built-in periods, read once."""
    return read_keeping()


def _period(path: Path, name: str, value: Any) -> Period:
    match = _PERIOD.fullmatch(value) if isinstance(value, str) else None
    if match is None or not int(match[1]):
        raise RuleFileError(path, name, f"{value!r} is no length of time", _REMEDY)
    return Period(int(match[1]), match[2])
