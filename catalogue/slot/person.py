"""For whom help is asked: the person writing, or somebody they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Literal

from catalogue.slot.wordlist import any_of, any_word, begins, clause_end, clause_start, table, words

About = Literal["self", "other", "unknown"]
_OWNER = r"(?:(?:我们家|我家|俺家|咱家|我们|我的|俺们|我|俺|咱|家里|他家|她家|他|她|你)的?)?"
# How far behind a person the words are looked for that say what is the matter.
_REACH = 14
_LINKS = ("的", "家的", "家", "她", "他", "家里的")


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The person in need: `relation` is a code of RELATIONS or "", `start` where they are named, -1 if nowhere."""

    about: About
    relation: str = ""
    words: str = ""
    start: int = -1


@dataclass(frozen=True, slots=True)
class _Mention:
    """A person named; `core` is where the word itself begins behind 我, 我家 and the like."""

    relation: str
    start: int
    core: int
    end: int
    weight: int = 0


def read_beneficiary(text: str, *, asked: bool = False, pointed: bool = False) -> Beneficiary:
    """Who is in need according to `text`.

    With `asked` the bot has just asked for whom help is, so that "我" or "自己" is an answer. `pointed` says that the
    text speaks of somebody's condition or age, so that a bare "她" is the person in need.
    """
    mentions = [_weighed(text, mention) for mention in _chained(text, _mentions(text))]
    best = max(mentions, key=lambda mention: (mention.weight, -mention.start), default=None)
    own = _own_words(text, mentions)
    if couple := _first(text, "couple"):
        return Beneficiary("self", words=couple[0], start=couple.start())
    if best and best.weight > 0 and not _outdone(best, own):
        return Beneficiary("other", best.relation, text[best.start : best.end], best.start)
    if own:
        return Beneficiary("self", start=own.start())
    return _without_relation(text, asked=asked, pointed=pointed)


def _outdone(best: _Mention, own: re.Match[str] | None) -> bool:
    """Whether what is said of oneself counts for more: said first, or the other person only asks or helps."""
    return own is not None and (best.weight == 1 or (best.weight == 2 and own.start() < best.start))


def _without_relation(text: str, *, asked: bool, pointed: bool) -> Beneficiary:
    bare = re.sub(r"[\s，。！？,.!?]|是|给|帮|的|吧|呀|啊|就|用|要|需要", "", text)
    if asked and bare in ("我", "俺", "自己", "本人", "我自己", "自个", "自个儿", "咱"):
        return Beneficiary("self")
    titled = _titled().search(text)
    third = re.search(r"(?<!其)[他她](?!们|妈的)", text) if pointed else None
    spoken_for = any_word("relations", "reporter", "words", "others").search(text)
    if titled and not re.match(r"[您你]好", text[titled.end() :]):
        return Beneficiary("other", start=titled.start())
    return Beneficiary("other", start=third.start() if third else -1) if third or spoken_for else Beneficiary("unknown")


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(rf"[\u4e00-\u9fff·]{{1,4}}?{any_of(words('names', 'person', 'titles'))}")


def _first(text: str, key: str) -> re.Match[str] | None:
    return any_word("relations", "self", key).search(text)


def _own_words(text: str, mentions: Sequence[_Mention]) -> re.Match[str] | None:
    """Where the person writing speaks of their own body or circumstances."""
    found = [match for key in ("whole", "alone") if (match := _first(text, key))]
    for match in _own_state().finditer(text):
        if not any(mention.start < match.end() and match.start() < mention.end for mention in mentions):
            found.append(match)
    caring = [match for match in found if _soon("after-me").match(text, match.end())]
    return min((match for match in found if match not in caring), key=lambda match: match.start(), default=None)


@cache
def _soon(key: str) -> re.Pattern[str]:
    """One of the cues called `key`, at most three characters on."""
    return re.compile(rf"[\u4e00-\u9fff]{{0,3}}{any_of(words('relations', 'cues', key))}")


@cache
def _own_state() -> re.Pattern[str]:
    state = any_of(words("relations", "self", "circumstances"))
    not_mine = r"(?!们班|们村|们社区|妈|爸|想给|想帮)"
    return re.compile(rf"(?<![让叫给帮跟])[我俺]{not_mine}[^，。！？；,!?\s我她他师照伺陪带替]{{0,6}}?{state}")


