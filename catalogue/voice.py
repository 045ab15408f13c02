"""One language: what is heard in a message, of needs and of dangers, with one look at its words."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from catalogue.alarm import Alarm, Noise, load_limits
from catalogue.clause import Clause, Wording, clauses, load_wording
from catalogue.concept import load_concepts
from catalogue.gram import Grams
from catalogue.learned import learned
from catalogue.matcher import Match, Matcher, load_thresholds
from catalogue.model import Floats, Model
from catalogue.subject import DANGER
from catalogue.tongue import FORMS, grams_of


@dataclass(frozen=True, slots=True)
class Voice:
    """Everything it knows comes from data files. The keys of needs come first in the model, those of dangers last."""

    language: str
    model: Model
    grams: Grams
    wording: Wording
    matcher: Matcher
    alarm: Alarm

    def hear(self, text: str, calm: str) -> tuple[Match, Noise]:
        """What a message asks for, and how dangerous it sounds; `calm` is the message without idioms that only sound
        so, mostly the same."""
        told = FORMS[self.language](text)
        # Mostly no idiom was taken out.
        loud = told if calm in (text, told) else FORMS[self.language](calm)
        every = clauses(told, self.wording)
        kept = counting(every)
        scores, split = self.model.scores(self.grams(told)), len(self.matcher.keys)
        needs = scores[:split] if len(kept) == len(every) else self.needs("\n".join(part.text for part in kept))
        match = self.matcher.match(kept, needs, self.needs) if kept else Match()
        return match, self.alarm.hear(loud, scores[split:] if loud == told else self.dangers(loud), self.dangers)

    def needs(self, told: str) -> Floats:
        """Log odds of the keys of needs, for a text in the one form of the language."""
        return self.model.scores(self.grams(told))[: len(self.matcher.keys)]

    def dangers(self, told: str) -> Floats:
        """Log odds of the keys of dangers, for a text in the one form of the language."""
        return self.model.scores(self.grams(told))[len(self.matcher.keys) :]


def counting(every: tuple[Clause, ...]) -> tuple[Clause, ...]:
    """The clauses that count: what is denied or already dealt with does not, unless there is nothing else."""
    return tuple(part for part in every if not part.denied) or every


def load_voice(language: str, cache: Path) -> Voice:
    """The voice of a language; `cache` is the folder where what is learned is kept. Raises as `learned`."""
    model = learned(language, cache)
    needs, dangers = keys_of(model)
    return Voice(
        language,
        model,
        grams_of(language, load_concepts()),
        load_wording(language),
        Matcher(needs, load_thresholds(language)),
        Alarm(dangers, load_limits(language)),
    )


def keys_of(model: Model) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The keys of needs and those of dangers."""
    needs = tuple(key for key in model.keys if not key.startswith(DANGER))
    return needs, model.keys[len(needs) :]
