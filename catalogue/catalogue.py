"""The catalogue as one thing: give it a message, get back everything that was read out of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from catalogue.clause import load_wording
from catalogue.concept import load_concepts
from catalogue.danger import Watch, load_watch
from catalogue.evidence import learn
from catalogue.fold import LONGEST
from catalogue.language import detect
from catalogue.matcher import Match, Matcher, load_thresholds
from catalogue.phrase import load_phrases
from catalogue.place import Gazetteer
from catalogue.referral import load_referrals
from catalogue.service import Service, load_services
from catalogue.slot.reader import read_slots
from catalogue.slot.turkic import read_turkic_slots
from catalogue.tongue import FORMS, Tongue
from catalogue.understanding import Decision, Slots, Understanding
from catalogue.urgency import with_danger

# Slots whose answer is a need; any other question is answered with a fact.
ASKED_FOR_NEED = ("", "service", "need", "services")
_BARE_ANSWER = 12


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be asked for. `referrals`: numbers to call for what is dealt with elsewhere, by referral key."""

    services: Mapping[str, Service]
    referrals: Mapping[str, tuple[str, ...]]
    gazetteer: Gazetteer
    matcher: Matcher
    watch: Watch
    tongues: Mapping[str, Tongue]

    @classmethod
    def load(cls, cache: Path | None = None) -> Catalogue:
        """Read and check all data files and learn from the phrases, in about two seconds; `cache` is a folder where
        the learned part is kept for the next start. Errors of the single files say which file and what to do."""
        referrals = load_referrals()
        phrases = load_phrases(referrals=referrals)
        evidence = learn(phrases, load_concepts(), cache)
        matcher = Matcher(evidence, load_wording(), load_thresholds())
        tongues = {language: Tongue(language, tuple(referrals), cache) for language in FORMS}
        return cls(load_services(), referrals, Gazetteer.load(), matcher, load_watch(), tongues)

    def understand(self, text: str, *, asked: str = "", within: str = "", spoken: str = "zh") -> Understanding:
        """Read one message. `asked` names the slot that was just asked for, `within` the code of a place to prefer,
        `spoken` the language of the conversation, in which answers too short to tell are read."""
        language = detect(text)
        danger = self.watch.danger(text)
        known = language in self.tongues or language == "zh" or self.matcher.knows(text)
        match = self._match(text, asked, self.tongues.get(language, self.matcher)) if known else Match()
        if danger:
            match = with_danger(match, danger, self.watch.service[danger.kind], text)
        return Understanding(
            text=text,
            language=language,
            candidates=match.candidates,
            decision=match.decision,
            services=match.services,
            danger=danger,
            referral=match.referral,
            slots=self._slots(text[:LONGEST], language, spoken, asked, within),
        )

    def _slots(self, text: str, language: str, spoken: str, asked: str, within: str) -> Slots:
        told = language if language in ("zh", *FORMS) else spoken
        if told in FORMS:
            return read_turkic_slots(text, told, self.gazetteer, asked=asked, within=within)
        return read_slots(text, self.gazetteer, asked=asked, within=within)

    def _match(self, text: str, asked: str, matcher: Matcher | Tongue) -> Match:
        """A short answer to a question about something else ("the school next door") must not look like a new need."""
        answers = asked not in ASKED_FOR_NEED
        words = text.strip()
        if answers and len(words) <= _BARE_ANSWER and not any(word in words for word in self.matcher.wording.asking):
            return Match()
        match = matcher.match(text)
        return Match() if answers and match.decision is Decision.REFER else match


def to_json(understanding: Understanding) -> dict[str, Any]:
    """The outside form of an understanding, ready for json.dumps; see the contract of `run_bot.py match`."""
    return {
        "text": understanding.text,
        "language": understanding.language,
        "candidates": [{"code": item.code, "score": item.score} for item in understanding.candidates],
        "decision": understanding.decision.value,
        "urgent": understanding.urgent,
        "about": understanding.slots.about,
        "slots": _filled(understanding.slots),
    }


def _filled(slots: Slots) -> dict[str, Any]:
    filled: dict[str, Any] = {}
    for name in Slots.__dataclass_fields__:
        value = getattr(slots, name)
        if name == "place" and value is not None:
            filled[name] = {"code": value.place.code, "name": value.place.name}
        elif name != "about" and value not in ("", None, (), False):
            filled[name] = list(value) if isinstance(value, tuple) else value
    return filled
