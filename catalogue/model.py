"""A learned model: how much each gram speaks for each key. Plain numpy, read from one file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from catalogue.gram import KINDS, ONE, WORD

Floats = NDArray[np.float32]
Halves = NDArray[np.float16]
Integers = NDArray[np.int64]

_SINGLE = frozenset((ONE, WORD))


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`index`: gram -> row of the weights. `rarity`: weight of each gram, the larger the fewer texts have it; `unknown`
    that of a character or word that no text has."""

    index: Mapping[str, int]
    rarity: Floats
    unknown: float

    def vector(self, counts: Counter[str]) -> tuple[Integers, Floats]:
        """Rows and weights of the known grams, as a vector of length 1 at most: what is unknown makes it shorter, so
        that a text about something else does not look sure. Empty for a text without known grams."""
        get = self.index.get
        rows, times, strange = [], [], 0
        for gram, count in counts.items():
            row = get(gram)
            if row is not None:
                rows.append(row)
                times.append(count)
            elif gram[0] in _SINGLE:
                strange += 1
        at = np.array(rows, dtype=np.int64)
        weights = (1 + np.log(np.array(times, dtype=np.float32))) * self.rarity[at]
        length = np.sqrt(float(weights @ weights) + strange * self.unknown**2)
        return at, weights / np.float32(max(length, 1e-6))

    def only(self, rows: Integers) -> Vocabulary:
        """Of these grams only those of `rows`, in that order."""
        grams = tuple(self.index)
        return Vocabulary({grams[row]: at for at, row in enumerate(rows)}, self.rarity[rows], self.unknown)


@dataclass(frozen=True, slots=True)
class Model:
    """`weights` of shape (grams, keys) and `bias` (keys,) give scores: log odds, 0 is even, of each key by itself. The
    weights are most of the memory and are kept in half precision: scores change by less than 0.01."""

    keys: tuple[str, ...]
    vocabulary: Vocabulary
    weights: Halves
    bias: Floats

    def scores(self, counts: Counter[str]) -> Floats:
        """Log odds of every key for one text; shape (keys,)."""
        rows, values = self.vocabulary.vector(counts)
        return np.asarray(values @ self.weights.take(rows, axis=0).astype(np.float32) + self.bias, dtype=np.float32)

    def reasons(self, counts: Counter[str], key: str) -> list[tuple[str, float]]:
        """Grams that spoke for or against a key, with their share of its score, strongest first."""
        known = [gram for gram in counts if gram in self.vocabulary.index]
        rows, values = self.vocabulary.vector(Counter({gram: counts[gram] for gram in known}))
        parts = values * self.weights[rows, self.keys.index(key)].astype(np.float32)
        return sorted(zip(known, map(float, parts), strict=True), key=lambda pair: -abs(pair[1]))

    def write(self, file: BinaryIO) -> None:
        """The model as one file that `read_model` reads."""
        np.savez(
            file,
            keys=np.array(self.keys),
            grams=np.frombuffer("\n".join(self.vocabulary.index).encode(), dtype=np.uint8),
            rarity=self.vocabulary.rarity,
            unknown=np.float32(self.vocabulary.unknown),
            weights=self.weights,
            bias=self.bias,
        )


def read_model(path: Path) -> Model:
    """Raises OSError, ValueError, KeyError or BadZipFile when the file is missing or none that `Model.write` wrote."""
    with np.load(path, allow_pickle=False) as kept:
        words = kept["grams"].tobytes().decode().split("\n")
        vocabulary = Vocabulary({gram: row for row, gram in enumerate(words)}, kept["rarity"], float(kept["unknown"]))
        return Model(tuple(map(str, kept["keys"])), vocabulary, kept["weights"], kept["bias"])


def learn_vocabulary(
    texts: Sequence[Counter[str]], at_least: int, keys: Sequence[Collection[str]] | None = None
) -> Vocabulary:
    """Grams that stand in `at_least` texts, and all single characters and words; weighted by kind and by rarity: among
    the texts (inverse document frequency, smoothed) or, where the keys of each text are given, among the keys, because
    of few texts it tells little that only two of them share a gram."""
    seen = Counter(gram for text in texts for gram in text)
    kept = [gram for gram, times in seen.items() if times >= at_least or gram[0] in _SINGLE]
    kinds = np.array([KINDS[gram[0]] for gram in kept], dtype=np.float32)
    rarity = 1 + np.log((1 + len(texts)) / (1 + np.array([seen[gram] for gram in kept])))
    unknown = 1 + np.log(1 + len(texts))
    if keys is not None:
        number = len({key for own in keys for key in own})
        rarity = np.sqrt(np.log(1 + number / _keys_having(kept, texts, keys)))
        unknown = np.sqrt(np.log(1 + number))
    index = {gram: row for row, gram in enumerate(kept)}
    return Vocabulary(index, (kinds * rarity).astype(np.float32), KINDS[ONE] * float(unknown))


def _keys_having(
    grams: Sequence[str], texts: Sequence[Counter[str]], keys: Sequence[Collection[str]]
) -> NDArray[np.int64]:
    having: dict[str, set[str]] = defaultdict(set)
    for text, own in zip(texts, keys, strict=True):
        for gram in text:
            having[gram].update(own)
    return np.array([max(1, len(having[gram])) for gram in grams])
