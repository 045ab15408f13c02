"""From the words of a message to the services that are meant."""

from __future__ import annotations

import tomllib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

import numpy as np

from catalogue.clause import Clause
from catalogue.model import Floats
from catalogue.phrase import CONTEXT, ELSEWHERE
from catalogue.subject import is_service
from catalogue.understanding import Candidate, Decision

THRESHOLDS_FILE = Path(__file__).parent / "data" / "thresholds.toml"
MOST_CANDIDATES = 5


@dataclass(frozen=True, slots=True)
class Thresholds:
    """Measured on held-back phrases by `python -m benchmarks.thresholds`. `sharpness` turns scores into shares; the
    others are shares between 0 and 1: `offer` to offer one service, `choose` to show a few, `refer` to send elsewhere,
    `strong` for each of several needs."""

    sharpness: float
    offer: float
    choose: float
    refer: float
    strong: float


@dataclass(frozen=True, slots=True)
class Match:
    """Candidates best first (at most MOST_CANDIDATES), what to do, which services to offer, who else does it.

    With the decision to refer there are candidates too: whoever was meant after all finds the service beside it.
    """

    candidates: tuple[Candidate, ...] = ()
    decision: Decision = Decision.CLARIFY
    services: tuple[str, ...] = ()
    referral: str = ""


def load_thresholds(language: str, path: Path = THRESHOLDS_FILE) -> Thresholds:
    """Raises KeyError for a language without thresholds, TypeError when a threshold is missing or unknown."""
    return Thresholds(**tomllib.loads(path.read_text("utf-8"))[language])


@dataclass(frozen=True, slots=True)
class Matcher:
    """Turns scores into services. `keys` are those of needs, in the order of the scores."""

    keys: tuple[str, ...]
    thresholds: Thresholds

    def shares(self, scores: Floats) -> Floats:
        """Scores as shares of 1 among all keys."""
        return shares_of(scores, self.thresholds.sharpness)

    def match(self, parts: Sequence[Clause], scores: Floats, scores_of: Callable[[str], Floats]) -> Match:
        """What a message asks for. `parts` are its clauses that count, `scores` (keys,) those of the whole, and
        `scores_of` gives those of one clause."""
        limits, keys = self.thresholds, self.keys
        shares = self.shares(scores)
        ranked = (int(place) for place in np.argsort(-shares) if is_service(keys[place]))
        order = tuple(islice(ranked, MOST_CANDIDATES))
        candidates = tuple(Candidate(keys[place], round(float(shares[place]), 4)) for place in order)
        first = float(shares[order[0]])
        away = {key: float(shares[place]) for place, key in enumerate(keys) if key.startswith(ELSEWHERE)}
        if sum(away.values()) >= max(limits.refer, first):
            return Match(candidates, Decision.REFER, (), max(away, key=away.__getitem__).removeprefix(ELSEWHERE))
        several = self._several(parts, scores_of)
        if len(several) > 1:
            ahead = sorted(candidates, key=lambda candidate: candidate.code not in several)
            return Match(tuple(ahead), Decision.OFFER, several)
        if first >= limits.offer:
            return Match(candidates, Decision.OFFER, (candidates[0].code,))
        # Where it is mere circumstance rather than any need, a guess would only puzzle people.
        vague = first < max(limits.choose, float(shares[keys.index(CONTEXT)]))
        return Match(candidates, Decision.CLARIFY if vague else Decision.CHOOSE)

    def _several(self, parts: Sequence[Clause], scores_of: Callable[[str], Floats]) -> tuple[str, ...]:
        """The needs of a message that says itself that it has more than one."""
        if not any(part.further for part in parts):
            return ()
        found: list[str] = []
        # Circumstances ("half of her body is numb") are no need of their own beside what is asked for.
        asked = any(part.asks and not part.further for part in parts)
        for part in parts:
            if asked and not (part.asks or part.further):
                continue
            shares = self.shares(scores_of(part.text))
            place = int(np.argmax(shares))
            key = self.keys[place]
            counts = is_service(key) and float(shares[place]) >= self.thresholds.strong
            if counts and key not in found and (not found or part.further):
                found.append(key)
        return tuple(found)


def shares_of(scores: Floats, sharpness: float) -> Floats:
    """Scores (…, keys) as shares among the keys."""
    raised = np.exp(sharpness * (scores - scores.max(axis=-1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=-1, keepdims=True), dtype=np.float32)
