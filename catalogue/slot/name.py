"""The name of a person in a message."""

from __future__ import annotations

import re
from functools import cache

from catalogue.slot.wordlist import any_of, any_word, begins, table, words

_HAN = r"[\u4e00-\u9fff]"
_LONGEST = 40
_BEFORE_TITLE = 10
_DOT = re.compile("[·•・.]")
_FOREIGN = re.compile(r"[^\W\d_]+(?:[ ·.'’-]+[^\W\d_]+){0,3}", re.UNICODE)


def read_name(text: str, *, asked: bool = False) -> str:
    """The name said in `text`, "" if none is; that of the person in need before that of the person writing.

    Names of one to four Chinese characters begin with a surname; transliterated names may be longer and hold a dot.
    With `asked` the whole text may be a name.
    """
    if introduced := _beside_relation(text) or _introduced(text) or _of_role(text):
        return introduced
    title = any_word("names", "person", "titles").search(text)
    # No name that ends in a title begins before this.
    if title and (titled := _titled().search(text, max(0, title.start() - _BEFORE_TITLE))):
        return titled["name"] if _is_name(titled["given"] or titled["name"]) else ""
    if _DOT.search(text) and (dotted := _dotted().search(text)):
        return dotted[0]
    if "老" in text and (known := _known_as().search(text)):
        return known["name"]
    return _answer(text) if asked else ""


def _of_role(text: str) -> str:
    """A full name right behind what somebody is: "村民李有才", "我奶奶阿依努尔"."""
    for match in _role_and_name().finditer(text):
        name: str = match["name"] or match["foreign"]
        if _is_name(name):
            return name
    return ""


@cache
def _role_and_name() -> re.Pattern[str]:
    person = table("names")["person"]
    never = person["never-inside"]
    given = rf"[^\W\da-zA-Z_{never}]"
    full = rf"[{person['surnames']}]{given}{{2}}|{any_of(person['compound'])}{given}{{1,2}}"
    foreign = rf"{any_of(person['beginnings'])}{given}{{0,5}}"
    named = rf"{any_of(person['roles'])}(?P<name>{full})|{any_of(_persons())}(?P<foreign>{foreign})"
    first = begins((*person["roles"], *_persons()))
    return re.compile(rf"{first}(?:{named})(?=[，,。. 、；：:（(]|$|今年|住|家住|\d)")


@cache
def _known_as() -> re.Pattern[str]:
    person = table("names")["person"]
    name = rf"老[{person['surnames']}]{any_of(person['known-as'])}?"
    return re.compile(
        rf"(?:(?<![\u4e00-\u9fff])|(?<=[居壁门上下叫友乡戚个]))(?P<name>(?!{any_of(person['never-known-as'])}){name})"
        r"(?=[，,。 、]|$|今年|\d|[住他她问家]|一个人)"
    )


def _introduced(text: str) -> str:
    """A name that is introduced as such: of a person named, of anyone, then of the person writing."""
    if not any_word("names", "person", "own", "introduced").search(text):
        return ""
    ranked: list[tuple[int, str]] = []
    for match in _introduction().finditer(text):
        strict = match["lead"] == "叫" or match["own"] == "我是"
        name = _leading(text[match.end() :], strict=strict)
        rank = 2 if match["own"] else int(not match["whose"])
        ranked.append((rank, name))
    return min((each for each in ranked if each[1]), key=lambda each: each[0], default=(0, ""))[1]


@cache
def _introduction() -> re.Pattern[str]:
    own, lead = words("names", "person", "own"), words("names", "person", "introduced")
    whose = rf"(?P<whose>{any_of(_persons())})?的?"
    named = rf"(?P<own>{any_of(own)})|{whose}(?<![喊我大])(?P<lead>{any_of(lead)})"
    return re.compile(rf"{begins((*own, *lead, *_persons()), '的')}(?:{named})(?:是|叫|为)?[:： ]*")


