"""An ear for what cannot wait, learned from what people in danger say and from what only sounds so."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalogue.matcher import THRESHOLDS_FILE
from catalogue.model import Floats
from catalogue.subject import ANY_DANGER, DANGER

# In a longer message a danger may be a side remark that the rest drowns: its sentences are heard one by one as well.
_LONG = 60
_TOO_SHORT = 3
_SENTENCE = re.compile(r"[。!?！？؟\n;；؛…]+|(?<=[^\W\d_])\.\s")


@dataclass(frozen=True, slots=True)
class Limits:
    """Log odds, measured on held-back phrases by `python -m benchmarks.thresholds`: from `alarm` on people are asked
    whether there is danger, from `sure` on it is taken for granted."""

    alarm: float
    sure: float


@dataclass(frozen=True, slots=True)
class Noise:
    """What the ear makes of a message. `score` in log odds, `kind` one of DANGER_KINDS, `words` where it was loudest,
    in the one form of the language."""

    score: float
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Alarm:
    """Turns scores into an alarm. `keys` are those of dangers, in the order of the scores."""

    keys: tuple[str, ...]
    limits: Limits

    def hear(self, text: str, scores: Floats, scores_of: Callable[[str], Floats]) -> Noise:
        """The loudest part of a text in the one form of its language. `scores` (keys,) are those of the whole, and
        `scores_of` gives those of a part."""
        whole = self._noise(text, scores)
        each = (self._noise(part, scores_of(part)) for part in sentences(text))
        return max([whole, *each], key=lambda noise: noise.score)

    def _noise(self, text: str, scores: Floats) -> Noise:
        kinds = {key: float(score) for key, score in zip(self.keys, scores, strict=True)}
        loudness = kinds.pop(ANY_DANGER)
        return Noise(loudness, max(kinds, key=kinds.__getitem__).removeprefix(DANGER), text)


def sentences(text: str) -> Iterator[str]:
    """The sentences of a text that is so long that one of them may be drowned by the rest."""
    if len(text) > _LONG:
        yield from (sentence for sentence in _SENTENCE.split(text) if _TOO_SHORT < len(sentence) < len(text))


def load_limits(language: str, path: Path = THRESHOLDS_FILE) -> Limits:
    """Raises KeyError for a language without limits, TypeError when one is missing or unknown."""
    return Limits(**tomllib.loads(path.read_text("utf-8"))["danger"][language])
