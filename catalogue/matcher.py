"""From the words of a message to the services that are meant."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from catalogue.clause import Clause, Wording, clauses
from catalogue.concept import find_concepts
from catalogue.evidence import Evidence
from catalogue.fold import fold
from catalogue.model import Floats
from catalogue.phrase import CONTEXT, ELSEWHERE
from catalogue.understanding import Candidate, Decision

THRESHOLDS_FILE = Path(__file__).parent / "data" / "thresholds.toml"
MOST_CANDIDATES = 5
_MOST_REASONS = 3
# Share of the single clauses beside the message as a whole.
_CLAUSE_SHARE = 0.6
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
    """Candidates best first (at most MOST_CANDIDATES), what to do, which services to offer, and who else deals with it."""

    candidates: tuple[Candidate, ...] = ()
    decision: Decision = Decision.CLARIFY
    services: tuple[str, ...] = ()
    referral: str = ""


def load_thresholds(path: Path = THRESHOLDS_FILE) -> Thresholds:
    """Raises TypeError when a threshold is missing or unknown."""
    return Thresholds(**tomllib.loads(path.read_text("utf-8")))


@dataclass(frozen=True, slots=True)
class Matcher:
    """Matches messages with services. Everything it knows comes from data files."""

    evidence: Evidence
    wording: Wording
    thresholds: Thresholds

    def match(self, text: str) -> Match:
        """What a message asks for; empty for a text without Chinese words."""
        parts = clauses(fold(text), self.wording)
        if not parts:
            return Match()
        kept = tuple(part for part in parts if not part.denied) or parts
        scores = [self.evidence.score(part.text)[0] for part in kept]
        whole, near = self.evidence.score(" ".join(part.text for part in kept))
        shares = self.shares(self._combined(kept, scores, whole))
        return self._decided(kept, [self.shares(score) for score in scores], shares, near)

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

    def _decided(self, parts: tuple[Clause, ...], each: list[Floats], shares: Floats, near: Floats) -> Match:
        limits, keys = self.thresholds, self.evidence.keys
        order = [place for place in np.argsort(-shares) if _is_service(keys[place])]
        away = {keys[place]: float(shares[place]) for place in range(len(keys)) if keys[place].startswith(ELSEWHERE)}
        first, second = float(shares[order[0]]), float(shares[order[1]])
        if sum(away.values()) >= limits.refer and sum(away.values()) > first:
            return Match((), Decision.REFER, (), max(away, key=away.__getitem__).removeprefix(ELSEWHERE))
        several = self._several(parts, each)
        text = "".join(part.text for part in parts)
        candidates = tuple(
            self._candidate(place, float(shares[place]), near, text) for place in order[:MOST_CANDIDATES]
        )
        if len(several) > 1:
            ahead = sorted(candidates, key=lambda candidate: candidate.code not in several)
            return Match(tuple(ahead), Decision.OFFER, several)
        if first >= limits.offer and first - second >= limits.lead:
            return Match(candidates, Decision.OFFER, (candidates[0].code,))
        return Match(candidates, Decision.CHOOSE if first >= limits.choose else Decision.CLARIFY)

    def _several(self, parts: tuple[Clause, ...], each: list[Floats]) -> tuple[str, ...]:
        found: list[str] = []
        for part, shares in zip(parts, each, strict=True):
            place = int(np.argmax(shares))
            key = self.evidence.keys[place]
            counts = _is_service(key) and float(shares[place]) >= self.thresholds.strong
            if counts and key not in found and (not found or part.further):
                found.append(key)
        return tuple(found)

    def _candidate(self, place: int, share: float, near: Floats, text: str) -> Candidate:
        evidence = self.evidence
        begin = evidence.first[place]
        end = evidence.first[place + 1] if place + 1 < len(evidence.first) else len(evidence.phrases)
        nearest = begin + np.argsort(-near[begin:end])[:_MOST_REASONS]
        reasons = [evidence.phrases[row].text for row in nearest if near[row] > 0]
        words = [words for _, words in find_concepts(text, evidence.concepts)]
        return Candidate(
            evidence.keys[place], round(share, 4), tuple(dict.fromkeys((*reasons, *words[:_MOST_REASONS])))
        )


def _is_service(key: str) -> bool:
    return key != CONTEXT and not key.startswith(ELSEWHERE)
