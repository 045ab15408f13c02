"""The slots of the intake: what a message says about each, and the answers that can be tapped."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from bot.dialogs.frame import Offer, Slot, Values
from bot.dialogs.turn import Turn
from casework.staff import PREFECTURE
from catalogue.understanding import Decision

WHO_FIELDS = ("relation", "relation_words", "name", "age", "conditions", "agrees")
OWN_WORDS = 40
"""An answer about whom help is for is kept as a name for them up to this many characters."""


def read_service(offer: Offer) -> Any:
    """The services a clear message asks for; a recording alone is a need too, which the worker will listen to."""
    if offer.understood.decision is Decision.OFFER:
        return {"codes": list(offer.understood.services)}
    if offer.heard.voice and "service" not in offer.values:
        return {"codes": [], "listen": True}
    return None


def service_missing(values: Values) -> bool:
    return not values.get("person")


def read_who(offer: Offer) -> Any:
    """For whom, added to what is known of them."""
    slots, old = offer.understood.slots, dict(offer.values.get("who", {}))
    fields = {name: getattr(slots, name) for name in WHO_FIELDS}
    said = {k: list(v) if isinstance(v, tuple) else v for k, v in fields.items() if v not in ("", None, ())}
    if old and not offer.asked and not offer.correcting:
        return _more_of_them(offer, old, said)
    if slots.about != "unknown":
        changed = slots.about != old.get("about") or (slots.relation and slots.relation != old.get("relation"))
        return {**({} if changed else old), **said, "about": slots.about}
    if offer.asked and offer.heard.text:
        return {"relation_words": offer.heard.text[:OWN_WORDS], **said, "about": "other"}
    if old and said:
        return {**old, **said}
    # A name without a word on whose it is belongs to somebody else: of oneself one says "I".
    return {**said, "about": "other"} if slots.name else None


def _more_of_them(offer: Offer, old: dict[str, Any], said: dict[str, Any]) -> Any:
    """What a later message adds. Somebody else who is mentioned, a neighbour to call for instance, changes nothing."""
    relation = offer.understood.slots.relation
    if offer.question == "contact" or (relation and old.get("relation", "") not in ("", "elder", relation)):
        return None
    if offer.understood.slots.about not in ("unknown", old["about"]):
        return None
    vague = old.get("relation", "") in ("", "elder") and relation
    return {**old, **said} if vague else {**said, **old}


def who_missing(values: Values) -> bool:
    """Asked only when nothing but a service is known; whoever describes a situation has said enough to go on."""
    return bool(values.get("bare")) and not values.get("person") and not values.get("danger")


def who_choices(turn: Turn, values: Values) -> Sequence[tuple[str, str]]:
    return [(who, turn.words(f"intake.who.{who}")) for who in ("self", "parent", "child", "neighbour", "other")]


def pick_who(value: str, values: Values) -> Any:
    relations = {"self": "", "parent": "parents", "child": "child", "neighbour": "neighbour", "other": ""}
    if value not in relations:
        return None
    about = "self" if value == "self" else "other"
    return {"about": about, "relation": relations[value]} if relations[value] else {"about": about}


def place_value(turn: Turn, code: str) -> dict[str, Any]:
    """A place as the frame keeps it."""
    return {"code": code, "name": turn.catalogue.gazetteer.full_name(code, short=True) if code != PREFECTURE else ""}


def read_place(offer: Offer) -> Any:
    """The place named, or made more exact by a second mention. Its full name is filled in by the dialog."""
    found, old = offer.understood.slots.place, offer.values.get("place")
    if found is None or (found.place.code == PREFECTURE and not offer.asked):
        return None
    code = found.place.code
    if old and not offer.correcting and not offer.asked and not code.startswith(old["code"]):
        return None
    if old and old["code"].startswith(code) and not offer.correcting:
        return None
    value: dict[str, Any] = {"code": code, "words": found.words}
    if found.others:
        value["others"] = [p.code for p in (found.place, *found.others)][:6]
    return value


def place_missing(values: Values) -> bool:
    return True


def place_choices(turn: Turn, values: Values) -> Sequence[tuple[str, str]]:
    """The places of one name that may be meant; else the seven counties, because nobody wants to tap through a map."""
    gazetteer = turn.catalogue.gazetteer
    if values.get("place_others"):
        return [(code, gazetteer.full_name(code, short=True)) for code in values["place_others"]]
    counties = [(p.code, gazetteer.full_name(p.code, short=True)) for p in gazetteer.children(PREFECTURE)]
    return [*counties, ("unknown", turn.words("intake.place.unknown"))]


def pick_place(value: str, values: Values) -> Any:
    if value == "unknown":
        return {"code": PREFECTURE}
    return {"code": value} if value.startswith(PREFECTURE) and value.isdigit() else None


def read_landmark(offer: Offer) -> Any:
    return offer.understood.slots.landmark or None


def read_contact(offer: Offer) -> Any:
    """A telephone number, and through whom where the bot has asked."""
    phone = offer.understood.slots.phone
    if not offer.asked:
        return {**offer.values.get("contact", {}), "phone": phone} if phone else None
    through = re.sub(r"[\d\s+()-]{7,}", "", offer.heard.text).strip(" ，,。.：:")[:OWN_WORDS]
    answer = {"phone": phone, "through": through}
    return {k: v for k, v in answer.items() if v} or None


def contact_missing(values: Values) -> bool:
    """Only in danger: then a call is quicker than any chat."""
    return bool(values.get("danger"))


def contact_choices(turn: Turn, values: Values) -> Sequence[tuple[str, str]]:
    return [("chat", turn.words("intake.contact.chat"))]


def pick_contact(value: str, values: Values) -> Any:
    return {} if value == "chat" else None


def read_when(offer: Offer) -> Any:
    slots = offer.understood.slots
    if not slots.when_words and not slots.frequency_words:
        return {"words": offer.heard.text[:OWN_WORDS]} if offer.asked and offer.heard.text else None
    said = {
        "words": slots.when_words,
        "frequency": slots.frequency_words,
        "clock": slots.clock,
        "hour": slots.hour_named,
    }
    return {k: v for k, v in said.items() if v}


def when_choices(turn: Turn, values: Values) -> Sequence[tuple[str, str]]:
    return [(key, turn.words(f"intake.when.{key}")) for key in ("soon", "morning", "afternoon", "weekend")]


def pick_when(value: str, values: Values) -> Any:
    return {"preset": value} if value in ("soon", "morning", "afternoon", "weekend") else None


def read_clock(offer: Offer) -> Any:
    return offer.understood.slots.clock or None


def clock_missing(values: Values) -> bool:
    """An hour was named, and two clocks are in use."""
    when: Mapping[str, Any] = values.get("when", {})
    return bool(when.get("hour")) and not when.get("clock") and not values.get("danger")


def clock_choices(turn: Turn, values: Values) -> Sequence[tuple[str, str]]:
    return [(clock, turn.words(f"clock.{clock}")) for clock in ("beijing", "xinjiang")]


def pick_clock(value: str, values: Values) -> Any:
    return value if value in ("beijing", "xinjiang") else None


def read_note(offer: Offer) -> Any:
    return offer.heard.text if offer.asked and offer.heard.text else None


SLOTS = (
    Slot("service", "intake.service.ask", read_service, service_missing, change="intake.service.change"),
    Slot(
        "who", "intake.who.ask", read_who, who_missing, who_choices, pick_who, "intake.who.again",
        change="intake.who.change", grows=True,
    ),
    Slot(
        "place", "intake.place.ask", read_place, place_missing, place_choices, pick_place, "intake.place.again",
        asks="location", change="intake.place.change", grows=True,
    ),
    Slot("landmark", "intake.landmark.ask", read_landmark, change="intake.landmark.change"),
    Slot(
        "contact", "intake.contact.ask", read_contact, contact_missing, contact_choices, pick_contact,
        "intake.contact.again", asks="phone", change="intake.contact.change",
    ),
    Slot("when", "intake.when.ask", read_when, choices=when_choices, pick=pick_when, change="intake.when.change"),
    Slot("clock", "intake.clock.ask", read_clock, clock_missing, clock_choices, pick_clock, "intake.clock.ask"),
    Slot("note", "intake.note.ask", read_note, change="intake.note.change"),
)  # fmt: skip
