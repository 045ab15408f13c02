"""A Kazakh or Uyghur message as words, numbers and the phrases of the word lists found in it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from catalogue.slot.turkic_words import WORD, Entry, Vocabulary, endings, vocabulary

_CLAUSE = re.compile(r"[،,.!?؟。，；;؛！？\n]")
_FIGURES = {ord(char): str(at % 10) for at, char in enumerate("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")}
_LONGEST_NUMBER = 4


@dataclass(frozen=True, slots=True)
class Token:
    """A word: where it stands, its one form, the number of its clause, and its value if it is a number word."""

    start: int
    end: int
    word: str
    clause: int
    number: int | None = None


@dataclass(frozen=True, slots=True)
class Mention:
    """A phrase of the word lists found: tokens from `first` up to `last`, which counts too; `rest` is the ending of the
    last word behind the stem, `number` the value of a "#"."""

    kind: str
    value: str
    first: int
    last: int
    rest: str = ""
    number: int = -1
    size: int = 1

    @property
    def length(self) -> int:
        return self.last - self.first + 1


@dataclass(frozen=True)
class Message:
    """A message with everything found in it."""

    text: str
    words: Vocabulary
    tokens: tuple[Token, ...]

    @cached_property
    def numbers(self) -> dict[int, tuple[int, int]]:
        """Where a number begins: its value and the token behind it."""
        found: dict[int, tuple[int, int]] = {}
        at = 0
        while at < len(self.tokens):
            number = _number(self.tokens, at)
            if number:
                found[at] = number
            at = number[1] if number else at + 1
        return found

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """All phrases of all kinds, overlapping ones too."""
        weekdays = _weekdays(self)
        return tuple(each for at in range(len(self.tokens)) for each in _at(self, at, weekdays))

    def of(self, *kinds: str) -> list[Mention]:
        """The mentions of these kinds that do not overlap, longest first chosen, in the order of the text."""
        return longest(each for each in self.mentions if each.kind in kinds)

    def said(self, first: int, last: int) -> str:
        """The text from one token to another as written."""
        return self.text[self.tokens[first].start : self.tokens[last].end]

    def clause_of(self, mention: Mention) -> tuple[int, int]:
        """The first token of the clause in which a mention ends, and the one behind its last."""
        clause = self.tokens[mention.last].clause
        places = [at for at, token in enumerate(self.tokens) if token.clause == clause]
        return places[0], places[-1] + 1


def read_message(text: str, language: str) -> Message:
    """The words of `text` in "kk" or "ug"."""
    words = vocabulary(language)
    figures = text.translate(_FIGURES)
    return Message(figures, words, tuple(_tokens(figures, words)))


def longest(mentions: Iterable[Mention]) -> list[Mention]:
    """Mentions that do not overlap: the longest first, of equal ones the first."""
    chosen: list[Mention] = []
    for each in sorted(mentions, key=lambda each: (-each.length, -each.size, each.first, len(each.rest))):
        if not any(overlap(each, other) for other in chosen):
            chosen.append(each)
    return sorted(chosen, key=lambda each: each.first)


def overlap(one: Mention, other: Mention) -> bool:
    """Whether two mentions share a token."""
    return one.first <= other.last and other.first <= one.last


def _tokens(text: str, words: Vocabulary) -> Iterator[Token]:
    clause, end = 0, 0
    last: int | None = None
    for found in WORD.finditer(text):
        if _CLAUSE.search(text, end, found.start()):
            clause += 1
        end = found.end()
        folded = words.fold(unicodedata.normalize("NFKC", found[0]))
        # "бірде" is once, "тоқсан бірде" at ninety-one.
        tens = last is not None and last > 10 and last % 10 == 0
        for word in _split(folded, words, joins=tens) if folded else ():
            last = number = None if found[0].lower() in words.doubled else words.numbers.get(word)
            yield Token(found.start(), end, word, clause, number)


def _split(word: str, words: Vocabulary, *, joins: bool = False) -> tuple[str, ...]:
    """A number word and its ending apart ("сексенде"); any other word as it is."""
    if word in words.numbers or (word in words.lists["no_numbers"] and not joins):
        return (word,)
    # In the one form n and g of an ending have become one letter: "сексенге".
    for whole in {word, word.replace("ñ", "ng")}:
        for length in range(len(whole) - 1, 1, -1):
            stem, rest = whole[:length], whole[length:]
            ending = next((each for each in endings(stem, rest) if each in words.lists["number_endings"]), "")
            if ending and stem in words.numbers:
                return stem, ending
    return (word,)


def _number(tokens: Sequence[Token], at: int) -> tuple[int, int] | None:
    word = tokens[at].word
    if word.isdecimal():
        return (int(word), _range_end(tokens, at)) if len(word) <= _LONGEST_NUMBER else None
    value, behind = 0, at
    while behind < len(tokens) and (part := tokens[behind].number) is not None:
        joined = _joined(value, part)
        if joined is None:
            break
        value, behind = joined, behind + 1
    return (value, behind) if behind > at else None


def _range_end(tokens: Sequence[Token], at: int) -> int:
    """Behind "70-80", of which the lower counts."""
    follows = at + 1 < len(tokens) and tokens[at + 1].start - tokens[at].end == 1 and tokens[at + 1].word.isdecimal()
    return at + 2 if follows else at + 1


def _joined(value: int, part: int) -> int | None:
    """Hundreds, tens and ones said one after the other; None if `part` begins another number."""
    if value == 0:
        return part
    if part == 100 and value < 10:
        return value * 100
    fits = (part < 10 and value % 10 == 0) or (10 <= part < 100 and value % 100 == 0)
    return value + part if fits else None


def _weekdays(message: Message) -> dict[int, int]:
    """Where a run of weekdays begins and the token behind it: "дүйсенбі, сәрсенбі және жұма"."""
    days = [at for at, token in enumerate(message.tokens) if _is_weekday(token.word, message.words)]
    runs: dict[int, int] = {}
    for at in days:
        before = next((first for first, behind in runs.items() if _continues(message, behind, at)), at)
        runs[before] = at + 1
    return runs


def _is_weekday(word: str, words: Vocabulary) -> bool:
    return any(words.fits(word, stem) for stem in words.weekdays)


def _continues(message: Message, behind: int, at: int) -> bool:
    between = [token.word for token in message.tokens[behind:at]]
    return all(word in message.words.lists["day_joints"] for word in between)


def _at(message: Message, at: int, weekdays: dict[int, int]) -> Iterator[Mention]:
    """The phrases that begin at a token."""
    word, words = message.tokens[at].word, message.words
    keys = [word[:length] for length in range(1, len(word) + 1) if word[:length] in words.entries]
    # The first word is looked at once for all phrases that begin with it.
    fitting = [key for key in keys if words.fits(word, key)]
    fitting += ["#"] * (at in message.numbers) + ["@"] * (at in weekdays)
    for key in fitting:
        bare = key == word and word in words.bare_not
        for entry in words.entries.get(key, ()):
            if not (bare and len(entry.words) == 1):
                yield from _matched(message, at, entry, weekdays)


def _matched(message: Message, at: int, entry: Entry, weekdays: dict[int, int]) -> Iterator[Mention]:
    number, place, rest, gap = -1, at, "", not entry.gapped
    for word in entry.words:
        behind = _step(message, place, word, entry, weekdays)
        if behind < 0 and not gap and place > at:
            gap, place = True, place + 1
            behind = _step(message, place, word, entry, weekdays)
        if behind < 0 or (place > at and message.tokens[place].clause != message.tokens[place - 1].clause):
            return
        if word == "#" and number < 0:
            number = message.numbers[place][0]
        rest = "" if word in "#@" else message.tokens[behind - 1].word[len(word) :]
        place = behind
    yield Mention(entry.kind, entry.value, at, place - 1, rest, number, sum(map(len, entry.words)))


def _step(message: Message, place: int, word: str, entry: Entry, weekdays: dict[int, int]) -> int:
    """The token behind the one that fits `word`, -1 if none does."""
    if place >= len(message.tokens):
        return -1
    if word == "#":
        return _behind_number(message, place)
    if word == "@":
        return weekdays.get(place, -1)
    said = message.tokens[place].word
    fits = said == word if entry.whole else message.words.fits(said, word)
    return place + 1 if fits else -1


def _behind_number(message: Message, place: int) -> int:
    """Behind a number with or without "and a half"."""
    if place not in message.numbers:
        return -1
    behind = message.numbers[place][1]
    halved = behind + 1 < len(message.tokens) and message.tokens[behind].word in message.words.lists["half"]
    return behind + 1 if halved else behind
