"""Mentions of divisions in one text: which stretches name which divisions, and how surely."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from catalogue.place_index import Hit, Name
from catalogue.place_name import Strength

SCORES: dict[Strength, float] = {"full": 0.9, "variant": 0.8, "stem": 0.8, "weak": 0.6}
MISSPELT_SCORE = 0.7


TOWNSHIP = 9


@dataclass(frozen=True, slots=True)
class Cues:
    """What makes an everyday word a place: words `before` it, the `gaps` between it and a place that holds it, what
    may `lead` to it and stand `behind` it where it stands by itself, and what says that somebody is `living` there,
    which is `never` enough for some."""

    before: tuple[str, ...]
    gaps: frozenset[str]
    lead: re.Pattern[str]
    behind: re.Pattern[str]
    living: re.Pattern[str]
    never: frozenset[str]


@dataclass(frozen=True, slots=True)
class Mention:
    """The stretch `start:end` names one of `codes`, most likely first; `weak` when it may be an everyday word."""

    start: int
    end: int
    codes: tuple[str, ...]
    score: float
    weak: bool = False


def related(one: str, other: str) -> bool:
    """Whether one code lies in the other or is the same."""
    return one.startswith(other) or other.startswith(one)


def from_hit(hit: Hit, *, score: float | None = None) -> Mention:
    """The mention made by a hit: only its strong readings where it has any."""
    strong = [name for name in hit.names if name.strength != "weak"]
    names = strong or list(hit.names)
    best = max(_score(name) for name in names)
    codes = _topmost(sorted({name.code for name in names}, key=lambda code: (len(code), code)))
    return Mention(hit.start, hit.end, codes, best if score is None else score, weak=not strong)


def _score(name: Name) -> float:
    return MISSPELT_SCORE if name.misspelt else SCORES[name.strength]


def _topmost(codes: Sequence[str]) -> tuple[str, ...]:
    """Without those that lie in another: "西吉尔" is the town, which holds the village of that name."""
    return tuple(code for code in codes if not any(code != other and code.startswith(other) for other in codes))


def apart(mentions: Iterable[Mention]) -> list[Mention]:
    """The mentions that do not overlap, strong before weak and long before short; in order of the text."""
    kept: list[Mention] = []
    for mention in sorted(mentions, key=lambda each: (each.weak, each.start - each.end, each.start)):
        if not any(mention.start < other.end and other.start < mention.end for other in kept):
            kept.append(mention)
    return sorted(kept, key=lambda each: each.start)


def supported(mentions: Sequence[Mention], text: str, within: str, cues: Cues) -> list[Mention]:
    """Without the weak mentions that nothing around them makes a place."""
    if not any(mention.weak for mention in mentions):
        return list(mentions)
    kept: list[Mention] = []
    for mention in mentions:
        if not mention.weak:
            kept.append(mention)
        elif support := _support(mention, kept, text, within, cues.before) or _beside(mention, mentions, text, cues):
            kept.append(replace(mention, codes=support))
    return kept


def _beside(mention: Mention, mentions: Sequence[Mention], text: str, cues: Cues) -> tuple[str, ...]:
    """The codes of a weak mention that nest with a place named beside it ("双河，庆阳湖"), that lie in a township named
    anywhere in the text if the mention stands by itself, or all of them where somebody is said to live there."""
    others = [each for each in mentions if each is not mention]
    near = [code for each in others if _gap(mention, each, text) in cues.gaps for code in each.codes]
    if nested := tuple(code for code in mention.codes if any(_nests(code, other) for other in near)):
        return nested
    if not (cues.behind.match(text, mention.end) and cues.lead.search(text[: mention.start])):
        return ()
    towns = [code for each in others if not each.weak for code in each.codes if len(code) == TOWNSHIP]
    if inside := tuple(code for code in mention.codes if code[:TOWNSHIP] in towns and len(code) > TOWNSHIP):
        return inside
    alone = all(each.weak for each in others) and text[mention.start : mention.end] not in cues.never
    return mention.codes if alone and cues.living.search(text[: mention.start]) else ()


def _nests(code: str, other: str) -> bool:
    return code != other and related(code, other)


def _gap(one: Mention, other: Mention, text: str) -> str:
    """What stands between two mentions."""
    first, second = (one, other) if one.start < other.start else (other, one)
    return text[first.end : second.start]


def _support(
    mention: Mention, before: Sequence[Mention], text: str, within: str, cues: tuple[str, ...]
) -> tuple[str, ...]:
    """The codes of a weak mention that lie in the place named right before it, or in the known one after a cue."""
    above = [code for code in before[-1].codes if mention.start - before[-1].end <= 1] if before else []
    if not above and text[: mention.start].endswith(cues):
        above = [within] if within else [code for other in before for code in other.codes]
    return tuple(code for code in mention.codes if any(code != top and code.startswith(top) for top in above if top))
