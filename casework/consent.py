"""On what ground a ticket's personal data is kept: who agreed to what, in which words, or which law stands in for it.

Source: Personal Information Protection Law of China (PIPL, 2021-11-01): grounds Art. 13, what consent must be Art. 14,
sensitive data Art. 28-30, children under 14 Art. 31. Every ground stands in the data of the event that brought it,
under "grounds", a ground for each kind of data, so that each is told apart later.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from casework.need import Need
from casework.ticket import Ticket

CONSENT_FILE = Path(__file__).parent / "data" / "consent.toml"
KINDS = ("general", "sensitive", "child")
"""Kinds of data, each with a wording of its own, the text `consent.<kind>`."""
GIVEN = "13(1)(1)"
ARTICLES = {"general": GIVEN, "sensitive": f"{GIVEN}, 29", "child": f"{GIVEN}, 31"}
"""The article under which each kind is agreed to."""
SELF, OTHER = "self", "other"


@dataclass(frozen=True, slots=True)
class Ground:
    """Why one kind of data may be kept. `whose` is "self" (of whoever told it) or "other" (of the beneficiary); `basis`
    "consent", "guardian", "contract", "duty" or "emergency"; `how` it was given: "button", "words", "told" (the
    reporter says that the other agrees), "person", "telephone" or "record"; `wording` the digest of the text that was
    shown, in `language`, empty where none was."""

    kind: str
    whose: str
    basis: str
    article: str
    how: str
    wording: str = ""
    language: str = ""


def digest(text: str) -> str:
    """The version of a wording: the same for the same words, in any release."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def kinds(need: Need) -> tuple[str, ...]:
    """What must be agreed to, each by itself (Art. 29, 31)."""
    return tuple(kind for kind in KINDS if kind == "general" or _IS[kind](need))


def of_child(need: Need) -> bool:
    """Whether it is about somebody under 14, or about a child of whom no age was said (Art. 31)."""
    age, data = need.beneficiary.age, _data()
    if age is not None:
        return bool(age < data["of_age"])
    return bool(set(need.services) & set(data["child"]["services"]))


def sensitive(need: Need) -> bool:
    """Whether it tells of health or disability, or holds an identity number (Art. 28)."""
    data = _data()["sensitive"]
    told = "\n".join((*need.words, need.note))
    named = need.beneficiary.conditions or set(need.services) & set(data["services"])
    return bool(named) or re.search(data["number"], told) is not None


def agreed(need: Need, wordings: Mapping[str, str], language: str, how: str) -> tuple[Ground, ...]:
    """What the press of "confirm" on a card with these wordings (by kind) stands for.

    Of somebody else's data it stands for their consent only where the reporter says that they agree, or that they are
    the guardian; for the reporter's own words and telephone it stands in any case."""
    person = need.beneficiary
    own = (_given("general", SELF, "consent", how, wordings, language),)
    whose, child = person.about, of_child(need)
    if person.agrees != "yes" and (child or whose == OTHER):
        return own
    by = "guardian" if child else "consent"
    heard = "told" if whose == OTHER and by == "consent" else how
    for_them = tuple(_given(kind, whose, by, heard, wordings, language) for kind in kinds(need))
    return for_them if whose == SELF else (*own, *for_them)


def in_danger(need: Need) -> tuple[Ground, ...]:
    """To save life and health nobody is asked first (Art. 13(1)(4))."""
    people = dict.fromkeys((SELF, need.beneficiary.about))
    return tuple(_recorded(kind, whose, "danger") for whose in people for kind in kinds(need))


def asked_for(need: Need) -> tuple[Ground, ...]:
    """Whoever asks to be called by a person has asked for just that (Art. 13(1)(2)); the rest is asked by the
    person."""
    return (_recorded("general", SELF, "service"),)


def bases() -> tuple[str, ...]:
    """What a worker may record where consent is missing."""
    return tuple(_data()["basis"])


def recorded(ticket: Ticket, basis: str) -> tuple[Ground, ...]:
    """The grounds that a worker's word stands for: one for each kind that has none yet, or anew for all."""
    whose = ticket.need.beneficiary.about
    return tuple(_recorded(kind, whose, basis) for kind in lacking(ticket) or kinds(ticket.need))


def grounds(ticket: Ticket) -> tuple[Ground, ...]:
    """Everything that was agreed to or recorded, oldest first."""
    return tuple(from_json(each) for event in ticket.events for each in event.data.get("grounds", ()))


def lacking(ticket: Ticket) -> tuple[str, ...]:
    """The kinds of the beneficiary's data for which nothing is known yet. A ticket from before anybody was asked lacks
    nothing."""
    known = grounds(ticket)
    whose = ticket.need.beneficiary.about
    given = {each.kind for each in known if each.whose == whose}
    return tuple(kind for kind in kinds(ticket.need) if kind not in given) if known else ()


def to_json(given: Iterable[Ground]) -> list[dict[str, str]]:
    """Grounds as an event keeps them, without what is empty."""
    return [{key: value for key, value in asdict(each).items() if value} for each in given]


def from_json(plain: Mapping[str, str]) -> Ground:
    """The inverse of `to_json` for one ground; names it does not know are left aside."""
    return Ground(**{key: plain.get(key, "") for key in Ground.__dataclass_fields__})


def _given(kind: str, whose: str, basis: str, how: str, wordings: Mapping[str, str], language: str) -> Ground:
    return Ground(kind, whose, basis, ARTICLES[kind], how, digest(wordings[kind]), language)


def _recorded(kind: str, whose: str, name: str) -> Ground:
    basis = _data()["basis"][name]
    return Ground(kind, whose, basis["ground"], basis["article"], basis["how"])


_IS = {"sensitive": sensitive, "child": of_child}


@lru_cache(maxsize=1)
def _data() -> dict[str, Any]:
    return tomllib.loads(CONSENT_FILE.read_text("utf-8"))
