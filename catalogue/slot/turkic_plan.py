"""Words in which a visit is agreed, from Kazakh or Uyghur in any script to the Chinese ones that say the same.

Times and series are read by one grammar, the Chinese one. "әр сейсенбі сағат 10-да, маусымның аяғына дейін" becomes
"每周二10点，到6月底". What speaks of time and has no place in a known phrase becomes a bare 月, 周, 天 or 除, so that
the grammar sees that more was said than is understood. The phrases are data (plans_kk.toml, plans_ug.toml).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from catalogue.slot.turkic_text import Message, Token, read_message
from catalogue.slot.turkic_words import vocabulary
from catalogue.slot.wordlist import table

LANGUAGES = ("kk", "ug")
_HAN = re.compile(r"[\u3400-\u9fff]")
_LETTER = r"[^\W\d_\u3400-\u9fff]"
_LETTERS = re.compile(_LETTER)
_WORD = re.compile(rf"(?<!\\){_LETTER}+")
_SPACE = re.compile(r" +(?=[\u3400-\u9fff，])|(?<=[\u3400-\u9fff，]) +")
# Marks that tell numbers of one time from those of the next; every other gap is a space.
_MARKS = dict.fromkeys("،,，؛;；。\n", "，") | dict.fromkeys("-–—~", "-") | dict.fromkeys(":：", ":")
_MARKS |= {"、": "、", "/": "/", ".": "."}
_SIGNS = {
    "#": r"(\d{1,2})",
    "@": "(周[一二三四五六日])",
    "~": f"{_LETTER}*",
    "(": "(?:",
    "<": "(",
    ">": ")",
    " ": "[ -]",
}


def in_chinese(text: str) -> str:
    """`text` with its words of time in Chinese, the others in the one form; `text` itself where none is found."""
    if not _LETTERS.search(text):
        return text
    # Of the two languages the one that leaves the fewest letters unread.
    found = min((_rewritten(text, language) for language in LANGUAGES), key=_unread)
    return found if len(_HAN.findall(found)) > len(_HAN.findall(text)) else text


def _unread(text: str) -> int:
    return len(_LETTERS.findall(text))


def _rewritten(text: str, language: str) -> str:
    said = "".join(_pieces(read_message(text, language), language)).replace("ñ", "ng")
    for pattern, instead in _rules(language):
        said = pattern.sub(instead, said)
    return _SPACE.sub("", said)


def _pieces(message: Message, language: str) -> Iterator[str]:
    """The words in the one form, numbers in figures ("10-da"), ordinals as "3-", with the marks between them."""
    tens, end, joined = 0, 0, ""
    for at, token in enumerate(message.tokens):
        gap = joined or _gap(message, end, token)
        value, joined = _value(token, language)
        follower = _value(message.tokens[at + 1], language)[0] if at + 1 < len(message.tokens) else None
        end = token.end
        if value is None:
            yield gap + _word(message, token)
        elif 10 <= value < 100 and value % 10 == 0 and not joined and follower is not None and 0 < follower < 10:
            # "жиырма бес" is one number.
            tens, joined = value, gap
        else:
            yield f"{gap}{tens + value}"
            tens = 0


def _gap(message: Message, end: int, token: Token) -> str:
    if not end:
        return ""
    return next((_MARKS[char] for char in message.text[end : token.start] if char in _MARKS), " ")


def _word(message: Message, token: Token) -> str:
    """Chinese words stay as they were written: the one form drops a doubled character."""
    written = message.text[token.start : token.end]
    return written if _HAN.search(written) else token.word


def _value(token: Token, language: str) -> tuple[int | None, str]:
    """The value of a number word, and "-" behind it if it tells a place in a row ("бірінші")."""
    if token.number is not None:
        return token.number, ""
    return _ordinals(language).get(token.word), "-" if token.word in _ordinals(language) else ""


@cache
def _ordinals(language: str) -> dict[str, int]:
    words = vocabulary(language)
    endings = [words.fold(each) for each in table(f"plans_{language}")["ordinal"]]
    # Before an ending the last vowel of a Uyghur stem is raised: "ئالتە", "ئالتىنچى".
    stems = {form: value for stem, value in words.numbers.items() for form in (stem, re.sub("e$", "i", stem))}
    return {words.fold(stem + each): value for stem, value in stems.items() for each in endings}


@cache
def _rules(language: str) -> tuple[tuple[re.Pattern[str], str], ...]:
    return tuple((_pattern(said, language), instead) for said, instead in table(f"plans_{language}")["rules"])


def _pattern(said: str, language: str) -> re.Pattern[str]:
    """The regular expression of a phrase, its words in the one form; for its signs see the data file."""
    fold = vocabulary(language).fold
    folded = _WORD.sub(lambda word: fold(word[0]).replace("ñ", "ng"), said)
    spelled = re.sub(r"\(\?<?|[#@~(<> ]", lambda sign: _SIGNS.get(sign[0], sign[0]), folded)
    return re.compile(rf"(?<!{_LETTER})(?:{spelled})(?!{_LETTER})")
