"""For whom help is asked in a Kazakh or Uyghur message: the person writing, or somebody they name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Literal

from catalogue.slot.turkic_text import Mention, Message, longest, overlap

About = Literal["self", "other", "unknown"]
_HOUSEHOLD = ("wife", "husband", "spouse", "son", "daughter", "child")
# Who may be named behind a neighbour or villager: "көршімнің баласы", "көршім Сара апай".
_THEIRS = (
    "elder", "child", "wife", "husband", "son", "daughter", "aunt", "uncle", "brother", "sister", "mother", "father",
    "parents", "grandmother", "grandfather",
)  # fmt: skip
# Conditions that are no illness.
_STATUS = ("低保", "五保", "空巢", "失独")
# Whom a bare "the child" may name again.
_CHILDREN = ("student", "son", "daughter", "grandchild", "neighbour", "villager")
_OF_OTHERS = ("neighbour", "villager", "friend", "student")


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The person in need: `relation` is a code of RELATIONS or "", `first` the token that names them, -1 if none."""

    about: About
    relation: str = ""
    words: str = ""
    first: int = -1


@dataclass(frozen=True, slots=True)
class _Person:
    """Somebody named and how much speaks for their being in need: 0 away, 1 asks or helps, 2 named, 3 with a need."""

    mention: Mention
    weight: int = 0


def read_beneficiary(
    message: Message, states: Sequence[Mention], others: Sequence[Mention], *, asked: bool = False
) -> Beneficiary:
    """Who is in need. `states` are conditions and ages named, `others` times, in which no person is looked for.

    With `asked` the bot has just asked for whom help is, so that "өзім" is an answer.
    """
    if asked and _is_whole(message, "self_answer"):
        return Beneficiary("self")
    named = _joined(message, _named(message, states, others), states)
    persons = _same(message, [_Person(each, _weight(message, each, named, states)) for each in named])
    left = any(each.weight == 0 and _is_mine(message, each.mention) for each in persons)
    best = max(persons, key=lambda each: (each.weight, -each.mention.first), default=None)
    own = _own(message, states, named)
    if best and best.weight > int(left) and not (_outdone(best, own) or _is_both(message, best)):
        first, last = best.mention.first, best.mention.last
        return Beneficiary("other", best.mention.value, message.said(first, last), first)
    mine = own >= 0 or left or (best is not None and _is_both(message, best))
    return Beneficiary("self") if mine else _unnamed(message, states, asked=asked)


def _same(message: Message, persons: Sequence[_Person]) -> list[_Person]:
    """A bare "the child" made one with the pupil, son or the like named before."""
    same: list[_Person] = []
    for each in persons:
        at = next((at for at, other in enumerate(same) if _is_again(message, other, each)), -1)
        if at < 0:
            same.append(each)
        else:
            same[at] = replace(same[at], weight=max(same[at].weight, each.weight))
    return _parents(same)


def _parents(persons: list[_Person]) -> list[_Person]:
    """Parents of whom each is spoken of in turn stay parents."""
    both = next((each for each in persons if each.mention.value == "parents" and each.weight > 1), None)
    told = {each.mention.value for each in persons if each.weight > 1}
    if both is None or not {"father", "mother"} <= told:
        return persons
    return [replace(both, weight=3), *(each for each in persons if each is not both)]


def _is_again(message: Message, other: _Person, each: _Person) -> bool:
    bare = each.mention.value == "child" and not message.words.ends(message.tokens[each.mention.last].word, "own_part")
    return bare and min(each.weight, other.weight) > 1 and other.mention.value in _CHILDREN


def _is_both(message: Message, best: _Person) -> bool:
    """Whether husband and wife need the same, and nothing is said of what ails one of them."""
    if best.mention.value not in ("wife", "husband", "spouse"):
        return False
    ill = any(each.kind == "condition" and each.value not in _STATUS for each in message.mentions)
    return not ill and any(each.kind == "both" for each in message.mentions)


def _is_mine(message: Message, each: Mention) -> bool:
    """Whether somebody is of the writer's own household, so that their being away leaves the writer alone."""
    return each.value in _HOUSEHOLD and message.words.ends(message.tokens[each.last].word, "own_part")


def _is_whole(message: Message, kind: str) -> bool:
    return any(each.length == len(message.tokens) for each in message.mentions if each.kind == kind)


def _outdone(best: _Person, own: int) -> bool:
    """Whether what is said of oneself counts for more: said first, or the other person only asks or helps."""
    return own >= 0 and (best.weight == 1 or (best.weight == 2 and own < best.mention.first))


def _unnamed(message: Message, states: Sequence[Mention], *, asked: bool) -> Beneficiary:
    if any(each.kind == "reporter" for each in message.mentions):
        return Beneficiary("other")
    weak = {each.first for each in message.mentions if each.kind == "weak_self"}
    me = [each for each in message.of("self") if asked or each.first not in weak]
    if me or (states and weak):
        return Beneficiary("self")
    third = any(each.kind == "third" for each in message.mentions)
    return Beneficiary("other" if third and states else "unknown")


def _named(message: Message, states: Sequence[Mention], others: Sequence[Mention]) -> list[Mention]:
    """Persons named outside of words that hold a person's word ("ана тілі", "балалары сыртта")."""
    found = longest(each for each in message.mentions if each.kind in ("relation", "blocker"))
    own = [each for each in message.mentions if each.kind in ("own", "self")]
    relations = (each for each in found if each.kind == "relation" and not _is_writer(message, each))
    persons = (each for each in relations if not any(_holds(other, each) for other in own))
    return [
        each
        for each in persons
        if not any(overlap(each, other) for other in others)
        and not any(overlap(each, state) and state.last > each.last for state in states)
    ]


