"""All slots of one message, read together because they explain each other."""

from __future__ import annotations

from datetime import date

from catalogue.place import Gazetteer
from catalogue.slot.age import read_age
from catalogue.slot.condition import read_agreement, read_conditions
from catalogue.slot.landmark import read_landmark
from catalogue.slot.name import read_name
from catalogue.slot.number import read_phone
from catalogue.slot.person import read_beneficiary
from catalogue.slot.time import read_times
from catalogue.understanding import Slots


def read_slots(
    text: str, gazetteer: Gazetteer, *, asked: str = "", within: str = "", today: date | None = None
) -> Slots:
    """What `text` says of person, place, age, telephone number and times.

    `asked` names the slot the bot has just asked for ("about", "relation", "name", "age", "place", "phone", "contact",
    "when", "agrees"): then a bare answer is read as that slot. `within` is the code of a place that is already known.
    `today` (default: the date here and now) turns a year of birth into an age.
    """
    conditions = read_conditions(text)
    today = today or date.today()
    person = read_beneficiary(text, asked=asked in ("about", "relation"), pointed=bool(conditions))
    age = read_age(
        text,
        today=today,
        asked=asked in ("age", "age_words"),
        named=person.about != "unknown",
        after=person.start,
        not_mine=person.about == "other",
    )
    if person.about == "unknown" and age:
        person = read_beneficiary(text, asked=asked in ("about", "relation"), pointed=True)
    times = read_times(text, asked=asked in ("when", "when_words"))
    return Slots(
        about=person.about,
        relation=person.relation,
        relation_words=person.words,
        name=read_name(text, asked=asked in ("name", "contact")),
        age=age.years if age else None,
        age_words=age.words if age else "",
        place=gazetteer.find(text, within=within, expected=asked == "place"),
        landmark=read_landmark(text),
        phone=read_phone(text, asked=asked in ("phone", "contact")),
        when_words=times.when,
        hour_named=times.hour_named,
        clock=times.clock,
        frequency_words=times.frequency,
        conditions=conditions,
        agrees=read_agreement(text, asked=asked in ("agrees", "consent")),
    )
