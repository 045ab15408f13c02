"""The learned part of the matcher: which grams speak for which key, learned from the phrases in one step.

Rows are phrases as unit vectors of weighted grams; ridge regression on the keys, solved in its dual form because there
are fewer phrases than grams. Plain numpy; no randomness, so the same phrases always give the same model.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue.gram import CONCEPT, SOUND

Floats = NDArray[np.float32]
Integers = NDArray[np.int64]

# Weights of single characters, longer runs of characters, runs of sounds and concepts; found on held-back phrases.
_SINGLE, _RUN, _SOUND, _CONCEPT = 1.7, 1.0, 0.55, 1.4
# Above this many phrases a gram is multiplied as a dense column, below it pair by pair.
_DENSE_FROM = 48


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`index`: gram -> column. `weight`: one per column, the larger the fewer phrases have the gram; `unknown` that of
    a character no phrase has."""

    index: Mapping[str, int]
    weight: Floats
    unknown: float

    def vector(self, counts: Counter[str]) -> tuple[Integers, Floats]:
        """Columns and weights of the grams known, as a vector of length 1 at most: unknown characters make it shorter,
        so that a text about something else does not look sure. Empty for a text without known grams."""
        found = np.array([(self.index.get(gram, -1), count) for gram, count in counts.items()], dtype=np.int64)
        columns, occurrences = found.reshape(-1, 2)[found.reshape(-1, 2)[:, 0] >= 0].T
        weights = (1 + np.log(occurrences.astype(np.float32))) * self.weight[columns]
        strange = sum(len(gram) == 1 and gram not in self.index for gram in counts)
        length = float(np.sqrt((weights**2).sum() + strange * self.unknown**2))
        return columns, (weights / np.float32(max(length, 1e-6))).astype(np.float32)


def learn_vocabulary(rows: Sequence[Counter[str]]) -> Vocabulary:
    """All grams of the rows, weighted by kind and by rarity (inverse document frequency, smoothed)."""
    seen = Counter(gram for row in rows for gram in row)
    index = {gram: column for column, gram in enumerate(seen)}
    frequency = np.fromiter(seen.values(), dtype=np.float32, count=len(seen))
    kinds = np.array([_kind_weight(gram) for gram in seen], dtype=np.float32)
    rarity = 1 + np.log((1 + len(rows)) / (1 + frequency))
    return Vocabulary(index, (kinds * rarity).astype(np.float32), _SINGLE * float(1 + np.log(1 + len(rows))))


def _kind_weight(gram: str) -> float:
    if len(gram) == 1:
        return _SINGLE
    return {SOUND: _SOUND, CONCEPT: _CONCEPT}.get(gram[0], _RUN)


@dataclass(frozen=True, slots=True)
class Rows:
    """A sparse matrix by columns: for column j, rows `row[start[j]:start[j + 1]]` with `weight` there."""

    start: Integers
    row: Integers
    weight: Floats
    size: int

    def similarity(self, columns: Integers, weights: Floats) -> Floats:
        """Dot product of a vector with every row; shape (size,)."""
        begin, end = self.start[columns], self.start[columns + 1]
        counts = end - begin
        at = np.repeat(begin - np.concatenate(([0], np.cumsum(counts)[:-1])), counts) + np.arange(counts.sum())
        return np.bincount(
            self.row[at], weights=self.weight[at] * np.repeat(weights, counts), minlength=self.size
        ).astype(np.float32)


def stack(vectors: Sequence[tuple[Integers, Floats]], width: int) -> Rows:
    """Vectors as one sparse matrix of shape (len(vectors), width)."""
    columns = np.concatenate([vector[0] for vector in vectors])
    row = np.repeat(np.arange(len(vectors)), [len(vector[0]) for vector in vectors])
    weight = np.concatenate([vector[1] for vector in vectors])
    order = np.argsort(columns, kind="stable")
    start = np.concatenate(([0], np.cumsum(np.bincount(columns, minlength=width))))
    return Rows(start.astype(np.int64), row[order].astype(np.int64), weight[order], len(vectors))


def gram_matrix(rows: Rows) -> Floats:
    """Dot products of all rows with each other; shape (size, size)."""
    counts = np.diff(rows.start)
    matrix = _dense_part(rows, np.flatnonzero(counts > _DENSE_FROM))
    flat = matrix.reshape(-1)
    for count in range(1, _DENSE_FROM + 1):
        begin = rows.start[np.flatnonzero(counts == count)]
        at = begin[:, None] + np.arange(count)
        row, weight = rows.row[at], rows.weight[at]
        pairs = (row[:, :, None] * rows.size + row[:, None, :]).reshape(-1)
        np.add.at(flat, pairs, (weight[:, :, None] * weight[:, None, :]).reshape(-1))
    return matrix


def _dense_part(rows: Rows, columns: Integers) -> Floats:
    block = np.zeros((rows.size, len(columns)), dtype=np.float32)
    for place, column in enumerate(columns):
        span = slice(rows.start[column], rows.start[column + 1])
        block[rows.row[span], place] = rows.weight[span]
    return block @ block.T


def solve(similarities: Floats, targets: Floats, ridge: float) -> Floats:
    """Dual weights, shape (rows, keys): how much each phrase speaks for each key. `targets` are 0 or 1 per key."""
    system = similarities + np.float32(ridge) * np.eye(len(similarities), dtype=np.float32)
    return np.linalg.solve(system, targets).astype(np.float32)


def primal(rows: Rows, dual: Floats) -> Floats:
    """Weights of grams, shape (grams, keys), that give the same scores as `dual` without looking at the phrases.

    Every column must have an entry, as it has for the rows that a vocabulary was learned from.
    """
    return np.add.reduceat(rows.weight[:, None] * dual[rows.row], rows.start[:-1], axis=0).astype(np.float32)
