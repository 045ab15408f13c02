"""Matching in Kazakh and Uyghur: the same matcher, over phrases brought to the one form of all scripts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from catalogue.clause import load_wording
from catalogue.concept import load_concepts
from catalogue.evidence import learn
from catalogue.fold import fold
from catalogue.matcher import Match, Matcher, load_thresholds
from catalogue.phrase import PHRASES_FOLDER, Phrase, load_phrases
from catalogue.script import kazakh, uyghur

FORMS: Mapping[str, Callable[[str], str]] = {"kk": kazakh, "ug": uyghur}
"""For each language what brings a text in any of its scripts to one form."""


@dataclass(frozen=True)
class Tongue:
    """One language besides Chinese. Its phrases are learned when the first message in it comes: most installations talk
    Chinese most of the day and should not wait for it at every start."""

    language: str
    referrals: tuple[str, ...]
    cache: Path | None

    def match(self, text: str) -> Match:
        """What a message in this language asks for."""
        return self.matcher.match(FORMS[self.language](fold(text)))

    @cached_property
    def matcher(self) -> Matcher:
        evidence = learn(tongue_phrases(self.language, self.referrals), load_concepts(), self.cache)
        return Matcher(evidence, load_wording(), load_thresholds(self.language))


def tongue_phrases(language: str, referrals: Iterable[str]) -> tuple[Phrase, ...]:
    """The phrases of a language in one form; of those that are alike in it the first stays. Raises PhraseError."""
    form = FORMS[language]
    found: dict[str, Phrase] = {}
    for phrase in load_phrases(PHRASES_FOLDER.with_name(language), referrals):
        text = form(fold(phrase.text))
        found.setdefault(text, replace(phrase, text=text))
    return tuple(found.values())
