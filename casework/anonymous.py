"""What is left of an event when the people in it are forgotten: that it happened, when, in which service and township.

What may stay is listed; whatever is not listed goes, so that a new field is forgotten until somebody decides otherwise.
Source: PIPL Art. 4 (anonymised data is no personal data), 47 and 73(4).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from casework.ticket import Event

TOWNSHIP_DIGITS = 9
"""A village may hold few enough people to be recognised by."""
CODES = frozenset(
    (
        *("to", "by", "into", "from", "number", "of", "why", "reasons", "urgent", "stars", "minutes", "clock"),
        *("when", "next", "slot", "visit", "series", "period", "agreed", "came", "trip", "sets_out", "excused"),
        *("mood", "level", "due", "seen-by", "language", "confirmed_by", "volunteer", "grounds"),
        *("positions", "kept"),
    )
)
"""Fields that hold numbers, times and words of the program."""
STAFF_NAMES = ("name", "leader")
"""Fields that name whoever of the staff did it: their work is not private."""
HELPERS = "helper-"
"""Events that name a volunteer instead."""
ADDRESSES = ("reporter", "with")
PERSON = ("about", "relation", "agrees")
NEED = ("services", "danger", "wants_person")
RECORDED = ("done", "visited")
"""Events whose record is kept as long as somebody may ask what was done."""
_CODE = re.compile(r"[A-Za-z0-9:.+_ ,()-]*")

Alias = Callable[[str], str]
"""Another name for an address: the same one for the same address within a ticket."""


def forgotten(event: Event, alias: Alias, *, record: bool = False) -> Event:
    """The event without anybody in it. With `record` it keeps whom a service was for and what was done."""
    data = {key: kept for key, value in event.data.items() if (kept := _coded(key, value)) is not None}
    if not event.type.startswith(HELPERS) and not event.actor.startswith("resident:"):
        data |= {key: event.data[key] for key in STAFF_NAMES if key in event.data}
    if record and event.type in RECORDED and "record" in event.data:
        data["record"] = event.data["record"]
    if "need" in event.data:
        data["need"] = need(event.data["need"], record=record)
    if "reporters" in event.data:
        data["reporters"] = [_reporter(each, alias) for each in event.data["reporters"]]
    data |= {key: alias(str(event.data[key])) for key in ADDRESSES if key in event.data}
    if event.type == "erasure-asked":
        data["of"] = alias(str(event.data["of"]))
    return replace(event, actor=_actor(event.actor, alias), data=data)


def forgotten_of(event: Event, address: str, alias: Alias) -> Event:
    """The event without the one at this address; what others said and did stays theirs."""
    if event.actor == f"resident:{address}" or event.data.get("reporter") == address:
        return forgotten(event, alias)
    data = dict(event.data)
    data |= {key: alias(address) for key in (*ADDRESSES, "of") if data.get(key) == address}
    if "reporters" in data:
        data["reporters"] = [
            _reporter(each, alias) if each["address"] == address else each for each in data["reporters"]
        ]
    return replace(event, data=data)


def need(plain: Mapping[str, Any], *, record: bool = False) -> dict[str, Any]:
    """A need as JSON (whole or a change of one) without anybody in it."""
    kept = {key: plain[key] for key in NEED if key in plain}
    if "beneficiary" in plain:
        person, known = plain["beneficiary"], (*PERSON, "name") if record else PERSON
        kept["beneficiary"] = {key: person[key] for key in known if key in person}
    if "place" in plain:
        place = str(plain["place"])
        kept["place"] = place if record else place[:TOWNSHIP_DIGITS]
        if kept["place"] == place and "place_name" in plain:
            kept["place_name"] = plain["place_name"]
    return kept


def _coded(key: str, value: Any) -> Any:
    """The value of a field that may stay, None otherwise: a field of codes holds no words of people."""
    if key not in CODES or (isinstance(value, str) and not _CODE.fullmatch(value)):
        return None
    return value


def _reporter(told: Mapping[str, Any], alias: Alias) -> dict[str, Any]:
    address, language = alias(str(told["address"])), told["language"]
    return {"address": address, "name": "", "language": language, "need": need(told["need"])}


def _actor(actor: str, alias: Alias) -> str:
    kind, _, rest = actor.partition(":")
    return f"resident:{alias(rest)}" if kind == "resident" and rest else actor
