"""All slots of one message in Kazakh or Uyghur, in any of their scripts."""

from __future__ import annotations

import re
from collections.abc import Sequence

from catalogue.place import Gazetteer
from catalogue.slot.condition import Agreement
from catalogue.slot.number import read_phone
from catalogue.slot.turkic_age import ages, chosen
from catalogue.slot.turkic_name import read_landmark, read_name
from catalogue.slot.turkic_person import read_beneficiary
from catalogue.slot.turkic_text import Mention, Message, read_message
from catalogue.slot.turkic_time import read_times, times
from catalogue.understanding import PlaceFound, Slots

_HAN = re.compile(r"[\u3400-\u9fff]")
_SURE = 0.95


def read_turkic_slots(text: str, language: str, gazetteer: Gazetteer, *, asked: str = "", within: str = "") -> Slots:
    """What `text` in `language` ("kk" or "ug") says of person, place, age, telephone number and times.

    `asked` names the slot the bot has just asked for ("about", "relation", "name", "age", "place", "phone", "contact",
    "when", "agrees"): then a bare answer is read as that slot. `within` is the code of a place that is already known.
    """
    message = read_message(text, language)
    said, spoken = times(message), ages(message)
    named = _conditions(message)
    person = read_beneficiary(message, [*named, *spoken], said, asked=asked in ("about", "relation"))
    age = chosen(
        message, spoken, after=person.first, not_mine=person.about == "other", asked=asked in ("age", "age_words")
    )
    when = read_times(message, said, asked=asked in ("when", "when_words"))
    return Slots(
        about=person.about,
        relation=person.relation,
        relation_words=person.words,
        name=read_name(message, asked=asked in ("name", "contact")),
        age=age.years if age else None,
        age_words=age.words if age else "",
        place=_place(message, gazetteer, within=within, asked=asked == "place"),
        landmark=read_landmark(message),
        phone=read_phone(message.text, asked=asked in ("phone", "contact")),
        when_words=when.when,
        hour_named=when.hour_named,
        clock=when.clock,
        frequency_words=when.frequency,
        conditions=tuple(dict.fromkeys(each.value for each in named)),
        agrees=_agreement(message, asked=asked in ("agrees", "consent")),
    )


def _conditions(message: Message) -> list[Mention]:
    """Conditions named and not denied; of one phrase that means two conditions both."""
    kept = message.of("condition", "not_condition")
    same = [each for each in message.mentions if each.kind == "condition"]
    spans = {(each.first, each.last) for each in kept}
    denied = {each.first for each in message.mentions if each.kind == "denied"}
    return [each for each in same if (each.first, each.last) in spans and each.last + 1 not in denied]


def _place(message: Message, gazetteer: Gazetteer, *, within: str, asked: bool) -> PlaceFound | None:
    """The county named in the words of the language, or a place written in Chinese if that says more."""
    chinese = gazetteer.find(message.text, within=within, expected=asked) if _HAN.search(message.text) else None
    here = [each for each in message.of("place") if asked or not _is_away(message, each)]
    # Of a county and a village in it the village.
    said = max((each for each in here if each.value.startswith(here[0].value)), key=_depth, default=None)
    if not said or (chinese and len(chinese.place.code) > len(said.value)):
        return chinese
    return PlaceFound(gazetteer.get(said.value), message.said(said.first, said.last), _SURE)


def _depth(place: Mention) -> int:
    return len(place.value)


def _is_away(message: Message, place: Mention) -> bool:
    """Whether somebody who is away lives at a place: "ұлым Фукаңда жұмыс істейді"."""
    _, behind = message.clause_of(place)
    return any(each.kind == "away" and place.last < each.first < behind for each in message.mentions)


def _agreement(message: Message, *, asked: bool) -> Agreement:
    """Whether the person in need knows of the request and agrees. Unasked, single words do not say it."""
    kinds = {each.kind for each in message.mentions}
    if ("cannot" in kinds and asked) or "unaskable" in kinds:
        return "cannot"
    if _says(message, "no", asked=asked):
        return "no"
    if _says(message, "yes", asked=asked):
        return "yes"
    return _answer(message) if asked else ""


def _says(message: Message, kind: str, *, asked: bool) -> bool:
    sure = {each.first for each in message.mentions if each.kind == "sure"}
    found = (each for each in message.mentions if each.kind == kind)
    return any(asked or each.length > 1 or each.first in sure for each in found)


def _answer(message: Message) -> Agreement:
    """What an answer begins with, behind words for the person."""
    first = next(iter(sorted(_begins(message), key=lambda each: (each.first, -each.length))), None)
    if first is None:
        return ""
    return "no" if first.kind == "no_asked" else "yes"


def _begins(message: Message) -> Sequence[Mention]:
    return [each for each in message.mentions if each.kind in ("no_asked", "yes_asked") and each.first < 2]
