"""The age of a person in a Kazakh or Uyghur message."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from catalogue.slot.age import OLDEST, Age
from catalogue.slot.turkic_text import Mention, Message, longest

# A number with nothing but an ending is an hour up to here.
_LAST_HOUR = 24
_EARLIEST_YEAR = 1900


def ages(message: Message) -> list[Mention]:
    """Ages said, in the order of the text; `number` is the age in years."""
    found = (*_years(message), *_months(message), *_born(message))
    return longest(each for each in found if 0 <= each.number <= OLDEST)


def chosen(message: Message, said: list[Mention], *, after: int, not_mine: bool, asked: bool) -> Age | None:
    """Of several ages the first behind the token `after`, where the person in need is named; None if none is said.

    With `not_mine` the age of the person writing does not count. With `asked` a bare number is an age.
    """
    kept = [each for each in said if not (not_mine and _is_mine(message, each))]
    if kept:
        each = next((each for each in kept if each.first > after), kept[0])
        return Age(each.number, message.said(each.first, each.last), message.tokens[each.first].start)
    return _answer(message) if asked else None


def _is_mine(message: Message, each: Mention) -> bool:
    before = message.tokens[each.first - 1].word if each.first else ""
    last = message.tokens[each.last].word
    return before in message.words.lists["me"] or message.words.ends(last, "first_person")


def _years(message: Message) -> Iterator[Mention]:
    for each in message.mentions:
        if each.kind == "age" and _counts(message, each):
            yield each


def _counts(message: Message, each: Mention) -> bool:
    """Whether a number is an age and no money, blood pressure, hour or the time since when."""
    words = [token.word for token in message.tokens[each.first : each.last + 1]]
    clause = message.tokens[each.last].clause
    following = (other for other in message.mentions if other.first == each.last + 1)
    around = {other.kind for other in following if message.tokens[other.first].clause == clause}
    before = {other.kind for other in message.mentions if other.last == each.first - 1}
    if "since" in around:
        return False
    if any(word.startswith(tuple(message.words.lists["age_words"])) for word in words):
        return True
    if "not_after" in around or before & {"not_before", "hour", "part", "beijing", "xinjiang"}:
        return False
    return (
        each.number > _LAST_HOUR
        or _closes(message, each)
        or each.size > len("#") + max(map(len, message.words.lists["number_endings"]))
    )


def _closes(message: Message, each: Mention) -> bool:
    """Whether a number ends a clause in which a person is named: "қызым сал, он екіде"."""
    ends = (
        each.last + 1 == len(message.tokens) or message.tokens[each.last + 1].clause > message.tokens[each.last].clause
    )
    return ends and any(other.kind == "relation" and 0 < each.first - other.last < 4 for other in message.mentions)


def _months(message: Message) -> Iterator[Mention]:
    for each in message.mentions:
        if each.kind == "months":
            yield Mention("age", "", each.first, each.last, number=0, size=each.size + 1)


def _born(message: Message) -> Iterator[Mention]:
    this_year = date.today().year
    for each in message.mentions:
        if each.kind == "born" and _EARLIEST_YEAR <= each.number <= this_year:
            yield Mention("age", "", each.first, each.last, number=this_year - each.number)


def _answer(message: Message) -> Age | None:
    """The only number of an answer to "how old?", a year of birth turned into an age."""
    if not message.numbers:
        return None
    first, (number, _) = next(iter(message.numbers.items()))
    this_year = date.today().year
    years = this_year - number if _EARLIEST_YEAR <= number <= this_year else number
    return Age(years, message.text.strip(), message.tokens[first].start) if years <= OLDEST else None
