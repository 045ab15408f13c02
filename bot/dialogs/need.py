"""From the values of the intake frame to the need that casework keeps."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from casework.need import Beneficiary, Need
from casework.staff import PREFECTURE

Values = Mapping[str, Any]


def who_of(values: Values) -> Mapping[str, Any]:
    """For whom; where nobody said, for the person who writes."""
    who: Mapping[str, Any] = values.get("who", {"about": "self"})
    return who


def for_other(values: Values) -> bool:
    return bool(who_of(values).get("about") == "other")


def need_of(values: Values) -> Need:
    """The need as it stands in the frame, complete or not."""
    who, place, contact, when = (values.get(k, {}) for k in ("who", "place", "contact", "when"))
    beneficiary = Beneficiary(
        about=who_of(values).get("about", "self"),
        relation=who.get("relation", ""),
        relation_words=who.get("relation_words", ""),
        name=who.get("name", ""),
        age=who.get("age"),
        conditions=tuple(who.get("conditions", ())),
        agrees=values.get("agrees", who.get("agrees", "")),
    )
    return Need(
        services=tuple(values.get("service", {}).get("codes", ())),
        beneficiary=beneficiary,
        place=place.get("code", PREFECTURE),
        place_name=place.get("name", ""),
        landmark=values.get("landmark", ""),
        phone=contact.get("phone", ""),
        through=contact.get("through", ""),
        when=when.get("words", ""),
        clock=values.get("clock", when.get("clock", "")),
        frequency=when.get("frequency", ""),
        note=values.get("note", ""),
        words=tuple(values.get("words", ())),
        attachments=tuple(values.get("attachments", ())),
        danger=values.get("danger", ""),
        wants_person=bool(values.get("person")),
    )
