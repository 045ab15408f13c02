"""For whom help is asked: the person writing, or somebody they name."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal

from catalogue.slot.person_mention import Mention
from catalogue.slot.person_weight import age_said, people, soon
from catalogue.slot.wordlist import any_of, any_word, begins, clause_end, words

About = Literal["self", "other", "unknown"]
# Of these the old seldom speak as of those in need, when they tell their own age: "我儿媳妇是好人，我八十七了".
_YOUNGER = ("son", "daughter", "child", "grandchild", "relative")
_OLD = re.compile(r"[我俺](?:今年|都|也|已经|快){0,2}(?:[6-9]\d|[六七八九]十)")
_SPOUSES = ("wife", "husband", "spouse")


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """The person in need: `relation` is a code of RELATIONS or "", `start` where they are named, -1 if nowhere."""

    about: About
    relation: str = ""
    words: str = ""
    start: int = -1


def read_beneficiary(text: str, *, asked: bool = False, pointed: bool = False) -> Beneficiary:
    """Who is in need according to `text`.

    With `asked` the bot has just asked for whom help is, so that "我" or "自己" is an answer. `pointed` says that the
    text speaks of somebody's condition or age, so that a bare "她" is the person in need.
    """
    mentions = people(text)
    best = max(mentions, key=lambda mention: (mention.weight, -mention.start), default=None)
    own = _own_words(text, mentions)
    if couple := _first(text, "couple"):
        return Beneficiary("self", words=couple[0], start=couple.start())
    if best and best.weight > 0 and not _outdone(text, best, own):
        if stranger := _stranger_before(text, best):
            return Beneficiary("other", start=stranger.start())
        return Beneficiary("other", best.relation, text[best.start : best.end], best.start)
    if own:
        return Beneficiary("self", start=own.start())
    return _without_relation(text, asked=asked, pointed=pointed)


def _stranger_before(text: str, best: Mention) -> re.Match[str] | None:
    """Somebody unknown brought up first, whose relatives are named then: "一位居民，妻子上月病故"."""
    if best.relation in words("relations", "of-others", "codes") or text[best.start] in "我俺咱":
        return None
    introduced = _introduced().search(text, 0, best.start)
    return introduced if introduced and introduced.end() <= best.start else None


def _outdone(text: str, best: Mention, own: re.Match[str] | None) -> bool:
    """Whether what is said of oneself counts for more: said first, or the other person only asks or helps."""
    if own is None:
        return False
    if best.relation in _SPOUSES and _is_both(text, best, own):
        return True
    first = own.start() < best.start or (best.relation in _YOUNGER and _OLD.match(text, own.start()) is not None)
    return best.weight == 1 or (best.weight == 2 and first)


def _is_both(text: str, best: Mention, own: re.Match[str]) -> bool:
    """Whether the need is that of the person writing as much as that of their wife or husband."""
    if _together().search(text):
        return True
    return own.start() < best.start and "都" in text[best.end : clause_end(text, best.end)]


@cache
def _together() -> re.Pattern[str]:
    two, both = (any_of(words("relations", "cues", key)) for key in ("two", "both"))
    return re.compile(rf"{two}[^，。！？；,!?\s]{{0,2}}{both}")


def _without_relation(text: str, *, asked: bool, pointed: bool) -> Beneficiary:
    bare = re.sub(r"[\s，。！？,.!?]|是|给|帮|的|吧|呀|啊|就|用|要|需要", "", text)
    if asked and bare in ("我", "俺", "自己", "本人", "我自己", "自个", "自个儿", "咱"):
        return Beneficiary("self")
    pointed = pointed or any_word("relations", "self", "circumstances").search(text) is not None
    if somebody := _somebody(text, pointed=pointed):
        return somebody
    mine = _first_person().search(text) if pointed else _done_to_me().search(text)
    return Beneficiary("self", start=mine.start()) if mine else Beneficiary("unknown")


def _somebody(text: str, *, pointed: bool) -> Beneficiary | None:
    """Somebody without a relation: "王大妈", "她", "有个五保户", or somebody for whom a worker speaks."""
    titled = _titled().search(text) if any_word("names", "person", "titles").search(text) else None
    third = re.search(r"(?<!其)[他她](?!们|妈的)", text) if pointed else None
    introduced = _introduced().search(text)
    if titled and not re.match(r"[您你]好", text[titled.end() :]):
        return Beneficiary("other", start=titled.start())
    if found := third or introduced:
        return Beneficiary("other", start=found.start())
    spoken_for = any_word("relations", "reporter", "words", "others").search(text)
    return Beneficiary("other") if spoken_for else None


@cache
def _titled() -> re.Pattern[str]:
    return re.compile(rf"[\u4e00-\u9fff·]{{1,4}}?{any_of(words('names', 'person', 'titles'))}")


@cache
def _introduced() -> re.Pattern[str]:
    """Somebody brought up without a name: "有个五保户"."""
    there, persons = (any_of(words("relations", "of-others", key)) for key in ("there", "persons"))
    first = begins(words("relations", "of-others", "there"))
    return re.compile(rf"{first}(?<![没我]){there}[\u4e00-\u9fff]{{0,3}}?{persons}")


@cache
def _first_person() -> re.Pattern[str]:
    """The person writing as the one who is spoken of, and not as the one who only asks."""
    asks = any_of(words("relations", "self", "asks"))
    return re.compile(rf"(?<![帮给让叫跟诉请教对为替找])[我俺](?!们|家|{asks})|本人|(?<![^，。！？；,!?\s])自己")


@cache
def _done_to_me() -> re.Pattern[str]:
    """Something to be done for the person writing: "扶我", or wanted where they live."""
    patient, wants = any_of(words("relations", "cues", "done-to-me")), any_of(words("relations", "self", "wants"))
    return re.compile(rf"{patient}[我俺](?!们|的?朋友|同)|我家?住.{{2,14}}[，, ]{wants}")


def _first(text: str, key: str) -> re.Match[str] | None:
    return any_word("relations", "self", key).search(text)


def _own_words(text: str, mentions: Sequence[Mention]) -> re.Match[str] | None:
    """Where the person writing speaks of their own body or circumstances."""
    found = [match for key in ("whole", "alone") if (match := _first(text, key)) and _is_of_writer(text, match)]
    for match in _own_state().finditer(text) if "我" in text or "俺" in text else ():
        if not any(mention.start < match.end() and match.start() < mention.end for mention in mentions):
            found.append(match)
    caring = [match for match in found if soon("after-me").match(text, match.end())]
    return min((match for match in found if match not in caring), key=lambda match: match.start(), default=None)


def _is_of_writer(text: str, own: re.Match[str]) -> bool:
    """Not "不是给我自己", nor "大爷自己住"."""
    before = text[: own.start()]
    if before.endswith(words("relations", "self", "denied")):
        return False
    mine = any(char in own[0] for char in "我俺本")
    return mine or not ("他" in before or "她" in before or any_word("names", "person", "titles").search(before))


@cache
def _own_state() -> re.Pattern[str]:
    state = any_of(words("relations", "self", "circumstances"))
    not_mine = r"(?!们班|们村|们社区|妈|爸|想给|想帮)"
    # "我在和庄，腰不好": what follows the place, the name or the age is still said of the person writing.
    placed = rf"(?:家?住|在|是|叫|今年)[^，。！？；,!?\s我她他]{{1,14}}[，, ](?:{state}|{age_said()})"
    near = rf"[^，。！？；,!?\s我她他师照伺陪带替]{{0,6}}?{state}"
    return re.compile(rf"(?<![让叫给帮跟])[我俺]{not_mine}(?:{near}|{age_said()}|{placed})")
