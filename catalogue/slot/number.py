"""Numbers in a message: Chinese numerals and telephone numbers."""

from __future__ import annotations

import re
from functools import cache

from catalogue.slot.wordlist import table

_DIGITS = {char: at for at, char in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0, "俩": 2}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_DIAL_GAP = re.compile(r"(?<=\d)[\s\-–—.]+(?=\d)")
_MOBILE = re.compile(r"(?<!\d)(?:\+?86|0086)?(1[3-9]\d{9})(?!\d)")
_LANDLINE = re.compile(r"(?<!\d)(0\d{2,3})[\s\-–—]?(\d{7,8})(?!\d)")
_LOCAL = re.compile(r"^\D*([2-8]\d{6})\D*$")
# Every telephone number has seven figures in a row.
_FIGURES = re.compile(r"\d\d{6}")
_LONG = re.compile(r"\d{7,}")

_GAP = r"[\s\-–—.]?"
# A mobile number with its gaps, whatever stands before it ("我妈80 139 9412 3456").
_DIALLED = re.compile(
    rf"(?<!\d)(?:(?:(?:\+|00)86{_GAP}|(?<=[号话机:：])\s?86{_GAP}))?(1{_GAP}[3-9](?:{_GAP}\d){{9}})(?!\d)"
)


def chinese_number(text: str) -> int | None:
    """The value of digits or Chinese numerals up to 9999; of a range ("七八十") the lower end; None if it is no number.

    Digits read one by one ("一九五零") count as well.
    """
    if text.isdecimal():
        return int(text)
    if not text or any(char not in _DIGITS and char not in _UNITS for char in text):
        return None
    if not any(char in _UNITS for char in text):
        return _one_by_one(text)
    return _with_units(text)


def _one_by_one(text: str) -> int:
    values = [_DIGITS[char] for char in text]
    if len(values) == 2 and values[1] == values[0] + 1:
        return values[0]
    return int("".join(map(str, values)))


def _with_units(text: str) -> int:
    total, digit = 0, -1
    for char in text:
        if char in _UNITS:
            total += (1 if digit < 0 else digit) * _UNITS[char]
            digit = -1
        # "七八十" is seventy or eighty: the lower number counts.
        elif digit < 1 or _DIGITS[char] != digit + 1:
            digit = _DIGITS[char]
    return total + max(digit, 0)


def read_phone(text: str, *, asked: bool = False) -> str:
    """The first telephone number: a mobile number as 11 digits, a fixed line as "0994-2345678"; "" if there is none.

    With `asked` a local number of seven digits is one too and gets the prefecture's area code.
    """
    spoken = _dictated(text)
    if dialled := _DIALLED.search(spoken):
        return "".join(char for char in dialled[1] if char.isdecimal())
    figures = _DIAL_GAP.sub("", spoken)
    if not _FIGURES.search(figures):
        return ""
    if found := _MOBILE.search(figures):
        return found[1]
    if line := _LANDLINE.search(spoken) or _LANDLINE.search(figures):
        return f"{line[1]}-{line[2]}"
    local = _LOCAL.match(figures) if asked else None
    return f"{table('ages')['phone']['area']}-{local[1]}" if local else ""


def without_phones(text: str) -> str:
    """`text` with all telephone numbers made unreadable, so that no part of them is taken for something else."""
    if not _FIGURES.search(_DIAL_GAP.sub("", text)):
        return text
    for pattern in (_DIALLED, _LANDLINE, _LONG):
        text = pattern.sub(lambda found: "#" * len(found[0]), text)
    return text


def _dictated(text: str) -> str:
    """Runs of seven and more digits in Chinese turned into figures ("幺三九" is 139)."""
    digits: dict[str, str] = table("ages")["phone"]["digits"]
    return _run().sub(lambda found: "".join(digits.get(char, char) for char in found[0] if char.isalnum()), text)


@cache
def _run() -> re.Pattern[str]:
    digit = f"[{''.join(table('ages')['phone']['digits'])}]"
    return re.compile(rf"{digit}(?:[\s，、-]?(?:{digit}|\d)){{6,}}")
