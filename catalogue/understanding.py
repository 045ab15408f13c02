"""What the catalogue says about one message: plain data, the same for chat, command line and benchmarks."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Literal


class Decision(StrEnum):
    """What a dialog should do next with a message."""

    OFFER = "offer"
    CHOOSE = "choose"
    CLARIFY = "clarify"
    REFER = "refer"


@dataclass(frozen=True, slots=True)
class Candidate:
    """A service that may be meant; `score` is its share, between 0 and 1."""

    code: str
    score: float


@dataclass(frozen=True, slots=True)
class Place:
    """A division of the prefecture. `code` has 4 (prefecture), 6 (county), 9 (township, street) or 12 digits (village).

    Codes nest: a place lies in every place whose code begins its own.
    """

    code: str
    name: str
    level: Literal["prefecture", "county", "township", "village"]


@dataclass(frozen=True, slots=True)
class PlaceFound:
    """A place named in a text. `words` is the part of the text that named it, `score` between 0 and 1.

    `others` are places that fit as well (two villages of one name); a dialog asks which when there are any.
    """

    place: Place
    words: str
    score: float
    others: tuple[Place, ...] = ()


@dataclass(frozen=True, slots=True)
class Danger:
    """Something that cannot wait. `kind` is one of DANGER_KINDS; `words` the part of the text that says it;
    `call` the numbers to show first, most fitting first. Where it is not `sure`, people are asked before anything is
    done: the ear is meant to be too sharp rather than not sharp enough."""

    kind: str
    words: str
    call: tuple[str, ...]
    sure: bool = True


DANGER_KINDS = (
    "self-harm", "violence", "fire", "fall", "illness", "no-food", "child-alone", "alone-helpless", "cold", "missing",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slots:
    """What else one message says. Every `*_words` field is the person's own wording.

    `about` says for whom help is asked; `relation` is a code of RELATIONS; `age` in years; `when_words` and
    `frequency_words` keep times as spoken; `clock` is set when the text itself names one of the two clocks in use;
    `agrees` says whether the beneficiary knows and agrees ("yes", "no", "cannot"), empty where not said.
    """

    about: Literal["self", "other", "unknown"] = "unknown"
    relation: str = ""
    relation_words: str = ""
    name: str = ""
    age: int | None = None
    age_words: str = ""
    place: PlaceFound | None = None
    landmark: str = ""
    phone: str = ""
    when_words: str = ""
    hour_named: bool = False
    clock: Literal["", "beijing", "xinjiang"] = ""
    frequency_words: str = ""
    conditions: tuple[str, ...] = ()
    agrees: Literal["", "yes", "no", "cannot"] = ""


RELATIONS = (
    "mother", "father", "parents", "grandmother", "grandfather", "wife", "husband", "spouse", "son", "daughter",
    "child", "brother", "sister", "mother-in-law", "father-in-law", "aunt", "uncle", "grandchild", "neighbour",
    "villager", "friend", "relative", "student", "elder",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Understanding:
    """Everything read out of one message. `services` are the codes to offer (decision OFFER: one, or several needs);
    `referral` names the place elsewhere that deals with it (decision REFER), a key of the referral table."""

    text: str
    language: str
    candidates: tuple[Candidate, ...] = ()
    decision: Decision = Decision.CLARIFY
    services: tuple[str, ...] = ()
    danger: Danger | None = None
    referral: str = ""
    slots: Slots = field(default_factory=Slots)

    @property
    def urgent(self) -> bool:
        return self.danger is not None


def advised(understood: Understanding, code: str) -> Understanding:
    """The message with service `code` offered, where nothing could be offered for certain."""
    if understood.decision not in (Decision.CHOOSE, Decision.CLARIFY):
        return understood
    first = Candidate(code, max((item.score for item in understood.candidates), default=0.0))
    rest = [item for item in understood.candidates if item.code != code]
    candidates = (first, *rest)[: max(1, len(understood.candidates))]
    return replace(understood, candidates=candidates, decision=Decision.OFFER, services=(code,))