@cache
def _persons() -> frozenset[str]:
    relations = table("relations")
    words_of = {word for group in ("relations", "short") for each in relations[group].values() for word in each}
    return frozenset(words_of | set(words("names", "person", "titles")) | {"他", "她", "老人"})


def _beside_relation(text: str) -> str:
    """A name between a relation and an age: "我妈马秀兰八十了"."""
    for match in _relation_and_age().finditer(text):
        if _is_name(match["name"]):
            return match["name"]
    return ""


@cache
def _relation_and_age() -> re.Pattern[str]:
    age = r"(?:今年|已经|\d{2}|[一二三四五六七八九]十)"
    foreign = rf"{_HAN}{{2,8}}?{any_of(words('names', 'person', 'endings'))}"
    person = f"{begins(_persons())}{any_of(_persons())}"
    return re.compile(rf"{person}(?P<name>(?![叫是的名])(?:{_HAN}{{3}}|{foreign}))[，, ]?{age}")


def _leading(rest: str, *, strict: bool) -> str:
    """The name at the beginning of `rest`; with `strict` a name of Chinese characters must end there."""
    if dotted := _dotted().match(rest):
        return dotted[0]
    cut = _stop().split(rest, maxsplit=1)[0]
    if _is_transliterated(cut):
        return cut
    longest = 4 if cut.startswith(words("names", "person", "compound")) else 3
    name = cut if len(cut) <= longest else ("" if strict else cut[:longest])
    return name if _is_name(name) and len(name) > 1 else ""


@cache
def _stop() -> re.Pattern[str]:
    return re.compile(rf"{any_of(words('names', 'person', 'stop'))}|[^\u4e00-\u9fff·]")


def _is_name(name: str) -> bool:
    if not name or name.startswith(words("names", "person", "none")):
        return False
    surname = name[0] in table("names")["person"]["surnames"] or name.startswith(words("names", "person", "compound"))
    return surname or _is_transliterated(name)


def _is_transliterated(name: str) -> bool:
    if not 2 <= len(name) <= 12 or name.startswith(words("names", "person", "none")):
        return False
    return name.endswith(words("names", "person", "endings")) or name.startswith(words("names", "person", "beginnings"))


@cache
def _titled() -> re.Pattern[str]:
    person = table("names")["person"]
    inside = r"[^\W\d_a-zA-Z邻居壁村里有个位门给帮是叫的我他她在和住]"
    given = rf"{any_of(person['beginnings'])}{inside}{{0,3}}?|{inside}{{0,3}}{any_of(person['endings'])}"
    surname = rf"{any_of(person['compound'])}|[{person['surnames']}]"
    # A surname alone counts at the beginning of a word only: "隔壁王大妈", not "希望大妈".
    short = rf"(?<![\u4e00-\u9fff])(?:{surname})|(?<=[邻居壁村里有个位门给帮是叫的])(?:{surname})"
    return re.compile(rf"(?P<name>(?P<given>{given}|{short}){any_of(person['titles'])})(?![您你]好)")


@cache
def _dotted() -> re.Pattern[str]:
    return re.compile(rf"{_HAN}{{1,8}}[·•・.]{_HAN}{{1,8}}(?:[·•・]{_HAN}{{1,8}})?")


def _answer(text: str) -> str:
    bare = re.sub(r"^(?:就叫|她是|他是|是|叫|我叫|姓名|名字|嗯|哦)[:： ]*|[啊呀吧呢\s，。！？,.!?]+$", "", text.strip())
    if re.fullmatch(rf"{_HAN}+", bare):
        known = _is_name(bare) and 2 <= len(bare) <= 4
        return bare if known or _is_transliterated(bare) else ""
    if re.search(_HAN, bare):
        return _leading(bare, strict=False)
    return bare if len(bare) <= _LONGEST and _FOREIGN.fullmatch(bare) else ""
