"""Which days are holidays in Xinjiang, and which weekend days are worked in exchange.

National days and swaps come from the library `holidays`, which follows the State Council's yearly notice
(国务院办公厅关于部分节假日安排的通知) and knows it until the end of a year; for later years it still knows the
festivals themselves. The Hijri dates of Eid al-Fitr and Corban come from there too.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from holidays import HolidayBase, country_holidays
from holidays.groups.islamic import IslamicHolidays

from casework.hours import Hours, hours

YEARS = range(2001, 2100)
"""The years the library was checked for, and those it can compute festivals for. In others only weekdays count."""
SATURDAY = 5
ONE_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Year:
    """All the exceptions there are: `off` holidays (a weekend day may be one too), `worked` weekend days."""

    off: frozenset[date]
    worked: frozenset[date]

    def is_working_day(self, day: date) -> bool:
        return day not in self.off and (day.weekday() < SATURDAY or day in self.worked)


class _Festivals(HolidayBase, IslamicHolidays):
    """The first days of the two festivals, which the library knows for other countries only."""

    country = "CN"

    def __init__(self, years: range) -> None:
        IslamicHolidays.__init__(self, show_estimated=False)
        HolidayBase.__init__(self, years=years)

    def _populate_public_holidays(self) -> None:
        self._add_eid_al_fitr_day("fitr")
        self._add_eid_al_adha_day("corban")


@cache
def exceptions() -> Year:
    """The exceptions from Monday to Friday, computed once (about 0.1 s)."""
    return exceptions_of(hours())


def exceptions_of(said: Hours) -> Year:
    """The same for other data than the release's."""
    national = country_holidays("CN", years=YEARS, language="zh_CN")
    off, worked = set(national), set(national.weekend_workdays)
    for first, name in sorted(_Festivals(YEARS).items()):
        off |= _festival(first, said.fitr if name == "fitr" else said.corban, Year(frozenset(off), frozenset(worked)))
    return Year(frozenset((off | said.off) - said.working), frozenset((worked | said.working) - said.off))


def _festival(first: date, days: int, before: Year) -> set[date]:
    """So many days off that were working days, from the first day on."""
    found: set[date] = set()
    while len(found) < days:
        if before.is_working_day(first):
            found.add(first)
        first += ONE_DAY
    return found
