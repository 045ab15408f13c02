"""The most specific place named in a sentence."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import islice

from rapidfuzz.distance import Levenshtein

from catalogue.place_index import NUMERALS, Name, NameIndex
from catalogue.place_mention import Cues, Mention, apart, from_hit, related, supported
from catalogue.place_sound import heard

_SUFFIXES = ("街道", "社区", "乡", "镇", "村", "县", "市", "农场")
_KIND = re.compile("街道|社区|乡|镇|村")
_PREFECTURE, _CITY = "6523", "652301"
SOUND_SCORE, SLIP_SCORE, CITY_SCORE, UNSURE_SCORE = 0.65, 0.55, 0.6, 0.5
MOST_OTHERS = 5
# Comparing with every name takes a millisecond, so only the first endings of a text are looked at.
MOST_SLIPS = 3


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The word lists of place_aliases.toml that are not names."""

    outside: tuple[str, ...]
    away: tuple[str, ...]
    going: tuple[str, ...]
    purpose: tuple[str, ...]
    denied: tuple[str, ...]
    own: tuple[str, ...]
    cues: Cues
    filler: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    """The outcome of a search: a code, the codes that fit as well, the stretch that names it and how sure that is."""

    code: str
    others: tuple[str, ...]
    start: int
    end: int
    score: float


@dataclass(frozen=True, slots=True)
class PlaceSearch:
    """Searches texts for the given names."""

    names: tuple[Name, ...]
    words: Vocabulary
    index: NameIndex = field(init=False)
    sounds: NameIndex = field(init=False)
    _endings: dict[str, tuple[Name, ...]] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "index", NameIndex(self.names))
        heard_names = [name for name in self.names if not name.misspelt and name.strength != "weak"]
        object.__setattr__(self, "sounds", NameIndex(heard_names, by_sound=True))
        long_names = [name for name in self.names if len(name.words) >= 4 and name.strength in ("full", "variant")]
        endings = {
            kind: tuple(name for name in long_names if name.words.endswith(kind)) for kind in _KIND.pattern.split("|")
        }
        object.__setattr__(self, "_endings", endings)

    def best(self, text: str, within: str, *, expected: bool) -> Choice | None:
        """The best choice for `text`, None if it names no place."""
        mentions = self._mentions(text, within, expected=expected)
        here = [each for each in mentions if not self._is_elsewhere(each, text)]
        if not here and not expected:
            return None
        theirs = [each for each in here if not self._is_own(each, here, text)]
        return choose(theirs or here or mentions, within)

    def _mentions(self, text: str, within: str, *, expected: bool) -> list[Mention]:
        found = apart(from_hit(hit) for hit in self.index.scan(text) if not _goes_on(text, hit.end))
        found = self._inside(found, text)
        if not any(len(code) == 12 for each in found if not each.weak for code in each.codes):
            found = apart([*found, *self._by_sound(text, found, expected=expected)])
        kept = supported(found, text, within, self.words.cues)
        if expected:
            kept = self._bare(text, found, within) or kept
        if not any(len(code) > 6 for each in kept for code in each.codes):
            kept += self._by_slip(text, kept, within, expected=expected)
        return kept

    def _inside(self, mentions: Sequence[Mention], text: str) -> list[Mention]:
        return [each for each in mentions if not text[: each.start].endswith(self.words.outside)]

    def _by_sound(self, text: str, known: Sequence[Mention], *, expected: bool) -> list[Mention]:
        taken = [each for each in known if not each.weak]
        heard_hits = (
            hit for hit in self.sounds.scan(text) if not any(hit.start < t.end and t.start < hit.end for t in taken)
        )
        found = []
        for hit in heard_hits:
            written = text[hit.start : hit.end]
            names = tuple(name for name in hit.names if _sounds_like(written, name.words, expected=expected))
            if names and (len(written) > 2 or expected or self._is_cued(text, hit.start, hit.end)):
                found.append(from_hit(type(hit)(hit.start, hit.end, names), score=SOUND_SCORE))
        return found

    def _is_cued(self, text: str, start: int, end: int) -> bool:
        return start == 0 or text[:start].endswith(self.words.cues.before) or text[end : end + 1] in ("县", "市")

    def _bare(self, text: str, mentions: Sequence[Mention], within: str) -> list[Mention]:
        """All mentions, weak ones too, if the text holds nothing else: the answer to "where?"."""
        rest = "".join(char for at, char in enumerate(text) if not any(m.start <= at < m.end for m in mentions))
        if not mentions or self._without_filler(rest):
            return []
        return [_narrowed(each, within) for each in mentions]

    def _without_filler(self, text: str) -> str:
        words = sorted(self.words.filler, key=len, reverse=True)
        return re.sub("|".join(map(re.escape, words)) + r"|[\W_]", "", text)

    def _by_slip(self, text: str, known: Sequence[Mention], within: str, *, expected: bool) -> list[Mention]:
        """A name with one wrong, missing or added character, looked for only where the county is known or was asked."""
        areas = tuple(code for each in known for code in each.codes if len(code) >= 6) or ((within,) if within else ())
        if not areas and not expected:
            return []
        found: list[Mention] = []
        for kind in islice(_KIND.finditer(text), MOST_SLIPS):
            names = [name for name in self._endings[kind[0]] if name.code.startswith(areas or "")]
            found += _slips(text, kind, names, known)
        # A county that is written right is no slip of a township that is called nearly the same.
        if expected and not found and self._without_filler(text) not in {text[m.start : m.end] for m in known}:
            found = self._bare_slip(text, areas)
        return found[:1]

    def _bare_slip(self, text: str, areas: tuple[str, ...]) -> list[Mention]:
        answer = self._without_filler(text)
        if not 3 <= len(answer) <= 8 or any(word in answer for word in self.words.outside):
            return []
        sound = heard(answer)
        near = [
            name
            for name in self.names
            if name.strength != "weak"
            and name.code.startswith(areas or "")
            and len(name.words) >= 3
            and max(len(answer), len(name.words)) >= 4
            and _same_numerals(answer, name.words)
            and Levenshtein.distance(sound, heard(name.words), score_cutoff=1) <= 1
        ]
        codes = tuple(sorted({name.code for name in near}, key=lambda code: (len(code), code)))
        start = max(text.find(answer), 0)
        return [Mention(start, start + len(answer), codes, SLIP_SCORE)] if codes else []

    def _is_own(self, mention: Mention, others: Sequence[Mention], text: str) -> bool:
        """Whether only the person writing is there: "我在木垒" beside a place that has nothing to do with it."""
        if not text[: mention.start].endswith(self.words.own):
            return False
        codes = [code for other in others if other is not mention for code in other.codes]
        return not any(related(own, code) for own in mention.codes for code in codes)

    def _is_elsewhere(self, mention: Mention, text: str) -> bool:
        left, right = text[: mention.start], text[mention.end : mention.end + 6]
        if right.startswith(self.words.away) or left.endswith(self.words.denied):
            return True
        return left.endswith(self.words.going) and any(word in right for word in self.words.purpose)


