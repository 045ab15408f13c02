"""The catalogue as one thing: give it a message, get back everything that was read out of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache, partial
from pathlib import Path
from typing import Any

from catalogue.danger import Watch, load_watch
from catalogue.fold import LONGEST
from catalogue.language import detect
from catalogue.learned import learned, prepare
from catalogue.matcher import Match
from catalogue.model import Model
from catalogue.place import Gazetteer
from catalogue.referral import load_referrals
from catalogue.service import Service, load_services
from catalogue.slot.reader import read_slots
from catalogue.slot.turkic import read_turkic_slots
from catalogue.slot.wordlist import any_of, words
from catalogue.tongue import LETTERS, TONGUES
from catalogue.understanding import Danger, Decision, Slots, Understanding
from catalogue.urgency import with_danger
from catalogue.voice import Voice, load_voice

# Slots whose answer is a need; any other question is answered with a fact.
ASKED_FOR_NEED = ("", "service", "need", "services")
_BARE_ANSWER = 12
# What is left of "我在奇台县" or "人在二工镇" without the place: so little that the ear makes of it what it likes.
_WHO_AND_WHERE = re.compile(r"[我你您他她咱俺们人家妈爸爷奶老孩子住在是的就呢这那边里现目前姓叫和都也\W]*")
# With "打我" before it: alone that would say "beats me".
_CALL = r"(?:打(?:给)?(?:我|他|她)(?:妈|爸|们|家)?的?(?=电话|手机|座机|微信))?"
_LONG_NUMBER = re.compile(_CALL + r"(?:(?:联系)?(?:电话|手机|座机|微信)(?:号码?)?[是:：]?\s*)?\d{7,}")


@dataclass(frozen=True, slots=True)
class Catalogue:
    """What can be asked for. `referrals`: numbers to call for what is dealt with elsewhere, by referral key;
    `voices`: for each language what gives its voice; `letters`: gives what tells languages in Latin letters apart."""

    services: Mapping[str, Service]
    referrals: Mapping[str, tuple[str, ...]]
    gazetteer: Gazetteer
    watch: Watch
    voices: Mapping[str, Callable[[], Voice]]
    letters: Callable[[], Model]

    @classmethod
    def load(cls, cache: Path) -> Catalogue:
        """Read and check all data files. What is learned from the phrases is kept in the folder `cache`: the first
        time, and whenever a phrase has changed, learning takes some seconds. Errors of the single files say which file
        and what to do."""
        prepare((*TONGUES, LETTERS), cache)
        # Read when first needed: most installations talk Chinese most of the day.
        voices = {language: lru_cache(maxsize=1)(partial(load_voice, language, cache)) for language in TONGUES}
        letters = lru_cache(maxsize=1)(partial(learned, LETTERS, cache))
        return cls(load_services(), load_referrals(), Gazetteer.load(), load_watch(), voices, letters)

    def understand(self, text: str, *, asked: str = "", within: str = "", spoken: str = "zh") -> Understanding:
        """Read one message. `asked` names the slot that was just asked for, `within` the code of a place to prefer,
        `spoken` the language of the conversation, in which answers too short to tell are read."""
        language = self.language(text)
        slots = self._slots(text[:LONGEST], language, spoken, asked, within)
        told, placed = _without_names(text, slots), asked == "place" and slots.place is not None
        match, danger = self._heard(told, language, answer=placed)
        danger = self._believed(danger, text, told, placed=placed)
        match = self._fitting(match, text, asked, language)
        if danger and danger.sure:
            match = with_danger(match, danger, self.watch.service[danger.kind], text)
        return Understanding(
            text=text,
            language=language,
            candidates=match.candidates,
            decision=match.decision,
            services=match.services,
            danger=danger,
            referral=match.referral,
            slots=slots,
        )

    def danger(self, text: str) -> Danger | None:
        """The danger alone that a message tells of."""
        return self._heard(text, self.language(text))[1]

    def _believed(self, danger: Danger | None, text: str, told: str, *, placed: bool) -> Danger | None:
        """What is heard without the names is certain only where it is heard with them too."""
        if danger is None or _WHO_AND_WHERE.fullmatch(told):
            return None
        if not danger.sure or told == text or self.danger(_LONG_NUMBER.sub(" ", text)):
            return danger
        return None if placed else replace(danger, sure=False)

    def language(self, text: str) -> str:
        """One of zh, kk, ug, en, ru, und."""
        return detect(text, self.letters)

    def _heard(self, text: str, language: str, *, answer: bool = False) -> tuple[Match, Danger | None]:
        voice, calm = self._voice(language), self.watch.calm(text, language)
        match, noise = voice.hear(text, calm)
        limits = voice.alarm.limits
        if language not in TONGUES:
            return match, None
        return match, self.watch.danger(calm, language, noise, limits, answer=answer)

    def _voice(self, language: str) -> Voice:
        """Of other languages only what Chinese writers type too is known ("test", "hello")."""
        return self.voices.get(language, self.voices["zh"])()

    def _slots(self, text: str, language: str, spoken: str, asked: str, within: str) -> Slots:
        told = language if language in TONGUES else spoken
        if told in ("kk", "ug"):
            return read_turkic_slots(text, told, self.gazetteer, asked=asked, within=within)
        return read_slots(text, self.gazetteer, asked=asked, within=within)

    def _fitting(self, match: Match, text: str, asked: str, language: str) -> Match:
        """A short answer to a question about something else ("the school next door") must not look like a new need."""
        answers, words = asked not in ASKED_FOR_NEED, text.strip()
        asking = self._voice(language).wording.asking
        if answers and len(words) <= _BARE_ANSWER and not any(word in words for word in asking):
            return Match()
        if match.decision is Decision.REFER:
            return Match() if answers else match
        return match if language in TONGUES else Match()


def _without_names(text: str, slots: Slots) -> str:
    """The characters of a name, a place or a telephone number say nothing of the need, but would be weighed as if they
    did."""
    place = slots.place.words if slots.place else ""
    text = text.replace(place, " ") if place else text
    text = re.sub(f"{_introduced()}?{re.escape(slots.name)}", " ", text) if slots.name else text
    return _LONG_NUMBER.sub(" ", text)


def _introduced() -> str:
    return any_of((*words("names", "person", "introduced"), *words("names", "person", "own")))


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
