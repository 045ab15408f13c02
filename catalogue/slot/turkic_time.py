"""Times in a Kazakh or Uyghur message, as spoken."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from catalogue.slot.time import Clock, TimesSaid
from catalogue.slot.turkic_text import Mention, Message, longest

_KINDS = ("day", "weekday", "part", "hour", "soon", "past", "beijing", "xinjiang", "frequency", "month_day", "later")
_AHEAD = frozenset({"weekday", "hour", "month_day", "later", "soon"})
_FIGURES = re.compile(r"(?<!\d)([01]?\d|2[0-3])[:：][0-5]\d(?!\d)")
_LAST_HOUR = 24
_SHORTEST_WISH = 4


def times(message: Message) -> list[Mention]:
    """All words of time, times of the past too."""
    said = [each for each in message.mentions if each.kind in _KINDS]
    return longest((*said, *_figures(message), *_hours(message, said)))


def read_times(message: Message, said: Sequence[Mention], *, asked: bool = False) -> TimesSaid:
    """The times a message names, leaving out the past. With `asked` a part of a day alone is an answer."""
    frequency = next((each for each in said if each.kind == "frequency"), None)
    spans = [span for span in _spans(message, said) if _is_ahead(message, span, asked=asked)]
    span = max(spans, key=lambda each: (not _is_soon(each), len(each)), default=[])
    return TimesSaid(
        when=message.said(span[0].first, _ending(message, span[-1])) if span else "",
        hour_named=any(each.kind == "hour" for each in span),
        clock=_clock(said),
        frequency=message.said(frequency.first, frequency.last) if frequency else "",
    )


def _clock(said: Sequence[Mention]) -> Clock:
    kinds = {each.kind for each in said}
    if "xinjiang" in kinds:
        return "xinjiang"
    return "beijing" if "beijing" in kinds else ""


def _figures(message: Message) -> Iterator[Mention]:
    """Hours like "10:30"."""
    for found in _FIGURES.finditer(message.text):
        inside = [at for at, token in enumerate(message.tokens) if found.start() <= token.start < found.end()]
        yield Mention("hour", "", inside[0], inside[-1])


def _hours(message: Message, said: Sequence[Mention]) -> Iterator[Mention]:
    """A number with an ending right behind a day, its part or the name of a clock: "түстен кейін 3-те"."""
    for each in said:
        at = each.last + 1
        if each.kind in ("day", "weekday", "part", "beijing", "xinjiang") and at in message.numbers:
            number, behind = message.numbers[at]
            ends = behind < len(message.tokens) and message.tokens[behind].word in message.words.lists["clock_endings"]
            if ends and number <= _LAST_HOUR:
                yield Mention("hour", "", at, behind, number=number)


def _spans(message: Message, said: Sequence[Mention]) -> list[list[Mention]]:
    """Times that follow each other at once, with or without "and" between them."""
    spans: list[list[Mention]] = []
    for each in said:
        if each.kind == "frequency":
            continue
        if spans and _continues(message, spans[-1][-1], each):
            spans[-1].append(each)
        else:
            spans.append([each])
    return spans


def _continues(message: Message, last: Mention, each: Mention) -> bool:
    between = range(last.last + 1, each.first)
    joints = {other.first for other in message.mentions if other.kind == "joint"}
    return len(between) < 3 and all(at in joints for at in between)


def _ending(message: Message, last: Mention) -> int:
    """The last token of a time: the ending of a number belongs to it ("10-да"), and "күні" behind a day."""
    behind = last.last + 1
    if behind >= len(message.tokens):
        return last.last
    word = message.tokens[behind].word
    belongs = last.kind == "hour" and word in message.words.lists["clock_endings"]
    return behind if belongs or word in message.words.lists["day_word"] else last.last


def _is_soon(span: Sequence[Mention]) -> bool:
    return all(each.kind == "soon" for each in span)


def _is_ahead(message: Message, span: Sequence[Mention], *, asked: bool) -> bool:
    """Whether a time is to come: a later day, an hour or a weekday, or a wish is said with it."""
    kinds = {each.kind for each in span}
    if "past" in kinds or kinds <= {"beijing", "xinjiang"}:
        return False
    if asked or kinds & (_AHEAD - {"soon"}) or any(each.kind == "day" and each.value != "0" for each in span):
        return True
    first, behind = message.clause_of(span[-1])
    wish = {each.first for each in message.mentions if each.kind == "intent"}
    wish |= {at for at in range(first, behind) if _is_wish(message, at)}
    return any(first <= at < behind and not span[0].first <= at <= span[-1].last for at in wish)


def _is_wish(message: Message, at: int) -> bool:
    """Whether a word is a verb in the form of a wish: "келсе", "келіңізші"."""
    word = message.tokens[at].word
    return len(word) >= _SHORTEST_WISH and message.words.ends(word, "wish")
