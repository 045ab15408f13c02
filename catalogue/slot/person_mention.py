"""The persons named in a message, and who they are to the person writing."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache

from catalogue.slot.wordlist import any_of, any_word, begins, clause_start, table, words

_OWNER = r"(?:(?:我们家|我家|俺家|咱家|我们|我的|俺们|我|俺|咱|家里|他家|她家|他|她|你)的?)?"
_I_AM = re.compile(r"[我俺]就?是|本人")
_I_AM_THEIR = re.compile(
    r"(?:[我俺]就?是|本人是?)(?:[他她娃]的?|孩子的?|娃娃的?|[^，。！？；,!?\s]{1,12}的)?$|^是[^，。！？；,!?\s]{1,12}的$"
)
_PARENTS = ("mother", "father")
_LINKS = ("的", "家的", "家", "她", "他", "家里的")
# Who the person writing may call themself when they say for whom they speak: "我是他邻居".
_SPEAKERS = ("neighbour", "friend")


@dataclass(frozen=True, slots=True)
class Mention:
    """A person named; `core` is where the word itself begins behind 我, 我家 and the like; `weight` says how much
    speaks for their being in need; `joint` says that two persons named in a row are taken as one."""

    relation: str
    start: int
    core: int
    end: int
    weight: int = 0
    joint: bool = False


def mentions(text: str) -> list[Mention]:
    """All persons named by a relation, those who belong together as one; not the person writing ("我是她妈")."""
    found = _named(text)
    if _I_AM.search(text):
        found = [each for each in found if not _is_writer(text, each)]
    return _chained(text, found)


@cache
def _pattern() -> re.Pattern[str]:
    data = table("relations")
    full = [word for each in data["relations"].values() for word in each]
    short = any_of(word for each in data["short"].values() for word in each)
    mine = rf"(?<=[我俺咱家]){short}(?!呀|\w?妈)"
    owned = rf"{mine}|(?:(?<=[他她你们着的个俩给送接带管])|(?<![^，。！？；,!?\s])){short}(?![的呀]|\w?妈)"
    none = data["not"]["words"]
    named = rf"(?P<not>{any_of(none)})|{_OWNER}(?P<full>{any_of(full)})|{_OWNER}(?P<short>{owned})"
    first = begins((*none, *full, *(word for each in data["short"].values() for word in each)), "我俺咱家他她你")
    return re.compile(rf"{first}(?:{named})")


@cache
def _codes() -> dict[str, str]:
    data = table("relations")
    return {word: code for group in ("short", "relations") for code, each in data[group].items() for word in each}


def _named(text: str) -> list[Mention]:
    found = []
    oneself = list(any_word("relations", "self", "whole").finditer(text))
    for match in _pattern().finditer(text):
        word = match["full"] or match["short"]
        # "我一个老婆子" is the person writing, not a wife.
        if word and not any(match.start() < own.end() and own.start() < match.end() for own in oneself):
            # "我老汉" is a husband, 老汉 any old man.
            code = _codes().get(match[0]) or _codes()[word]
            core = match.end() - len(word)
            found.append(Mention(_stranger(text, core, code), match.start(), core, match.end()))
    return found


def _stranger(text: str, core: int, code: str) -> str:
    """ "有个老阿爸" is an old man and nobody's father."""
    strangers: dict[str, str] = table("relations")["strangers"]["codes"]
    before = text[:core]
    if code not in strangers or not before.removesuffix("老").endswith(words("relations", "of-others", "there")):
        return code
    # A mother among strangers need not be old.
    return strangers[code] if code not in _PARENTS or "老" in (before[-1], text[core]) else ""


def _is_writer(text: str, mention: Mention) -> bool:
    """Whether the person writing calls themself so: "我是她妈", "我是乡里的牧民"."""
    before = text[clause_start(text, mention.core) : mention.core] if mention.core else ""
    if mention.relation in _SPEAKERS or not before:
        return False
    return _I_AM_THEIR.search(before) is not None


def _chained(text: str, found: Sequence[Mention]) -> list[Mention]:
    """Mentions that belong to each other made one: "隔壁大爷", "邻居家的孩子", "我姐的孩子"."""
    codes = words("relations", "of-others", "codes")
    chained: list[Mention] = []
    for mention in found:
        whole = _extended(text, mention) if mention.relation in codes else mention
        last = chained[-1] if chained else None
        if last and (relation := _joint_relation(text, last, whole)):
            chained[-1] = replace(last, relation=relation, end=max(last.end, whole.end), joint=True)
        elif whole.end > mention.end or not _is_place(text, mention):
            chained.append(whole)
    return chained


def _is_place(text: str, mention: Mention) -> bool:
    """ "村里" and "楼下" alone are no persons."""
    word = text[mention.core : mention.end]
    if mention.relation == "villager":
        return word not in words("relations", "of-others", "villagers")
    return word in words("relations", "of-others", "places")


def _extended(text: str, mention: Mention) -> Mention:
    """With the person who follows: "隔壁" with "王大爷", "村里" with "有个老人"."""
    match = _person().match(text, mention.end)
    return replace(mention, end=match.end()) if match else mention


@cache
def _person() -> re.Pattern[str]:
    links, persons = (any_of(words("relations", "of-others", key)) for key in ("links", "persons"))
    status = any_of(words("relations", "of-others", "status"))
    others = r"(?:[\u4e00-\u9fff]{1,3}家的)"
    return re.compile(rf"{links}?(?:{status}|{others})?[\u4e00-\u9fff]??{persons}")


def _joint_relation(text: str, last: Mention, mention: Mention) -> str:
    """What two mentions in a row are together; "" if they are two persons."""
    own = text[mention.start : mention.core].startswith(("我", "俺", "咱"))
    if own or (mention.core > last.end and text[last.end : mention.core] not in _LINKS):
        return ""
    if last.relation in words("relations", "of-others", "codes") or mention.relation == "elder":
        return last.relation
    known: dict[str, str] = table("relations")["joint"]["codes"]
    return known.get(f"{last.relation} {mention.relation}", "relative") if mention.core > last.end else ""
