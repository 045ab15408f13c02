"""The facts of a ticket one by one, in the words that the whole house uses for them."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

from casework import wording
from casework.consent import grounds, lacking
from casework.need import need_from_json
from casework.ticket import Ticket
from casework.visit_wording import series_words
from locales.text import Say


@dataclass(frozen=True, slots=True)
class Fact:
    """`label` is a message key; `phone` is set where the value can be called."""

    label: str
    value: str
    phone: str = ""


NEED_FACTS: tuple[tuple[str, Collection[str], Callable[[Ticket, Say], str]], ...] = (
    ("danger", ("danger",), lambda t, say: say(f"danger.{t.need.danger}.staff") if t.need.danger else ""),
    ("services", ("services", "wants_person"), lambda t, say: wording.services(t.need, say)),
    ("who", ("beneficiary",), wording.worker_who),
    ("place", ("place", "place_name", "landmark"), lambda t, say: wording.place(t.need, say)),
    ("contact", ("phone", "through"), wording.worker_contact),
    ("when", ("when", "clock", "frequency"), lambda t, say: wording.when(t.need, say)),
    ("note", ("note",), lambda t, say: t.need.note),
)
"""Label, the fields of a need behind it, and its words."""


def facts(ticket: Ticket, say: Say, language_name: str = "", moods: str = "") -> list[Fact]:
    """All facts, nothing empty. `language_name` is given where the resident speaks another language than Chinese,
    `moods` is the line of their answers."""
    found = [_fact(name, ticket, words(ticket, say)) for name, _, words in NEED_FACTS]
    found += [
        Fact("desk.fact.planned", wording.visit(ticket, say)),
        Fact("desk.fact.series", series_words(ticket, say)),
        Fact("desk.fact.reporter", ticket.reporter_name),
        *(Fact("desk.fact.also", value, _digits(need.phone)) for value, need in wording.also(ticket, say)),
        Fact("desk.fact.language", language_name),
        Fact("desk.fact.mood", moods),
        Fact("desk.fact.ground", _grounds(ticket, say)),
        Fact("desk.fact.record", ticket.record),
        Fact("desk.fact.stars", say("desk.stars", stars=ticket.stars) if ticket.stars else ""),
        Fact("desk.fact.comment", ticket.comment),
    ]
    return [fact for fact in found if fact.value]


def _grounds(ticket: Ticket, say: Say) -> str:
    """On what ground the beneficiary's data is kept, and what of it nobody has agreed to yet."""
    whose = ticket.need.beneficiary.about
    given: dict[str, dict[str, None]] = {}
    for each in grounds(ticket):
        if each.whose == whose:
            given.setdefault(each.basis, {}).update(dict.fromkeys(each.article.split(", ")))
    told = [say("desk.ground", basis=say(f"ground.{basis}"), article=", ".join(of)) for basis, of in given.items()]
    return say("list.and").join([*told, *([say("desk.ground.lacking")] if lacking(ticket) else [])])


def changes(ticket: Ticket, change: Mapping[str, Any], say: Say) -> list[Fact]:
    """The facts of a need that an amendment touched, as it put them; the words and the files are not among them."""
    after = replace(ticket, need=need_from_json(change))
    touched = [(name, words) for name, fields, words in NEED_FACTS if not set(fields).isdisjoint(change)]
    return [fact for name, words in touched if (fact := _fact(name, after, words(after, say))).value]


def _fact(name: str, ticket: Ticket, value: str) -> Fact:
    return Fact(f"desk.fact.{name}", value, _digits(ticket.need.phone) if name == "contact" else "")


def _digits(phone: str) -> str:
    return "".join(sign for sign in phone if sign.isdigit() or sign == "+")
