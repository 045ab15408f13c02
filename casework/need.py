"""What is asked, and for whom."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casework.staff import PREFECTURE


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Whom the help is for. `about` is "self" or "other"; `agrees` "yes", "no", "cannot" or "" where nobody said."""

    about: str = "self"
    relation: str = ""
    relation_words: str = ""
    name: str = ""
    age: int | None = None
    conditions: tuple[str, ...] = ()
    agrees: str = ""


@dataclass(frozen=True, slots=True)
class Need:
    """What is asked, as the resident confirmed it. `words` are their messages in order, `attachments` ids of files."""

    services: tuple[str, ...] = ()
    beneficiary: Beneficiary = Beneficiary()
    place: str = PREFECTURE
    place_name: str = ""
    landmark: str = ""
    phone: str = ""
    through: str = ""
    when: str = ""
    clock: str = ""
    frequency: str = ""
    note: str = ""
    words: tuple[str, ...] = ()
    attachments: tuple[str, ...] = ()
    danger: str = ""
    wants_person: bool = False


def need_to_json(need: Need) -> dict[str, Any]:
    """A need as plain JSON, leaving out what is empty."""
    plain: dict[str, Any] = {}
    for name in Need.__dataclass_fields__:
        value = getattr(need, name)
        if isinstance(value, Beneficiary):
            value = {k: v for k in Beneficiary.__dataclass_fields__ if (v := getattr(value, k)) not in ("", None, ())}
        if value not in ("", (), False):
            plain[name] = list(value) if isinstance(value, tuple) else value
    return plain


def need_from_json(plain: Mapping[str, Any]) -> Need:
    """The inverse of `need_to_json`; names it does not know are left aside, so an old release reads a newer thread."""
    fields = _known(Need, plain)
    fields["beneficiary"] = Beneficiary(**_known(Beneficiary, plain.get("beneficiary", {})))
    return Need(**fields)


def _known(kind: type[Need] | type[Beneficiary], plain: Mapping[str, Any]) -> dict[str, Any]:
    return {k: tuple(v) if isinstance(v, list) else v for k, v in plain.items() if k in kind.__dataclass_fields__}
