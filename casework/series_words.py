"""A series of visits made from a worker's words: "每周二四上午10点，到六月底", "一个月两次，半年", "工作日中午送饭".

Kazakh and Uyghur words come here in Chinese (catalogue/slot/turkic_plan.py). What is read is cut out of the words. If a
number, a day or an exception is left over, the words say more than was understood, and are refused rather than half
kept.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from casework.calendar import ONE_DAY, is_working_day, moment
from casework.series import SPREAD, Series, add_months, day_of, next_visit

USUAL_MONTHS = 3
"""How long a series goes on where no end is named."""
USUAL_MINUTES = 10 * 60
DAY_BEGINS, DAY_ENDS = 8 * 60, 18 * 60
"""Between these the visits of one day are spread, where only their number is named."""
PARTS = {"早上": 8, "早晨": 8, "早": 8, "上午": 10, "中午": 12, "下午": 15, "傍晚": 18, "晚上": 19, "晚": 19}
MEALS = {"三餐": (8, 12, 18), "早中晚": (8, 12, 18), "早晚": (8, 18)}
_DIGITS = "一二三四五六七八九"
_N = rf"(?:\d{{1,2}}|[{_DIGITS}]?十[{_DIGITS}]?|[{_DIGITS}两])"
_WEEK, _WEEKDAY, _ONCE = "(?:周|星期|礼拜)", "[一二三四五六日天]", "[次回趟]"
_EACH = rf"(?:隔(?P<gap>一)?个?|每?(?P<every>{_N})个?|每个?)"
_OFTEN = {
    "working": re.compile(rf"(?:每个?)?工作日(?:每天)?(?:(?P<times>{_N}){_ONCE})?"),
    "month": re.compile(rf"{_EACH}月(?P<times>{_N}){_ONCE}"),
    "week": re.compile(rf"{_EACH}{_WEEK}(?P<times>{_N}){_ONCE}"),
    "weekdays": re.compile(
        rf"(?:每个?)?{_WEEK}(?P<from>{_WEEKDAY})[到至]{_WEEK}?(?P<to>{_WEEKDAY})|每个?{_WEEK}末"
        rf"|每个?{_WEEK}(?P<list>{_WEEKDAY}(?:[、，,和及跟 ]?{_WEEK}?{_WEEKDAY})*)(?![次回趟个])"
    ),
    "day": re.compile(rf"(?:(?P<gap>隔一?天)|天天|每日|一日|(?:每(?P<every>{_N})?|{_N})天)(?:(?P<times>{_N}){_ONCE})?"),
}
_MEALS = re.compile(rf"(?P<meals>{'|'.join(MEALS)})(?:各?一?{_ONCE})?")
_FIRST = re.compile(
    rf"从?(?:(?P<near>今天|明天|后天)|下个?{_WEEK}(?P<weekday>{_WEEKDAY})?|(?P<following>下个?月)"
    rf"|(?P<month>{_N})月(?P<day>{_N})[日号])(?:开始|起)"
)
_UNTIL = re.compile(
    rf"一?直?[到至](?P<year>今年|明年)?(?:年底|(?<=年)底|(?P<this>月底)|(?P<month>{_N})月份?(?:(?P<day>{_N})[日号]|[底末])?)(?:为止)?"
)
_SPAN = re.compile(rf"(?:为期|连续|一共)?(?:半年|(?P<count>{_N})(?P<unit>年|个月|个?{_WEEK}|天))")
_CLOCK = re.compile(
    rf"(?P<part>{'|'.join(PARTS)})?(?P<zone>(?:北京|新疆)时间)?"
    rf"(?:(?P<hour>{_N})(?:点钟?|[:：](?=[0-5]\d))(?P<past>半|一刻|三刻|[0-5]\d分?)?)?"
)
_PAST = {"半": 30, "一刻": 15, "三刻": 45}
_ISH = re.compile(
    rf"每(?![次回趟人位件])|隔(?!壁)|天天|工作日|三餐|早中晚|早晚各?一?{_ONCE}|{_N}个?(?:月|{_WEEK}|天){_N}{_ONCE}"
    rf"|{_WEEK}{_WEEKDAY}[、，,和及跟到至 ]{_WEEK}?{_WEEKDAY}"
)
_DISHES = re.compile("[早午晚][饭餐]|做一?[顿次]|一起|一下")
_MORE = re.compile(rf"[\d{_DIGITS}十两百半几每隔除不只但日号天年点月节假早晚夜晨]|{_WEEK}|[上下中]午|时间")


class SeriesWordsError(ValueError):
    """Words of a series that cannot be made one. Remedy: say how often, at what time and until when."""

    def __init__(self, words: str) -> None:
        super().__init__(f"{words!r} is no series: say how often, at what time and until when, within a year")
        self.words = words


@dataclass(slots=True)
class _Words:
    """Words of which is cut out what was understood."""

    left: str

    def take(self, pattern: re.Pattern[str]) -> re.Match[str] | None:
        found = next((match for match in pattern.finditer(self.left) if match[0]), None)
        if found is not None:
            self.left = f"{self.left[: found.start()]}；{self.left[found.end() :]}"
        return found


def parse_series(text: str, now: datetime) -> Series | None:
    """The series that `text` asks for, None where it speaks of none (a single time, or no time).

    Raises SeriesWordsError where it speaks of one and not all of it is understood. `now` is aware; where no first day
    is named, it is the next one that can still be reached. Hours are Beijing time unless the words say 新疆时间.
    """
    words = _Words(re.sub(r"\s+", "", text))
    if not _ISH.search(words.left):
        return None
    try:
        series = _series(words, now)
    except (ValueError, OverflowError) as error:
        raise SeriesWordsError(text) from error
    if next_visit(series, (), now) is None:
        raise SeriesWordsError(text)
    return series


def _series(words: _Words, now: datetime) -> Series:
    words.left = _DISHES.sub("", words.left)
    start, end = words.take(_FIRST), words.take(_UNTIL)
    unit, often = _often(words)
    meals, span = words.take(_MEALS), words.take(_SPAN)
    clock = None if meals else words.take(_CLOCK)
    if _MORE.search(words.left) or (end and span):
        raise ValueError(words.left)
    times = _number(often["times"]) if often and often.groupdict().get("times") else 1
    daily = unit not in SPREAD
    at = _hours(meals, clock, times if daily else 1)
    first = _first(start, day_of(now)) if start else _soonest(unit, at, now)
    return Series(
        unit,
        first,
        _until(end, first, day_of(now)) if end else _after(span, first),
        at,
        1 if daily else times,
        _every(unit, often),
        _weekdays(often) if often and unit == "weekdays" else (),
    )


def _often(words: _Words) -> tuple[str, re.Match[str] | None]:
    for unit, pattern in _OFTEN.items():
        if found := words.take(pattern):
            return unit, found
    if _MEALS.search(words.left):
        return "day", None
    raise ValueError(words.left)


def _every(unit: str, often: re.Match[str] | None) -> int:
    if often is None or unit not in ("day", "week", "month"):
        return 1
    if often["gap"] or often[0].startswith("隔"):
        return 2
    if unit == "day" and not often["every"] and (count := re.match(_N, often[0])):
        return _number(count[0])
    return _number(often["every"]) if often["every"] else 1


def _weekdays(often: re.Match[str]) -> tuple[int, ...]:
    if often["from"]:
        first, last = _weekday(often["from"]), _weekday(often["to"])
        return tuple(range(first, last + 1))
    if not often["list"]:
        return (5, 6)
    return tuple(sorted({_weekday(each) for each in re.sub(_WEEK, "", often["list"]) if each in "一二三四五六日天"}))


def _hours(meals: re.Match[str] | None, clock: re.Match[str] | None, times: int) -> tuple[int, ...]:
    if meals:
        if times > 1:
            raise ValueError(meals[0])
        return tuple(hour * 60 for hour in MEALS[meals["meals"]])
    if times > 1:
        begin = _minutes(clock) if clock else DAY_BEGINS
        return tuple(begin + (DAY_ENDS - begin) * n // (times - 1) // 30 * 30 for n in range(times))
    return (_minutes(clock) if clock else USUAL_MINUTES,)


def _minutes(clock: re.Match[str]) -> int:
    """Minutes after midnight in Beijing."""
    if not (clock["part"] or clock["hour"]):
        raise ValueError(clock[0])
    usual = PARTS.get(clock["part"] or "", 0)
    hour = _number(clock["hour"]) if clock["hour"] else usual
    past = clock["past"] or "0"
    if hour < 12 and (usual >= 15 or (usual == 12 and hour < 10) or (not usual and 1 <= hour <= 6)):
        hour += 12
    behind = 120 if clock["zone"] == "新疆时间" else 0
    return hour * 60 + (_PAST.get(past) or int(past.removesuffix("分"))) + behind


def _soonest(unit: str, at: tuple[int, ...], now: datetime) -> date:
    today = day_of(now)
    day = today if moment(today, timedelta(minutes=min(at))) > now else today + ONE_DAY
    while unit in SPREAD and not is_working_day(day):
        day += ONE_DAY
    return day


def _first(start: re.Match[str], today: date) -> date:
    if start["near"]:
        return today + timedelta(days=("今天", "明天", "后天").index(start["near"]))
    if start["following"]:
        return add_months(today.replace(day=1), 1)
    if start["month"]:
        return _coming(_number(start["month"]), _number(start["day"]), today)
    monday = today + timedelta(days=7 - today.weekday())
    return monday + timedelta(days=_weekday(start["weekday"]) if start["weekday"] else 0)


def _until(end: re.Match[str], first: date, today: date) -> date:
    if end["year"]:
        return _until_in(today.year + (end["year"] == "明年"), end)
    if end["month"] and end["day"]:
        return _coming(_number(end["month"]), _number(end["day"]), first)
    month = _number(end["month"]) if end["month"] else first.month if end["this"] else 12
    return add_months(_coming(month, 1, first.replace(day=1)), 1) - ONE_DAY


def _until_in(year: int, end: re.Match[str]) -> date:
    if end["this"]:
        raise ValueError(end[0])
    month = _number(end["month"]) if end["month"] else 12
    if end["day"]:
        return date(year, month, _number(end["day"]))
    return add_months(date(year, month, 1), 1) - ONE_DAY


def _after(span: re.Match[str] | None, first: date) -> date:
    if span is None or not span["count"]:
        return add_months(first, 6 if span else USUAL_MONTHS) - ONE_DAY
    count, unit = _number(span["count"]), span["unit"]
    if unit in ("年", "个月"):
        return add_months(first, count * (12 if unit == "年" else 1)) - ONE_DAY
    return first + timedelta(days=count * (1 if unit == "天" else 7)) - ONE_DAY


def _coming(month: int, day: int, today: date) -> date:
    found = date(today.year, month, day)
    return found if found >= today else found.replace(year=today.year + 1)


def _weekday(word: str) -> int:
    return min("一二三四五六日天".index(word), 6)


def _number(word: str) -> int:
    """1 to 99, in figures or as spoken."""
    if word.isdecimal():
        return int(word)
    tens, ten, ones = word.partition("十")
    if ten:
        return (_digit(tens) if tens else 1) * 10 + (_digit(ones) if ones else 0)
    return _digit(word)


def _digit(word: str) -> int:
    return 2 if word == "两" else _DIGITS.index(word) + 1
