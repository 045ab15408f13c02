"""From the words of a message to the services that are meant."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalogue.clause import Clause, Wording, clauses
from catalogue.concept import find_concepts
from catalogue.evidence import Evidence
from catalogue.fold import fold
from catalogue.gram import grams
from catalogue.model import Floats
from catalogue.phrase import CONTEXT, ELSEWHERE
from catalogue.understanding import Candidate, Decision

THRESHOLDS_FILE = Path(__file__).parent / "data" / "thresholds.toml"
MOST_CANDIDATES = 5
_MOST_REASONS = 3
# Share of the single clauses beside the message as a whole, and the weight of a clause that only tells.
# Between 0.3 and 0.8 the held-back messages change by one point only.
_CLAUSE_SHARE = 0.4
_TELLING_WEIGHT = 0.85


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Measured on held-back phrases. `sharpness` turns scores into shares; the others are shares between 0 and 1:
    `offer` and `lead` over the second to offer one service, `choose` to show a few, `refer` to send elsewhere,
    `strong` for each of several needs."""

    sharpness: float
    offer: float
    lead: float
    choose: float
    refer: float
    strong: float


@dataclass(frozen=True, slots=True)
class Match:
    """Candidates best first (at most MOST_CANDIDATES), what to do, which services to offer, who else does it."""

    candidates: tuple[Candidate, ...] = ()
    decision: Decision = Decision.CLARIFY
    services: tuple[str, ...] = ()
    referral: str = ""


@dataclass(frozen=True, slots=True)
class Reading:
    """A message read: its clauses, the scores of each, of the message (keys,), and the similarity to every phrase."""

    parts: tuple[Clause, ...]
    each: list[Floats]
    scores: Floats
    near: Floats


def load_thresholds(language: str = "zh", path: Path = THRESHOLDS_FILE) -> Thresholds:
    """Raises KeyError for a language without thresholds, TypeError when a threshold is missing or unknown."""
    return Thresholds(**tomllib.loads(path.read_text("utf-8"))[language])


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches messages with services. Everything it knows comes from data files."""

    evidence: Evidence
    wording: Wording
    thresholds: Thresholds

    def match(self, text: str) -> Match:
        """What a message asks for; empty for a text without words."""
        reading = self.read(text)
        return self._decided(reading) if reading else Match()

    def knows(self, text: str) -> bool:
        """Whether the text is one of the phrases, letter by letter: some of them are not in Chinese ("test", "123")."""
        words = text.strip().lower()
        return any(phrase.text == words for phrase in self.evidence.phrases)

    def read(self, text: str) -> Reading | None:
        """Scores of a message and of its clauses, before anything is decided; None for a text without words."""
        parts = clauses(fold(text), self.wording)
        kept = tuple(part for part in parts if not part.denied) or parts
        if not kept:
            return None
        counts = [grams(part.text, self.evidence.concepts) for part in kept]
        together: Counter[str] = Counter()
        for count in counts:
            together.update(count)
        whole, near = self.evidence.score(together)
        each = [self.evidence.quick(count) for count in counts] if len(kept) > 1 else [whole]
        return Reading(kept, each, self._combined(kept, each, whole), near)

    def shares(self, scores: Floats) -> Floats:
        """Scores as shares of 1 among all keys."""
        raised = np.exp(self.thresholds.sharpness * (scores - scores.max()))
        return np.asarray(raised / raised.sum(), dtype=np.float32)

    def _combined(self, parts: tuple[Clause, ...], scores: list[Floats], whole: Floats) -> Floats:
        if len(parts) == 1:
            return whole
        weights = np.array([1.0 if part.asks else _TELLING_WEIGHT for part in parts], dtype=np.float32)
        best = (np.stack(scores) * weights[:, None]).max(axis=0)
        context = self.evidence.keys.index(CONTEXT)
        best[context] = min(score[context] for score in scores)
        return np.asarray(_CLAUSE_SHARE * best + (1 - _CLAUSE_SHARE) * whole, dtype=np.float32)

    def _decided(self, reading: Reading) -> Match:
        limits, keys = self.thresholds, self.evidence.keys
        shares = self.shares(reading.scores)
        order = [place for place in np.argsort(-shares) if _is_service(keys[place])]
        away = {key: float(shares[place]) for place, key in enumerate(keys) if key.startswith(ELSEWHERE)}
        first, second = float(shares[order[0]]), float(shares[order[1]])
        if sum(away.values()) >= max(limits.refer, first):
            return Match((), Decision.REFER, (), max(away, key=away.__getitem__).removeprefix(ELSEWHERE))
        candidates = self._candidates(reading, shares, order[:MOST_CANDIDATES])
        several = self._several(reading)
        if len(several) > 1:
            ahead = sorted(candidates, key=lambda candidate: candidate.code not in several)
            return Match(tuple(ahead), Decision.OFFER, several)
        if first >= limits.offer and first - second >= limits.lead:
            return Match(candidates, Decision.OFFER, (candidates[0].code,))
        return Match(candidates, Decision.CHOOSE if first >= limits.choose else Decision.CLARIFY)

    def _several(self, reading: Reading) -> tuple[str, ...]:
        found: list[str] = []
        # Circumstances ("half of her body is numb") are no need of their own beside what is asked for.
        asked = any(part.asks and not part.further for part in reading.parts)
        for part, scores in zip(reading.parts, reading.each, strict=True):
            if asked and not (part.asks or part.further):
                continue
            shares = self.shares(scores)
            place = int(np.argmax(shares))
            key = self.evidence.keys[place]
            counts = _is_service(key) and float(shares[place]) >= self.thresholds.strong
            if counts and key not in found and (not found or part.further):
                found.append(key)
        return tuple(found)

    def _candidates(self, reading: Reading, shares: Floats, places: list[int]) -> tuple[Candidate, ...]:
        words = [words for part in reading.parts for _, words in find_concepts(part.text, self.evidence.concepts)]
        named = tuple(dict.fromkeys(words))[:_MOST_REASONS]
        return tuple(
            Candidate(
                self.evidence.keys[place], round(float(shares[place]), 4), (*self._nearest(place, reading), *named)
            )
            for place in places
        )

    def _nearest(self, place: int, reading: Reading) -> tuple[str, ...]:
        evidence = self.evidence
        begin = evidence.first[place]
        end = evidence.first[place + 1] if place + 1 < len(evidence.first) else len(evidence.phrases)
        rows = begin + np.argsort(-reading.near[begin:end])[:_MOST_REASONS]
        return tuple(evidence.phrases[row].text for row in rows if reading.near[row] > 0)


def _is_service(key: str) -> bool:
    return key != CONTEXT and not key.startswith(ELSEWHERE)