def _goes_on(text: str, end: int) -> bool:
    """Whether the word goes on behind the name: "奇台乡下" is not 奇台乡."""
    return text[end - 1] == "乡" and text[end : end + 1] in ("下", "亲", "里")


def _sounds_like(written: str, name: str, *, expected: bool) -> bool:
    """Whether `written`, which sounds like `name`, is near enough in writing too."""
    ending = next((suffix for suffix in _SUFFIXES if name.endswith(suffix)), "")
    if not written.endswith(ending) or written == name:
        return False
    stem = len(name) - len(ending)
    same = sum(one == other for one, other in zip(written, name, strict=True)) - len(ending)
    # Without 乡, 村 or the like most of the name must be written right: "孩子眼" is not 海子沿.
    return expected or 2 * same >= stem or (len(ending) > 0 and stem >= 3)


def _is_slip(written: str, name: str) -> bool:
    """One character wrong, missing or added; a numeral is never a slip ("143团" is not "147团")."""
    return _same_numerals(written, name) and Levenshtein.distance(written, name, score_cutoff=1) <= 1


def _same_numerals(written: str, name: str) -> bool:
    return NUMERALS & set(written) == NUMERALS & set(name)


def _slips(text: str, kind: re.Match[str], names: Iterable[Name], known: Sequence[Mention]) -> list[Mention]:
    floor = max((each.end for each in known if each.end <= kind.start()), default=0)
    found: dict[tuple[int, int], list[str]] = {}
    for name in names:
        for length in (len(name.words), len(name.words) - 1, len(name.words) + 1):
            start = kind.end() - length
            if start >= floor and _is_slip(text[start : kind.end()], name.words):
                found.setdefault((start, kind.end()), []).append(name.code)
                break
    return [Mention(start, end, tuple(dict.fromkeys(codes)), SLIP_SCORE) for (start, end), codes in found.items()]


def _narrowed(mention: Mention, within: str) -> Mention:
    inside = tuple(code for code in mention.codes if within and related(code, within))
    return Mention(mention.start, mention.end, inside or mention.codes, mention.score)


def choose(mentions: Sequence[Mention], within: str) -> Choice | None:
    """The code that most mentions agree on, the deepest of these; a later mention before an earlier one."""
    options = [(mention, code) for mention in mentions for code in mention.codes]
    if not options:
        return None
    mention, code = max(options, key=lambda each: _rank(each[0], each[1], mentions, within))
    rank = _rank(mention, code, mentions, within)[:2]
    others = [other for other in mention.codes if other != code and _rank(mention, other, mentions, within)[:2] == rank]
    chain = [each for each in mentions if any(related(code, above) for above in each.codes)]
    start, end = _stretch(mention, chain)
    return Choice(code, tuple(others[:MOST_OTHERS]), start, end, _score(mention, code, len(chain), others))


def _rank(mention: Mention, code: str, mentions: Sequence[Mention], within: str) -> tuple[int, int, int, int, int]:
    agreeing = sum(any(related(code, other) for other in each.codes) for each in mentions)
    known = bool(within) and related(code, within)
    return agreeing, int(known), len(code), mention.start, -int(code)


def _stretch(mention: Mention, chain: Sequence[Mention]) -> tuple[int, int]:
    """From the first to the last of the mentions that follow each other closely."""
    start, end = mention.start, mention.end
    for each in sorted(chain, key=lambda one: -one.start):
        if each.start < start and start - each.end <= 2:
            start = each.start
    for each in chain:
        if each.end > end and each.start - end <= 2:
            end = each.end
    return start, end


def _score(mention: Mention, code: str, agreeing: int, others: Sequence[str]) -> float:
    if others:
        return UNSURE_SCORE
    return round(min(0.98, mention.score + 0.05 * (agreeing - 1)), 2)