def _is_writer(message: Message, each: Mention) -> bool:
    """Whether the person writing calls themself so: "шалмын", "шал-кемпірміз"."""
    lists = message.words.lists
    me = each.last + 1
    if me < len(message.tokens) and message.tokens[me].word in lists["me"] and message.clause_of(each)[1] == me + 1:
        return True
    return each.rest in lists["first_person"] or (each.value == "elder" and each.rest in lists["we"])


def _holds(whole: Mention, part: Mention) -> bool:
    """Whether a longer phrase holds a person's word: "шал едім", "шал-кемпір екеуміз"."""
    return whole.length > part.length and whole.first <= part.first and part.last <= whole.last


def _joined(message: Message, named: Sequence[Mention], states: Sequence[Mention]) -> list[Mention]:
    """Mentions side by side made one: "көрші қария", "көршімнің баласы", "қарт шешем"; not if the second is away."""
    joined: list[Mention] = []
    for each in named:
        last = joined[-1] if joined else None
        here = last is not None and _weight(message, each, named, states) > 0
        relation = _together(message, last, each) if last and here else ""
        if last and relation == last.value and each.value == "elder" and last.value not in _OF_OTHERS:
            continue
        if last and relation:
            joined[-1] = replace(each, value=relation, first=last.first)
        else:
            joined.append(each)
    return joined


def _together(message: Message, last: Mention, each: Mention) -> str:
    """What two persons in a row are together, "" if they are two."""
    gap = each.first - last.last - 1
    if message.tokens[last.last].clause != message.tokens[each.first].clause or gap > 1:
        return ""
    if last.value in _OF_OTHERS and each.value in (*_OF_OTHERS, *_THEIRS):
        return last.value
    if gap:
        return ""
    owned = message.words.ends(message.tokens[last.last].word, "genitive")
    if not owned and "elder" in (last.value, each.value):
        return each.value if last.value == "elder" else last.value
    return "relative" if owned else ""


def _weight(message: Message, each: Mention, named: Sequence[Mention], states: Sequence[Mention]) -> int:
    stop = _stop(message, each, named)
    genitive = message.words.ends(message.tokens[each.last].word, "genitive")
    near = [other for other in message.mentions if each.last < other.first < stop]
    kinds = {other.kind for other in near if not _is_own(message, other) and not _is_way(message, other)}
    after = {other.kind for other in near if other.first == each.last + 1}
    reach = _reach(message, each, named)
    dead = any(other.kind == "dead" and each.last < other.first < reach for other in message.mentions)
    if dead or kinds & {"away", "outside"} or ("gone" in after and not genitive):
        return 0
    if "with" in after or message.words.ends(message.tokens[each.last].word, "beside"):
        return 1
    if each.rest in message.words.lists["ablative"] or "agent" in after or ("says" in kinds and "need" not in kinds):
        return 1
    patient = genitive or each.rest in message.words.lists["patient"] or "for" in after
    told = any(each.last < state.first < reach for state in states) or _described(each, states)
    return 3 if patient or told or "need" in kinds else 2


def _described(each: Mention, states: Sequence[Mention]) -> bool:
    """Whether a state stands right before: "80 жастағы шешем"."""
    return any(state.last + 1 == each.first or overlap(state, each) for state in states)


def _stop(message: Message, each: Mention, named: Sequence[Mention]) -> int:
    """Where what is said of a person ends: with the clause or at the next person."""
    following = [other.first for other in named if other.first > each.last]
    return min(message.clause_of(each)[1], *following) if following else message.clause_of(each)[1]


def _reach(message: Message, each: Mention, named: Sequence[Mention]) -> int:
    """Up to the next person: conditions and ages follow in clauses of their own."""
    return min((other.first for other in named if other.first > each.last), default=len(message.tokens))


def _is_way(message: Message, each: Mention) -> bool:
    """Whether a place elsewhere is not where somebody is, but where they come from or go."""
    return each.kind == "outside" and each.rest not in message.words.lists["locative"]


def _is_own(message: Message, each: Mention) -> bool:
    """Whether a phrase ends in the first person or names a part of one's own body."""
    words = [token.word for token in message.tokens[each.first : each.last + 1]]
    # An accusative sounds like the first person ("қан қысымын").
    verb = each.rest not in message.words.lists["patient"]
    return (verb and message.words.ends(words[-1], "first_person")) or (
        each.kind in ("condition", "own") and any(message.words.ends(word, "own_part") for word in words)
    )


def _own(message: Message, states: Sequence[Mention], named: Sequence[Mention]) -> int:
    """The first token with which the person writing speaks of their own body or circumstances, -1 if there is none."""
    found = [each for each in message.mentions if each.kind == "own" or (each.kind == "self" and each.length > 1)]
    found += [each for each in message.mentions if each.kind == "relation" and _is_writer(message, each)]
    found += [each for each in states if _is_own(message, each)]
    places = [each.first for each in found if not any(overlap(each, person) for person in named)]
    places += [at for at, token in enumerate(message.tokens) if message.words.ends(token.word, "own_tail")]
    return min(places, default=-1)
