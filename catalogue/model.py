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

# Shares of characters, sounds and concepts in the vector of a text; found on held-back phrases.
CHARACTER_SHARE, SOUND_SHARE, CONCEPT_SHARE = 1.0, 0.6, 0.8
# Above this many phrases a gram is multiplied as a dense column, below it pair by pair.
_DENSE_FROM = 48


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """`index`: gram -> column. `rarity`: one weight per column, the larger the fewer phrases have the gram."""

    index: Mapping[str, int]
    rarity: Floats

    def vector(self, counts: Counter[str]) -> tuple[Integers, Floats]:
        """Columns and weights of the grams known; length 1 in each share times the share, empty for unknown text."""
        parts = [self._part(counts, share) for share in (CHARACTER_SHARE, SOUND_SHARE, CONCEPT_SHARE)]
        return np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])

    def _part(self, counts: Counter[str], share: float) -> tuple[Integers, Floats]:
        known = [
            (self.index[gram], count) for gram, count in counts.items() if _share(gram) == share and gram in self.index
        ]
        columns = np.array([column for column, _ in known], dtype=np.int64)
        weights = (1 + np.log(np.array([count for _, count in known], dtype=np.float32))) * self.rarity[columns]
        length = float(np.sqrt((weights**2).sum()))
        return columns, (weights * (share / length) if length else weights).astype(np.float32)


def _share(gram: str) -> float:
    return {SOUND: SOUND_SHARE, CONCEPT: CONCEPT_SHARE}.get(gram[0], CHARACTER_SHARE)


def learn_vocabulary(rows: Sequence[Counter[str]]) -> Vocabulary:
    """All grams of the rows, weighted by rarity (inverse document frequency, smoothed)."""
    seen = Counter(gram for row in rows for gram in row)
    index = {gram: column for column, gram in enumerate(seen)}
    frequency = np.fromiter(seen.values(), dtype=np.float32, count=len(seen))
    return Vocabulary(index, (1 + np.log((1 + len(rows)) / (1 + frequency))).astype(np.float32))


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
    """Weights of grams, shape (grams, keys), that give the same scores as `dual` without the phrases at hand."""
    width = len(rows.start) - 1
    column = np.repeat(np.arange(width), np.diff(rows.start))
    weights = np.zeros((width, dual.shape[1]), dtype=np.float32)
    np.add.at(weights, column, rows.weight[:, None] * dual[rows.row])
    return weights
