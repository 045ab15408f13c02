"""Times in a message: as spoken, and as a moment for a visit."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from functools import cache
from typing import Literal

from catalogue.slot.number import chinese_number
from catalogue.slot.turkic_plan import in_chinese
from catalogue.slot.wordlist import any_of, any_word, begins, clause_end, clause_start, table, words

Clock = Literal["", "beijing", "xinjiang"]
BEIJING = timezone(timedelta(hours=8), "beijing")
XINJIANG = timezone(timedelta(hours=6), "xinjiang")
# A day named without any hour means a visit in the morning.
USUAL_HOUR = 10
_JOINTS = ("", "、", "和", "或", "或者", "到", "至", "还有")
_WEEKDAYS = "一二三四五六日天"
_NUMERALS = "一二两三四五六七八九十"
_COUNT = rf"(?:\d{{1,2}}|[{_NUMERALS}]{{1,3}})"
_WEEKDAY = rf"(?:(?P<ahead>下下|下|这|本)个?)?(?:周|星期|礼拜)(?P<weekday>[{_WEEKDAYS}1-7])"
_DATE = (
    rf"(?:(?P<year>20\d\d)[-年/.]|(?<![\d-]))(?:(?P<month>{_COUNT})月(?:份)?(?P<monthday>{_COUNT})[日号]?"
    r"|(?P<month2>\d{1,2})[-/](?P<monthday2>\d{1,2})(?=\s|$|[上下中早晚凌，。])"
    rf"|(?P<only>{_COUNT})[号日](?![楼院线店门巷子常间]))"
)
_HOUR = (
    rf"(?<![\d.:])(?P<hour>{_COUNT})(?P<mark>点钟|点(?!几|\d{{3}})|时(?![候间常])|[:：](?=[0-5]\d))"
    rf"(?P<past>半|一刻|三刻|[0-5]\d分?|{_COUNT}分)?"
    r"(?:以前|之前|以后|之后|左右|前后|前(?![天年])|后(?![天面头院]))?"
)
_LATER = rf"(?P<later>半|一个半|{_COUNT})个?(?P<unit>小时|钟头|天)(?:以后|之后|后)"


@dataclass(frozen=True, slots=True)
class TimesSaid:
    """Times as spoken: once (`when`), repeatedly (`frequency`), with an hour or not, by which of the two clocks."""

    when: str = ""
    hour_named: bool = False
    clock: Clock = ""
    frequency: str = ""


def read_times(text: str, *, asked: bool = False) -> TimesSaid:
    """The times a message names, leaving out the past. With `asked` vague answers count too ("随时", "现在")."""
    frequency = _frequency().search(text)
    rest = text if not frequency else f"{text[: frequency.start()]}，{text[frequency.end() :]}"
    found = [match for match in _matches(rest) if _is_ahead(rest, match, asked=asked)]
    return TimesSaid(
        when=_joined(rest, found) if found else _soon(rest, asked=asked),
        hour_named=any(match["hour"] is not None for match in found),
        clock=_clock(text),
        frequency=frequency[0] if frequency else "",
    )


def parse_time(text: str, now: datetime, tz: tzinfo = BEIJING) -> datetime | None:
    """The moment that `text` names in Chinese, Kazakh or Uyghur, in UTC; None if it names none.

    `now` must be aware. Hours are read in `tz` unless the text says 新疆时间 or 北京时间. A part of a day without an
    hour means its usual hour (times.toml), a day without both USUAL_HOUR; hours from 1 to 6 without a part are
    afternoon. An hour without a day, a weekday or a date that is over means the next one; "今天" stays today, even if
    it is over.
    """
    text = in_chinese(text)
    zone: tzinfo = {"beijing": BEIJING, "xinjiang": XINJIANG}.get(_clock(text), tz)
    found = max((match for match in _matches(text) if _is_time(match)), key=lambda each: len(each[0]), default=None)
    if found is None:
        return now.astimezone(UTC) if re.search(r"现在|马上|立刻|这会儿", text) else None
    try:
        return _moment(found, now.astimezone(zone)).astimezone(UTC)
    except ValueError:
        # A date or an hour that does not exist ("2月30号", "25点").
        return None


def _clock(text: str) -> Clock:
    if any_word("times", "words", "xinjiang").search(text):
        return "xinjiang"
    return "beijing" if any_word("times", "words", "beijing").search(text) else ""


@cache
def _frequency() -> re.Pattern[str]:
    number = r"(?:\d{1,2}|[一二两三四五六七八九十几])(?:[到至~-]?(?:\d|[一二两三四五六七]))?"
    weekday = rf"(?:周|星期|礼拜)?[{_WEEKDAYS}]"
    weekdays = rf"{weekday}(?:[、，,和及跟 ]?{weekday})*(?![次天])"
    patterns = sorted(words("times", "frequency", "patterns"), key=len, reverse=True)
    first = begins(patterns, rf"\d几{_NUMERALS}周星礼{_WEEKDAYS}")
    verb = rf"(?<=[周期拜天月年]){any_of(words('times', 'frequency', 'verbs'))}?{number}"
    spelled = "|".join(
        re.sub(r"(?<=[周期拜天月年])#", lambda _: verb, each).replace("#", number).replace("@", weekdays)
        for each in patterns
    )
    # "今天天气" and "冬天天没亮" hold no 天天.
    return re.compile(rf"{first}(?<![今明昨后前春夏秋冬])(?:{spelled})")


@cache
def _spoken() -> re.Pattern[str]:
    past = words("times", "words", "past")
    days = [day for day in table("times")["days"] if len(day) > 1]
    parts = [part for part in table("times")["parts"] if len(part) > 1]
    clocks = (*words("times", "words", "xinjiang"), *words("times", "words", "beijing"))
    # All parts of a moment may be left out; none but these characters begin one that says anything.
    some = begins((*past, *days, *parts, *clocks), rf"\d半{_NUMERALS}今明下这本周星礼")
    day = rf"(?:(?P<short>[今明])(?P<shortpart>[早晚])上?|(?P<day>{any_of(days)})|{_WEEKDAY}|{_DATE})"
    part = rf"(?P<part>{any_of(parts)})(?!好)[ 的]?"
    moment = rf"(?P<gone>{any_of(past)})?(?:{day}[ ，的]?)?(?:{part})?(?:{any_of(clocks)}[ 的]?)?(?:{_HOUR})?"
    return re.compile(rf"{some}(?:{_LATER}|{moment})")


def _matches(text: str) -> list[re.Match[str]]:
    return [match for match in _spoken().finditer(text) if match[0].strip(" ，的")]


def _is_time(match: re.Match[str]) -> bool:
    """Whether a match says more than "一点" (a little) or the name of a clock."""
    groups = match.groupdict()
    if match["gone"]:
        return False
    dated = any(groups[key] for key in ("short", "day", "weekday", "month", "month2", "only", "part", "later"))
    vague = match["hour"] in ("一", "两", "几") and match["mark"] == "点" and not match["past"]
    return dated or (match["hour"] is not None and not vague)


def _is_ahead(text: str, match: re.Match[str], *, asked: bool) -> bool:
    """Whether a time is about what is to come and not told of what has been."""
    figures_only = (match["month2"] or match["only"]) and match["hour"] is None
    if not _is_time(match) or figures_only:
        return False
    later_day = match["day"] and table("times")["days"][match["day"]] > 0
    if later_day or match["weekday"] or match["later"] or match["short"] == "明" or asked:
        return True
    clause = text[clause_start(text, match.start()) : clause_end(text, match.end())]
    behind = text[match.end() : clause_end(text, match.end())]
    if any_word("times", "words", "intent").search(clause) or match["hour"]:
        return True
    told = match["day"] is not None or match["part"] in words("times", "words", "told")
    return not told and "了" not in behind


def _joined(text: str, found: list[re.Match[str]]) -> str:
    """The fullest of the times named, taking those that follow each other at once as one: "周三或周五下午"."""
    spans = [(found[0].start(), found[0].end())]
    for match in found[1:]:
        start, end = spans[-1]
        if text[end : match.start()] in _JOINTS:
            spans[-1] = (start, match.end())
        else:
            spans.append((match.start(), match.end()))
    start, end = max(spans, key=lambda span: span[1] - span[0])
    # "周末上午", "这几天下午".
    before = _soon_before().search(text[:start])
    return text[before.start() if before else start : end].strip(" ，的")


@cache
def _soon_before() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words('times', 'words', 'soon'))}[的 ]?$")


def _soon(text: str, *, asked: bool) -> str:
    found = _soon_words(asked).search(text)
    return found[0] if found else ""


@cache
def _soon_words(asked: bool) -> re.Pattern[str]:
    asked_only = words("times", "words", "asked")
    return re.compile(any_of(word for word in words("times", "words", "soon") if asked or word not in asked_only))


def _moment(match: re.Match[str], now: datetime) -> datetime:
    if match["later"]:
        return _later(match, now)
    hour, minute, next_day = _time_of_day(match)
    day = _day(match, now.date())
    moment = datetime.combine(day + timedelta(days=next_day), time(hour, minute), tzinfo=now.tzinfo)
    if moment >= now:
        return moment
    if match["weekday"] and not match["ahead"]:
        return moment + timedelta(days=7)
    undated = not any(match[key] for key in ("day", "short", "weekday", "month", "month2", "only"))
    return moment + timedelta(days=1) if undated else moment


def _later(match: re.Match[str], now: datetime) -> datetime:
    amount = {"半": 0.5, "一个半": 1.5}.get(match["later"]) or float(chinese_number(match["later"]) or 0)
    return now + (timedelta(days=amount) if match["unit"] == "天" else timedelta(hours=amount))


def _time_of_day(match: re.Match[str]) -> tuple[int, int, int]:
    """Hour, minute, and 1 if the night reaches into the next day."""
    name = match["part"] or match["shortpart"] or ""
    part = table("times")["parts"].get(name)
    if match["hour"] is None:
        return (part["hour"] if part else USUAL_HOUR), 0, 0
    hour = chinese_number(match["hour"])
    minute = _minute(match["past"] or "")
    if hour is None:
        raise ValueError(match["hour"])
    if part is None:
        return (hour + 12 if 1 <= hour <= 6 and not match["hour"].startswith("0") else hour), minute, 0
    return _with_part(hour, minute, name, noon=part["noon"])


def _with_part(hour: int, minute: int, part: str, *, noon: bool) -> tuple[int, int, int]:
    night = part in ("晚上", "晚", "夜里", "半夜")
    if night and (hour == 12 or hour <= 4):
        return hour % 12, minute, 1
    midday = part in ("中午", "晌午") and hour >= 10
    return (hour + 12 if noon and hour < 12 and not midday else hour), minute, 0


def _minute(past: str) -> int:
    fixed = {"": 0, "半": 30, "一刻": 15, "三刻": 45}
    return fixed[past] if past in fixed else chinese_number(past.removesuffix("分")) or 0


def _day(match: re.Match[str], today: date) -> date:
    named = match["day"] or match["short"]
    if named:
        return today + timedelta(days=table("times")["days"][named])
    if match["weekday"]:
        return _weekday(match["weekday"], match["ahead"] or "", today)
    return _date(match, today)


def _weekday(name: str, ahead: str, today: date) -> date:
    wanted = int(name) - 1 if name.isdecimal() else min(_WEEKDAYS.index(name), 6)
    monday = today - timedelta(days=today.weekday())
    if ahead:
        return monday + timedelta(days=wanted + 7 * ahead.count("下"))
    return today + timedelta(days=(wanted - today.weekday()) % 7)


def _date(match: re.Match[str], today: date) -> date:
    if match["only"]:
        day = today.replace(day=chinese_number(match["only"]) or 0)
        return day if day >= today else _next_month(day)
    if not (match["month"] or match["month2"]):
        return today
    month = chinese_number(match["month"] or match["month2"]) or 0
    monthday = chinese_number(match["monthday"] or match["monthday2"]) or 0
    day = date(int(match["year"] or today.year), month, monthday)
    return day if day >= today or match["year"] else day.replace(year=day.year + 1)


def _next_month(day: date) -> date:
    return day.replace(year=day.year + day.month // 12, month=day.month % 12 + 1)
