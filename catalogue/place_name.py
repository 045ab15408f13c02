"""From the official name of a division to the names people say."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

Level = Literal["prefecture", "county", "township", "village"]
Strength = Literal["full", "variant", "stem", "weak"]

# Tails of the official names, with the spelling slips of the published list ("村民委会", "社区委员会").
_TAILS = (
    (re.compile(r"社区(居民)?(居委会|委员会)(虚拟社区)?$"), "社区"),
    (re.compile(r"(?<=村)村?(民委员会|民委会|民委员|委会)$"), ""),
    (re.compile(r"新村村$"), "新村"),
    (re.compile(r"居委会$"), "社区"),
    (re.compile(r"虚拟(?=社区|生活区)"), ""),
    (re.compile(r"^(\w*农场)?([一二三四五六七八九十]+连)队?生活区$"), r"\2"),
    (re.compile(r"^(.*?连队?)生活区$"), r"\1"),
)
_PEOPLES = r"(回族|哈萨克族?|乌孜别克族?|塔塔尔族?)?(民族)?"
_SUFFIX = re.compile(rf"(?<=.){_PEOPLES}(自治县|街道|社区|县|市|乡|镇|村|总场|农场|牧场)$")
_COUNTED = re.compile(r"^[一二三四五六七八九十头]+[户连队组分畦工道屯泉]$")
_DIGITS = str.maketrans("一二三四五六七八九零", "1234567890")
_PLAIN_NUMBER = re.compile(r"^([一二三四五六七八九]?十?[一二三四五六七八九]?)(?=连$)")


@dataclass(frozen=True, slots=True)
class Form:
    """One way to say a name. `weak` forms are everyday words too and need support from their surroundings."""

    words: str
    strength: Strength


def spoken_name(official: str, above: str = "") -> str:
    """The name as shown: "河坝沿村委会" is "河坝沿村". `above` is the township's name, left out where repeated."""
    name = official
    for tail, instead in _TAILS:
        name = tail.sub(instead, name)
    rest = name.removeprefix(above)
    return rest if above and len(rest) > 2 else name


def short_name(name: str, level: Level) -> str:
    """Everyday form of a county or township: "木垒哈萨克自治县" is "木垒县", "大南沟乌孜别克乡" is "大南沟乡"."""
    if level == "county":
        return f"{stem(name)}{'市' if name.endswith('市') else '县'}"
    if level == "township":
        return re.sub(rf"(?<=..){_PEOPLES}(?=乡$)", "", re.sub(r"^兵团(农六师)?", "", name))
    return name


def stem(name: str) -> str:
    """The name without its kind: "照壁山乡" is "照壁山", "鱼儿沟中心村" is "鱼儿沟"."""
    bare = re.sub(r"^兵团(农六师)?", "", name)
    bare = _SUFFIX.sub("", bare)
    return bare.removesuffix("中心") or bare


def forms(name: str, level: Level, common: frozenset[str]) -> list[Form]:
    """Every way to say a division's name; `common` are names that are everyday words as well."""
    root = stem(name)
    found = [Form(name, "full"), Form(short_name(name, level), "full")]
    found += [Form(words, "variant") for words in _variants(name, root, level)]
    found.append(Form(root, "weak" if _is_weak(root, name, level, common) else "stem"))
    return [_weakened(form, common) for form in dict.fromkeys(found) if form.words]


def _variants(name: str, root: str, level: Level) -> list[str]:
    if level == "county":
        return [root + "县", root + "市"]
    if level == "township" and name.endswith(("乡", "镇")):
        return [root + "乡", root + "镇"]
    if name.endswith("街道"):
        return [root + "街道", root + "街办"]
    if name.endswith("村"):
        return [root + "村", root + "大队", root + "中心村"]
    return [_with_digits(root)] if name.endswith("连") else []


def _with_digits(words: str) -> str:
    """ "十二连" is also written "12连"."""
    number = _PLAIN_NUMBER.match(words)
    if not number:
        return words
    tens, ten, ones = number[1].rpartition("十")
    left = (tens or "1") if ten else ""
    return f"{left}{ones or ('0' if ten else '')}{words[number.end() :]}".translate(_DIGITS)


def _weakened(form: Form, common: frozenset[str]) -> Form:
    everyday = form.words in common or _is_counted(form.words) or len(form.words) < 2 or form.words.endswith("生活区")
    return Form(form.words, "weak") if everyday else form


def _is_counted(words: str) -> bool:
    return bool(_COUNTED.match(words)) or bool(re.match(r"^\d+连$", words))


def _is_weak(root: str, name: str, level: Level, common: frozenset[str]) -> bool:
    if level in ("county", "prefecture"):
        return False
    road = root.endswith(("路", "街", "巷", "苑", "园")) and (level == "village" or name.endswith("街道"))
    return len(root) <= 2 or road or root in common or _is_counted(root)
