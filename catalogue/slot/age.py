"""The age of a person in a message."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import cache

from catalogue.slot.number import chinese_number, without_phones
from catalogue.slot.wordlist import CLAUSE_END, any_of, begins, table, words

OLDEST = 120
# Below this a number without any word beside it is as likely something else.
_GROWN = 40
_CHINESE = r"[一二两三四五六七八九十百零〇]{1,7}"
_NUMBER = rf"(?<![\d.:/-])\d{{1,3}}(?![\d.:/-])|{_CHINESE}"
_YEARS = re.compile(
    rf"(?P<number>{_NUMBER})\s*(?:多|来|几|好几)?\s*(?:周岁|岁)(?!以上|以下|以内|以后|起|前|时|那年|就)"
)
_TENS_WITH = re.compile(r"(?P<number>[一二三四五六七八九]十)有(?P<rest>[一二三四五六七八九])")
_MONTHS = re.compile(rf"(?:{_NUMBER})个?(?:多)?月大")
# Without 岁 only two-figure ages are believed.
_BARE = (
    r"(?P<number>(?<!\d)1?\d{2}(?!\d)|(?:[一二三四五六七八九]十[一二三四五六七八九]{0,2}|十[一二三四五六七八九]"
    r"|一百(?:零[一二三四五六七八九])?|[四五六七八九]{2}十)(?![一二三四五六七八九十百千]))"
)
_ANY_BARE = re.compile(rf"(?=[\d一二三四五六七八九十]){_BARE}")
_TURNED = re.compile(rf"{_BARE}(?:(?:多|来)?了|出头|有余|挂零)")
# "一个89一个87": of two the first.
_EACH = re.compile(rf"一个{_BARE}[，, ]?一个(?=[\d一二三四五六七八九])")
_FIGURE = "[零〇一二三四五六七八九]"
_YEAR = rf"(?:19|20)\d\d|[一二][九零〇]{_FIGURE}{{2}}|(?<!\d)[3-9]\d|[三四五六七八九]{_FIGURE}"


@dataclass(frozen=True, slots=True)
class Age:
    """An age in years, the words that say it and where they begin in the text."""

    years: int
    words: str
    start: int


def read_age(
    text: str, *, today: date, asked: bool = False, named: bool = False, after: int = -1, not_mine: bool = False
) -> Age | None:
    """The age said in `text`, None if none is.

    Of several ages the first behind the position `after` counts, where the person in need is named; -1 if nobody is.
    With `named` somebody is spoken of, so that a clause that is a number and nothing else is an age.
    With `not_mine` the age of the person writing does not count ("我60了"). With `asked` a bare number is an age. A
    year of birth is turned into an age at `today`.
    """
    text = without_phones(text)
    ages = sorted(_ages(text, today, named=named or after >= 0), key=lambda age: age.start)
    ages = [age for age in ages if 0 <= age.years <= OLDEST and not (not_mine and _is_mine(text, age))]
    if ages:
        behind = [age for age in ages if age.start >= after] or ages
        # "12岁的时候发烧": what was then is told beside what is now.
        return next((age for age in behind if not _is_past(text, age)), behind[0])
    return _answer(text, today) if asked else None


def _is_past(text: str, age: Age) -> bool:
    end = age.start + len(age.words)
    return text.startswith(words("ages", "age", "then"), end + text.startswith("岁", end))


def _ages(text: str, today: date, *, named: bool) -> Iterator[Age]:
    bare = _ANY_BARE.search(text) is not None
    yield from _with_word(text)
    yield from _led(text) if bare else ()
    yield from _births(text, today) if "年" in text or "生" in text else ()
    yield from _alone(text, named=named) if bare else ()


def _with_word(text: str) -> Iterator[Age]:
    for found in _YEARS.finditer(text) if "岁" in text else ():
        yield from _age(found, found["number"])
    for found in _TENS_WITH.finditer(text):
        yield from _age(found, found["number"] + found["rest"])
    for found in _MONTHS.finditer(text) if "月大" in text else ():
        yield Age(0, found[0], found.start())


def _led(text: str) -> Iterator[Age]:
    for found in (*_cued().finditer(text), *(_before_person().finditer(text) if "的" in text else ())):
        if not _is_measure(text, found):
            yield from _age(found, found["number"])


def _births(text: str, today: date) -> Iterator[Age]:
    for found in _born().finditer(text):
        yield Age(today.year - _year(found["year"] or found["late"], today), found[0], found.start())


def _is_mine(text: str, age: Age) -> bool:
    return bool(_my().search(text[: age.start]))


@cache
def _my() -> re.Pattern[str]:
    return re.compile(rf"[我俺]也?(?:{any_of(words('ages', 'age', 'cues'))}){{0,2}}$")


def _alone(text: str, *, named: bool) -> Iterator[Age]:
    """A clause that is a number and nothing else ("我妈下不了楼，85"), if a person is named or it ends in 了.

    Where a person is named, a number before 了 will do ("我妈马秀兰八十了").
    """
    for found in _whole_clause().finditer(text):
        if named or (found["done"] and (chinese_number(found["number"]) or 0) >= _GROWN):
            yield from _age(found, found["number"])
    for found in (*_TURNED.finditer(text), *_EACH.finditer(text)) if named else ():
        if (chinese_number(found["number"]) or 0) >= _GROWN and not _is_measure(text, found):
            yield from _age(found, found["number"])


@cache
def _whole_clause() -> re.Pattern[str]:
    return re.compile(rf"(?:(?<=[{CLAUSE_END} ])|^)\s*{_BARE}(?:多|来)?(?P<done>了)?(?=[{CLAUSE_END} ]|$)")


def _age(found: re.Match[str], number: str) -> Iterator[Age]:
    years = chinese_number(number)
    if years is not None:
        said = found[0][found.start("number") - found.start() :]
        yield Age(years, said.removesuffix("了"), found.start("number"))


def _is_measure(text: str, found: re.Match[str]) -> bool:
    """Whether the number is money, a blood pressure, a floor or the like."""
    after = text[found.end("number") :]
    return bool(_measured_after().match(after)) or text[: found.start()].endswith(words("ages", "age", "not-before"))


@cache
def _measured_after() -> re.Pattern[str]:
    return re.compile(any_of(words("ages", "age", "not-after")) + r"|[\d.:/%-]")


@cache
def _cued() -> re.Pattern[str]:
    """A number without 岁 that is an age all the same: after 今年, 快 and the like, or right after a person."""
    relations = table("relations")
    persons = {word for group in ("relations", "short") for each in relations[group].values() for word in each}
    persons |= {*words("names", "person", "titles"), *words("ages", "age", "sexes"), "他", "她", "我"}
    cues, mild = words("ages", "age", "cues"), words("ages", "age", "mild")
    person, cue, any_cue = any_of(persons), any_of(cues), any_of((*cues, *mild))
    led = rf"(?:{person}[，, ]?(?:{any_cue}){{0,3}}|{cue}(?:{any_cue}){{0,2}})"
    return re.compile(rf"{begins((*persons, *cues))}{led}{_BARE}(?:多|来|几|好几)?了?")


@cache
def _before_person() -> re.Pattern[str]:
    """ "82的老妈", "八十多的老人"."""
    relations = table("relations")
    persons = {word for group in ("relations", "short") for each in relations[group].values() for word in each}
    return re.compile(rf"{_BARE}多?的[老小]?{any_of(persons)}")


@cache
def _born() -> re.Pattern[str]:
    born = any_of(words("ages", "age", "born"))
    day = r"(?:\d{1,2}月(?:份)?)?(?:\d{1,2}[日号])?"
    return re.compile(rf"(?P<year>{_YEAR})年{day}{born}|生[于在](?P<late>{_YEAR})年?")


def _year(written: str, today: date) -> int:
    year = chinese_number(written) or 0
    if year >= 100:
        return year
    return 1900 + year if year > today.year % 100 else 2000 + year


def _answer(text: str, today: date) -> Age | None:
    """A bare number given as the answer to "how old?"."""
    filler = any_of(words("ages", "age", "filler"))
    bare = re.sub(rf"{filler}|[\s{re.escape(CLAUSE_END)}]", "", text)
    if found := re.fullmatch(r"((?:19|20)\d\d)年?", bare):
        return Age(today.year - int(found[1]), text.strip(), 0)
    years = chinese_number(bare.removesuffix("年"))
    if years and 1900 <= years <= today.year:
        return Age(today.year - years, text.strip(), 0)
    return Age(years, text.strip(), 0) if years is not None and years <= OLDEST else None
