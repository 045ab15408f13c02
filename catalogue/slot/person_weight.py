"""How much speaks for each person named in a message being the one in need."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import cache

from catalogue.slot.person_mention import Mention, mentions
from catalogue.slot.wordlist import any_of, any_word, clause_end, clause_start, table, words

# How far behind a person the words are looked for that say what is the matter.
_REACH = 14
# "朋友家挤不下": their home is spoken of.
_HOSTS = ("friend", "relative")
_PARENTS = ("father", "mother")


def people(text: str) -> list[Mention]:
    """The persons named, with their weights: 0: away, dead or denied; 1: only asks, helps or is there as well;
    2: named; 3: named with a need."""
    found = [_weighed(text, mention) for mention in mentions(text)]
    return _paired(text, _same(text, found)) if found else found


def _weighed(text: str, mention: Mention) -> Mention:
    stop = min(clause_end(text, mention.end), mention.end + _REACH)
    behind = text[mention.end : stop]
    # What follows the next person is said of that person.
    near = _others().split(behind, maxsplit=1)[0]
    weight = _weight(text, mention, behind, near)
    return Mention(mention.relation, mention.start, mention.core, mention.end, weight, mention.joint)


@cache
def _others() -> re.Pattern[str]:
    others = {word for each in table("relations")["relations"].values() for word in each}
    return re.compile(any_of(others | {"我", "俺"}))


def _weight(text: str, mention: Mention, behind: str, near: str) -> int:
    before = text[clause_start(text, mention.start) : mention.start]
    greeted = behind or text[mention.end : mention.end + 3]
    if before.endswith(words("relations", "cues", "before")) or greeted.startswith(
        words("relations", "cues", "greeting")
    ):
        return 0
    if _is_gone(near, last=near == behind):
        # "隔壁大爷儿子没了": it is the son who is gone.
        return 2 if mention.joint else 0
    if _is_helper(mention.relation, before, behind, near):
        return 1
    if _led().search(before):
        return 3
    following = near or _others().split(text[mention.end + 1 : mention.end + 1 + _REACH], maxsplit=1)[0]
    return 3 if any_word("relations", "cues", "need").search(following) or _age().match(following) else 2


def _is_gone(near: str, *, last: bool) -> bool:
    absent = any_word("relations", "cues", "absent").search(near)
    return absent is not None or (last and _left().search(near) is not None)


@cache
def _left() -> re.Pattern[str]:
    taken, left = (any_of(words("relations", "cues", key)) for key in ("taken", "absent-last"))
    return re.compile(rf"(?<!{taken}){left}$")


def _is_helper(relation: str, before: str, behind: str, near: str) -> bool:
    """Whether somebody speaks, helps, is the one to call, lives elsewhere, or is only there as well ("跟着奶奶")."""
    if behind.startswith(words("relations", "cues", "says")) or soon("agent").match(behind):
        return True
    if before.endswith(words("relations", "cues", "contact")) or _elsewhere().match(near):
        return True
    if any_word("relations", "cues", "apart").search(near) or (relation in _HOSTS and behind.startswith("家")):
        return True
    return _beside().search(before) is not None


@cache
def soon(key: str) -> re.Pattern[str]:
    """One of the cues called `key`, at most three characters on."""
    return re.compile(rf"[\u4e00-\u9fff]{{0,3}}{any_of(words('relations', 'cues', key))}")


@cache
def age_said() -> str:
    """A regular expression for an age right after a person: "今年七十九", "78"."""
    tens = r"(?:\d{2}|[一二三四五六七八九]十[一二三四五六七八九]{0,2}|十[一二三四五六七八九]|[一二三四五六七八九]{2}十)"
    return rf"(?:今年|已经|也|都|快|才|虚岁)?{tens}(?=[岁了多，。,!！ ]|$)"


@cache
def _age() -> re.Pattern[str]:
    return re.compile(rf"[，, ]?{age_said()}")


@cache
def _elsewhere() -> re.Pattern[str]:
    outside = any_of((*table("place_aliases")["outside"]["words"], *words("relations", "cues", "far")))
    return re.compile(rf"[\u4e00-\u9fff]{{0,4}}?在{outside}")


@cache
def _beside() -> re.Pattern[str]:
    """Somebody with whom the person spoken of lives or whom they bring up."""
    beside = any_of(words("relations", "cues", "beside"))
    return re.compile(rf"{beside}(?:[\d一二两三四五六七八九十]+(?:个|岁的?))?$")


@cache
def _led() -> re.Pattern[str]:
    """ "瘫痪的老伴", "扶不住我爸"."""
    patient, need = (any_of(words("relations", "cues", key)) for key in ("patient", "need"))
    return re.compile(rf"{patient}[不得]?.?$|{need}.{{0,2}}的$")


def _same(text: str, found: Sequence[Mention]) -> list[Mention]:
    """Those who are named twice made one, at their first place: "我班上有个学生 … 这孩子"."""
    same: list[Mention] = []
    for each in found:
        at = next((at for at, other in enumerate(same) if _is_same(text, other, each)), -1)
        if at < 0:
            same.append(each)
        else:
            same[at] = replace(same[at], weight=max(same[at].weight, each.weight))
    return same


def _is_same(text: str, other: Mention, each: Mention) -> bool:
    if min(other.weight, each.weight) < 2:
        return False
    if other.relation == each.relation:
        return True
    again: dict[str, list[str]] = table("relations")["again"]
    return text[each.start : each.end] in again["words"] and other.relation in again.get(each.relation, ())


def _paired(text: str, found: Sequence[Mention]) -> list[Mention]:
    """Father and mother, of whom the same is said, made parents; a child who is said to be a boy or a girl made one."""
    parents = [each for each in found if each.relation in _PARENTS and each.weight > 1]
    known = next((each for each in found if each.relation == "parents" and each.weight > 1), None)
    if known and len(parents) == 2:
        return [replace(known, weight=3), *(each for each in found if each not in (known, *parents))]
    if len(parents) == 2 and _both().match(text, parents[1].end):
        both = replace(parents[0], relation="parents", weight=3)
        return [both, *(each for each in found if each not in parents)]
    return [_told(text, each) if each.relation == "child" else each for each in found]


@cache
def _both() -> re.Pattern[str]:
    """What is said right behind the second of two: the same of both, after their ages or not."""
    two = any_of(words("relations", "cues", "two"))
    return re.compile(rf"(?:{age_said()}了?|[一二三四五六七八九十\d]{{2,3}}岁?了?)?[，, ]?(?:他们|{two})?(?:都|俩)")


def _told(text: str, child: Mention) -> Mention:
    # "班里一个女孩" is nobody's daughter.
    if text[: child.start].endswith(("个", "位", "名", "的")):
        return child
    said = {key for key in ("son", "daughter") if any_word("relations", "told", key).search(text)}
    return replace(child, relation=said.pop()) if len(said) == 1 else child