@cache
def _pattern() -> re.Pattern[str]:
    data = table("relations")
    full = [word for each in data["relations"].values() for word in each]
    short = [word for each in data["short"].values() for word in each]
    owned = rf"(?:(?<=[我俺咱他她你家们着个俩给送接带管])|(?<![^，。！？；,!?\s])){any_of(short)}(?![的呀]|\w?妈)"
    none = data["not"]["words"]
    named = rf"(?P<not>{any_of(none)})|{_OWNER}(?P<full>{any_of(full)})|{_OWNER}(?P<short>{owned})"
    return re.compile(rf"{begins((*none, *full, *short), '我俺咱家他她你')}(?:{named})")


@cache
def _codes() -> dict[str, str]:
    data = table("relations")
    return {word: code for group in ("short", "relations") for code, each in data[group].items() for word in each}


def _mentions(text: str) -> list[_Mention]:
    found = []
    oneself = list(any_word("relations", "self", "whole").finditer(text))
    for match in _pattern().finditer(text):
        word = match["full"] or match["short"]
        # "我一个老婆子" is the person writing, not a wife.
        if word and not any(match.start() < own.end() and own.start() < match.end() for own in oneself):
            # "我老汉" is a husband, 老汉 any old man.
            code = _codes().get(match[0]) or _codes()[word]
            found.append(_Mention(code, match.start(), match.end() - len(word), match.end()))
    return found


def _chained(text: str, mentions: Sequence[_Mention]) -> list[_Mention]:
    """Mentions that belong to each other made one: "隔壁大爷", "邻居家的孩子", "我姐的孩子"."""
    codes = words("relations", "of-others", "codes")
    chained: list[_Mention] = []
    for mention in mentions:
        whole = _extended(text, mention) if mention.relation in codes else mention
        last = chained[-1] if chained else None
        if last and (relation := _joint_relation(text, last, whole)):
            chained[-1] = replace(last, relation=relation, end=max(last.end, whole.end))
        elif whole.end > mention.end or not _is_place(text, mention):
            chained.append(whole)
    return chained


def _is_place(text: str, mention: _Mention) -> bool:
    """ "村里" and "楼下" alone are no persons."""
    return mention.relation == "villager" or text[mention.core : mention.end] in words(
        "relations", "of-others", "places"
    )


def _extended(text: str, mention: _Mention) -> _Mention:
    """With the person who follows: "隔壁" with "王大爷", "村里" with "有个老人"."""
    match = _person().match(text, mention.end)
    return replace(mention, end=match.end()) if match else mention


@cache
def _person() -> re.Pattern[str]:
    links, persons = (any_of(words("relations", "of-others", key)) for key in ("links", "persons"))
    return re.compile(rf"{links}?[\u4e00-\u9fff]??{persons}")


def _joint_relation(text: str, last: _Mention, mention: _Mention) -> str:
    """What two mentions in a row are together; "" if they are two persons."""
    own = text[mention.start : mention.core].startswith(("我", "俺", "咱"))
    if own or (mention.core > last.end and text[last.end : mention.core] not in _LINKS):
        return ""
    if last.relation in words("relations", "of-others", "codes") or mention.relation == "elder":
        return last.relation
    return "relative" if mention.core > last.end else ""


def _weighed(text: str, mention: _Mention) -> _Mention:
    """0: away, dead or denied; 1: only asks or helps; 2: named; 3: named with a need."""
    stop = min(clause_end(text, mention.end), mention.end + _REACH)
    behind = text[mention.end : stop]
    # What follows the next person is said of that person.
    near = _others().split(behind, maxsplit=1)[0]
    return replace(mention, weight=_weight(text, mention, behind, near))


@cache
def _others() -> re.Pattern[str]:
    others = {word for each in table("relations")["relations"].values() for word in each}
    return re.compile(any_of(others | {"我", "俺"}))


def _weight(text: str, mention: _Mention, behind: str, near: str) -> int:
    before = text[clause_start(text, mention.start) : mention.start]
    if before.endswith(words("relations", "cues", "before")) or any_word("relations", "cues", "absent").search(near):
        return 0
    if behind.startswith(words("relations", "cues", "says")) or _soon("agent").match(behind):
        return 1
    if _led().search(before):
        return 3
    following = near or text[mention.end + 1 : mention.end + 1 + _REACH]
    return 3 if any_word("relations", "cues", "need").search(following) else 2


@cache
def _led() -> re.Pattern[str]:
    """ "瘫痪的老伴", "扶不住我爸"."""
    patient, need = (any_of(words("relations", "cues", key)) for key in ("patient", "need"))
    return re.compile(rf"{patient}[不得]?.?$|{need}.{{0,2}}的$")
