"""Measure the thresholds of the matcher and write them to its data file: python -m benchmarks.thresholds

Each phrase is matched by a model that has not seen it (five folds), once as it stands and once between two held-back
lines of context, because people wrap their need in circumstances. No evaluation text is used.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, replace

import numpy as np
from numpy.typing import NDArray

from catalogue.clause import load_wording
from catalogue.concept import load_concepts
from catalogue.evidence import learn
from catalogue.matcher import THRESHOLDS_FILE, Matcher, Thresholds
from catalogue.model import Floats
from catalogue.phrase import CONTEXT, ELSEWHERE, Phrase, load_phrases
from catalogue.referral import load_referrals
from catalogue.tongue import FORMS, tongue_phrases

FOLDS = 5
# Of the services offered at once this share must be right, and of the needs at most this share may be sent elsewhere.
OFFER_PRECISION, STRONG_PRECISION, LOST_NEEDS = 0.85, 0.85, 0.025
# Among three choices shown the right one must stand at least this often, also where the first is least sure.
CHOOSE_RECALL, CHOOSE_BAND = 0.6, 0.06
_UNSET = Thresholds(sharpness=8.0, offer=0.5, lead=0.1, choose=0.2, refer=0.4, strong=0.7)


@dataclass(frozen=True, slots=True)
class Held:
    """Scores (messages, keys) of messages the models had not seen, the column that is right for each, and the keys."""

    scores: Floats
    right: NDArray[np.int64]
    keys: tuple[str, ...]

    @property
    def service(self) -> NDArray[np.bool_]:
        return np.array([key != CONTEXT and not key.startswith(ELSEWHERE) for key in self.keys])


def held_back(phrases: Sequence[Phrase]) -> Held:
    """Match every phrase with a model trained without its fold."""
    keys = tuple(dict.fromkeys(phrase.key for phrase in phrases))
    fold = np.arange(len(phrases)) % FOLDS
    np.random.default_rng(7).shuffle(fold)
    scores, right = [], []
    for number in range(FOLDS):
        kept = [phrase for phrase, at in zip(phrases, fold, strict=True) if at != number]
        held = [phrase for phrase, at in zip(phrases, fold, strict=True) if at == number]
        matcher = Matcher(learn(kept, load_concepts()), load_wording(), _UNSET)
        for text, key in _messages(held):
            reading = matcher.read(text)
            if reading is not None:
                scores.append(reading.scores)
                right.append(keys.index(key))
    return Held(np.stack(scores), np.array(right), keys)


def _messages(held: Sequence[Phrase]) -> Iterator[tuple[str, str]]:
    context = [phrase.text for phrase in held if phrase.key == CONTEXT]
    for number, phrase in enumerate(held):
        yield phrase.text, phrase.key
        if phrase.key != CONTEXT and not phrase.key.startswith(ELSEWHERE):
            before, after = context[number % len(context)], context[(number * 7 + 3) % len(context)]
            yield f"{before}，{phrase.text}，{after}", phrase.key


def measure(held: Held) -> Thresholds:
    """Choose the thresholds one after the other."""
    sharpness = _sharpness(held)
    shares = _shares(held.scores, sharpness)
    refer = _refer(held, shares)
    own = shares[:, held.service]
    order = np.sort(own, axis=1)
    need = held.service[held.right]
    best = np.flatnonzero(held.service)[own.argmax(axis=1)]
    correct = best == held.right
    away = shares[:, ~held.service].sum(axis=1) >= np.maximum(refer, order[:, -1])
    offer, lead = _offer(order[~away], correct[~away])
    strong = _first_reaching(order[~away, -1], correct[~away], STRONG_PRECISION)
    three = np.flatnonzero(held.service)[np.argsort(-own, axis=1)[:, :3]]
    among = (three == held.right[:, None]).any(axis=1) & need
    choose = _choose(order[~away, -1], among[~away], offer)
    return replace(_UNSET, sharpness=sharpness, offer=offer, lead=lead, choose=choose, refer=refer, strong=strong)


def _shares(scores: Floats, sharpness: float) -> Floats:
    raised = np.exp(sharpness * (scores - scores.max(axis=1, keepdims=True)))
    return np.asarray(raised / raised.sum(axis=1, keepdims=True), dtype=np.float32)


def _sharpness(held: Held) -> float:
    """The value under which the right keys are most likely."""
    grid = [float(value) for value in np.arange(4, 20, 0.5)]
    at = np.arange(len(held.right))
    return min(grid, key=lambda value: -float(np.log(_shares(held.scores, value)[at, held.right] + 1e-9).mean()))


def _refer(held: Held, shares: Floats) -> float:
    own, away = shares[:, held.service].max(axis=1), shares[:, ~held.service]
    columns = [key.startswith(ELSEWHERE) for key, service in zip(held.keys, held.service, strict=True) if not service]
    away_sum, need = away[:, columns].sum(axis=1), held.service[held.right]
    for limit in np.arange(0.1, 0.9, 0.01):
        if ((away_sum >= np.maximum(limit, own)) & need).sum() <= LOST_NEEDS * need.sum():
            return round(float(limit), 2)
    return 0.9


def _offer(order: Floats, correct: NDArray[np.bool_]) -> tuple[float, float]:
    """The pair that offers most while staying precise enough."""
    found: list[tuple[int, float, float]] = []
    for lead in np.arange(0.05, 0.5, 0.05):
        for offer in np.arange(0.2, 0.95, 0.01):
            chosen = (order[:, -1] >= offer) & (order[:, -1] - order[:, -2] >= lead)
            if chosen.any() and correct[chosen].mean() >= OFFER_PRECISION:
                found.append((int(chosen.sum()), round(float(offer), 2), round(float(lead), 2)))
                break
    return max(found)[1:]


def _first_reaching(values: Floats, hits: NDArray[np.bool_], wanted: float) -> float:
    """The lowest limit from which on the share of hits is as wanted."""
    for limit in np.arange(0.02, 1.0, 0.01):
        chosen = values >= limit
        if chosen.any() and hits[chosen].mean() >= wanted:
            return round(float(limit), 2)
    return 1.0


def _choose(values: Floats, hits: NDArray[np.bool_], offer: float) -> float:
    """The lowest limit just above which showing three choices still helps."""
    for limit in np.arange(0.02, offer, 0.01):
        band = (values >= limit) & (values < limit + CHOOSE_BAND)
        if band.any() and hits[band].mean() >= CHOOSE_RECALL:
            return round(float(limit), 2)
    return offer


def main() -> None:
    """Measure, print and write."""
    referrals = load_referrals()
    lines = ["# Measured on held-back phrases; written by: python -m benchmarks.thresholds"]
    for language in ("zh", *FORMS):
        phrases = tongue_phrases(language, referrals) if language in FORMS else load_phrases(referrals=referrals)
        lines += ["", f"[{language}]", *_measured(language, held_back(phrases))]
    THRESHOLDS_FILE.write_text("\n".join(lines) + "\n", "utf-8")
    print("\n".join(lines))


def _measured(language: str, held: Held) -> list[str]:
    need = held.service[held.right]
    best = held.scores.argmax(axis=1)
    print(f"{language}: held-back messages {len(held.right)}, of these needs {need.sum()}")
    print(f"needs, first {100 * (best == held.right)[need].mean():.1f} %")
    return [f"{name} = {value}" for name, value in asdict(measure(held)).items()]


if __name__ == "__main__":
    main()
