"""The name of a person and landmarks in a Kazakh or Uyghur message."""

from __future__ import annotations

from catalogue.slot.turkic_text import Mention, Message

_LONGEST_NAME = 3
# Kinds of words that are never a part of a name.
_NOT_NAME = frozenset(
    {"relation", "age", "need", "condition", "intent", "third", "self", "none", "place", "away", "says", "reporter"}
)


def read_name(message: Message, *, asked: bool = False) -> str:
    """The name that is introduced as one ("атым …", "… деген"), "" if none is. With `asked` a bare answer is one."""
    for each in message.of("named"):
        if name := _following(message, each.last + 1):
            return name
    for each in message.mentions:
        if each.kind == "named_before" and _is_of_person(message, each) and _is_name(message, each.first - 1):
            return message.said(each.first - 1, each.first - 1)
    return _bare(message) if asked else ""


def _is_of_person(message: Message, each: Mention) -> bool:
    """Whether a person follows a name ("… деген көршім") and not a thing."""
    near = range(each.last + 1, each.last + 4)
    return each.first > 0 and any(
        other.kind in ("relation", "person") and other.first in near for other in message.mentions
    )


def _following(message: Message, first: int) -> str:
    """One or two words from a token on; two in scripts with capitals only if both begin with one."""
    if first >= len(message.tokens) or not _is_name(message, first):
        return ""
    second = first + 1
    same = second < len(message.tokens) and message.tokens[second].clause == message.tokens[first].clause
    capitals = same and message.said(second, second)[0].isupper()
    return message.said(first, second if capitals and _is_name(message, second) else first)


def _is_name(message: Message, at: int) -> bool:
    if len(message.tokens[at].word) < 2 or message.tokens[at].word.isdecimal():
        return False
    return not any(each.kind in _NOT_NAME and each.first <= at <= each.last for each in message.mentions)


def _bare(message: Message) -> str:
    """An answer of a few words without any number or word of the lists; what follows a comma is something else."""
    first = [at for at, token in enumerate(message.tokens) if token.clause == 0 and not token.word.isdecimal()]
    if not 0 < len(first) <= _LONGEST_NAME or not all(_is_name(message, at) for at in first):
        return ""
    return message.said(first[0], first[-1])


def read_landmark(message: Message) -> str:
    """A thing and the side of it where somebody lives ("мешіттің жанында"), "" if there is none."""
    persons = {each.last for each in message.mentions if each.kind in ("relation", "self", "third")}
    for each in message.mentions:
        at = each.first - 1
        owned = at >= 0 and message.words.ends(message.tokens[at].word, "genitive")
        if each.kind == "side" and owned and at not in persons and not _is_common(message, at):
            return message.said(at, each.last)
    return ""


def _is_common(message: Message, at: int) -> bool:
    """Whether a thing is in every home: a bed, a door."""
    return message.tokens[at].word.startswith(tuple(message.words.lists["not_landmark"]))
