"""What the learned model and the nearest phrases say about one text: a score per key."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np

from catalogue.concept import Concepts
from catalogue.fold import fold
from catalogue.gram import grams
from catalogue.model import Floats, Rows, Vocabulary, gram_matrix, learn_vocabulary, primal, solve, stack
from catalogue.phrase import Phrase

RIDGE = 0.3
# How much the nearest phrase counts beside the learned weights; held-back phrases do no better with more.
NEAREST_SHARE = 0.1


@dataclass(frozen=True, slots=True)
class Evidence:
    """The model. `keys` in order of the columns of `weights` (grams, keys); `first` the first phrase of each key."""

    phrases: tuple[Phrase, ...]
    keys: tuple[str, ...]
    first: tuple[int, ...]
    concepts: Concepts
    vocabulary: Vocabulary
    rows: Rows
    weights: Floats

    def quick(self, counts: Counter[str]) -> Floats:
        """Scores per key, about 0 to 1, for the grams of a clause, from the learned weights alone."""
        columns, weights = self.vocabulary.vector(counts)
        return np.asarray(weights @ self.weights[columns], dtype=np.float32)

    def score(self, counts: Counter[str]) -> tuple[Floats, Floats]:
        """Scores per key with the nearest phrases counted in, and the similarity to every phrase."""
        columns, weights = self.vocabulary.vector(counts)
        near = self.rows.similarity(columns, weights) if len(columns) else np.zeros(self.rows.size, np.float32)
        return mix(weights @ self.weights[columns], near, self.first), near


def mix(learned: Floats, near: Floats, first: Sequence[int]) -> Floats:
    """Learned scores and the best similarity per key as one; the last axis of `near` are phrases in order of keys."""
    best = np.maximum.reduceat(near, list(first), axis=-1)
    return np.asarray(learned + np.float32(NEAREST_SHARE) * best, dtype=np.float32)


def learn(phrases: Sequence[Phrase], concepts: Concepts, cache: Path | None = None) -> Evidence:
    """Train on phrases (grouped by key). `cache` is a folder that keeps the slow part for the next start; a change of
    any phrase or concept makes a new entry."""
    counts = [grams(fold(phrase.text), concepts) for phrase in phrases]
    vocabulary = learn_vocabulary(counts)
    rows = stack([vocabulary.vector(count) for count in counts], len(vocabulary.index))
    keys, first, targets = targets_of([phrase.key for phrase in phrases])
    weights = primal(rows, _solved(rows, targets, cache))
    return Evidence(tuple(phrases), keys, first, concepts, vocabulary, rows, weights)


def targets_of(labels: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...], Floats]:
    """Keys in order of appearance, the first row of each, and a matrix (rows, keys) of 0 and 1."""
    keys = tuple(dict.fromkeys(labels))
    column = {key: place for place, key in enumerate(keys)}
    targets = np.zeros((len(labels), len(keys)), dtype=np.float32)
    targets[np.arange(len(labels)), [column[label] for label in labels]] = 1
    return keys, tuple(labels.index(key) for key in keys), targets


def _solved(rows: Rows, targets: Floats, cache: Path | None) -> Floats:
    if cache is None:
        return solve(gram_matrix(rows), targets, RIDGE)
    digest = sha256(repr(RIDGE).encode())
    for part in (rows.start, rows.row, rows.weight, targets):
        digest.update(np.ascontiguousarray(part).tobytes())
    path = cache / f"matcher-{digest.hexdigest()[:24]}.npy"
    if path.exists():
        return np.asarray(np.load(path, allow_pickle=False), dtype=np.float32)
    dual = solve(gram_matrix(rows), targets, RIDGE)
    cache.mkdir(parents=True, exist_ok=True)
    # Another process may start at the same time: it must never read half a file.
    unfinished = path.with_suffix(f".{os.getpid()}.npy")
    np.save(unfinished, dual, allow_pickle=False)
    unfinished.replace(path)
    return dual
