"""What the learned model and the nearest phrases say about one text: a score per key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from catalogue.concept import Concepts
from catalogue.gram import grams
from catalogue.model import Floats, Rows, Vocabulary, gram_matrix, learn_vocabulary, primal, solve, stack
from catalogue.phrase import Phrase

RIDGE = 0.5
# How much the nearest phrase counts beside the learned weights; found on held-back phrases.
NEAREST_SHARE = 0.3


@dataclass(frozen=True, slots=True)
class Evidence:
    """The model. `keys` in order of the columns; `first` the first row of each key; `weights` of shape (grams, keys)."""

    phrases: tuple[Phrase, ...]
    keys: tuple[str, ...]
    first: tuple[int, ...]
    concepts: Concepts
    vocabulary: Vocabulary
    rows: Rows
    weights: Floats

    def score(self, text: str) -> tuple[Floats, Floats]:
        """Scores per key, about 0 to 1, and the similarity to every phrase. `text` must be folded."""
        columns, weights = self.vocabulary.vector(grams(text, self.concepts))
        near = self.rows.similarity(columns, weights) if len(columns) else np.zeros(self.rows.size, np.float32)
        learned = weights @ self.weights[columns] if len(columns) else np.zeros(len(self.keys), np.float32)
        return mix(learned, near, self.first), near


def mix(learned: Floats, near: Floats, first: Sequence[int]) -> Floats:
    """Learned scores and the best similarity per key as one; the last axis of `near` are phrases in order of keys."""
    best = np.maximum.reduceat(near, list(first), axis=-1)
    return (learned + np.float32(NEAREST_SHARE) * best).astype(np.float32)


def learn(phrases: Sequence[Phrase], concepts: Concepts, fold_text: Sequence[str]) -> Evidence:
    """Train on phrases (grouped by key); `fold_text` are their folded texts, in the same order."""
    counts = [grams(text, concepts) for text in fold_text]
    vocabulary = learn_vocabulary(counts)
    rows = stack([vocabulary.vector(count) for count in counts], len(vocabulary.index))
    keys, first, targets = targets_of([phrase.key for phrase in phrases])
    dual = solve(gram_matrix(rows), targets, RIDGE)
    return Evidence(tuple(phrases), keys, first, concepts, vocabulary, rows, primal(rows, dual))


def targets_of(labels: Sequence[str]) -> tuple[tuple[str, ...], tuple[int, ...], Floats]:
    """Keys in order of appearance, the first row of each, and a matrix (rows, keys) of 0 and 1."""
    keys = tuple(dict.fromkeys(labels))
    column = {key: place for place, key in enumerate(keys)}
    targets = np.zeros((len(labels), len(keys)), dtype=np.float32)
    targets[np.arange(len(labels)), [column[label] for label in labels]] = 1
    return keys, tuple(labels.index(key) for key in keys), targets
