"""Learning a model: one logistic regression a key, each telling its own texts from all others.

The only file that knows scikit-learn. It is slow to load and large in memory, so the program runs it in a process of
its own when something must be learned (`catalogue.learned`) and never otherwise.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from catalogue.company import company_of, with_company, without_company
from catalogue.concept import load_concepts
from catalogue.gram import ONE, WORD
from catalogue.model import Integers, Model, Vocabulary, learn_vocabulary
from catalogue.subject import DANGER, Example, examples, in_context
from catalogue.tongue import grams_of

Mask = NDArray[np.bool_]
Weights = tuple[NDArray[np.float64], float]
"""How much each gram speaks for a key, and the bias."""


@dataclass(frozen=True, slots=True)
class Manner:
    """How to learn. `at_least`: texts in which a gram must stand. `strength`: how far the weights may go
    (scikit-learn's C). `by_keys`: whether a gram is rare when few keys have it, not few texts. `company`: weight of the
    company words keep (`catalogue.company`). `kin`: how much of what kindred keys share each of them takes over.
    `weak`: share of the grams, those that move scores least, that is forgotten in the end."""

    at_least: int
    strength: float
    by_keys: bool
    company: float
    kin: float
    weak: float


MANY = Manner(at_least=2, strength=10.0, by_keys=False, company=0.0, kin=0.0, weak=0.5)
"""For hundreds of phrases a key. Grams of one text only double the model and held-back phrases are understood as well;
a strength between 3 and 30 changes them by half a point; rarity by keys costs most where the right key should be among
three; company and kin change nothing any more. Without the weaker half of the grams held-back phrases lose a tenth of a
point, and memory is halved."""
FEW = Manner(at_least=1, strength=20.0, by_keys=True, company=1.4, kin=0.2, weak=0.0)
"""For a handful of phrases a key, where every hint counts. Compared on the `valid` parts of three public few-shot sets:
rarity by keys, company and kin are each worth about one point of right answers."""
FEW_TEXTS = 20
"""Texts a key, below which they are few."""
# liblinear may stop here: ten times finer takes twice as long and changes scores by 0.003.
_TOLERANCE = 0.1


@dataclass(frozen=True, slots=True)
class Lesson:
    """What is to be learned. `texts` in grams, with the `keys` of each. `others`: which texts each key is told from,
    all where it is not named. `kin`: names of the families of a key; keys of one family have something in common."""

    texts: Sequence[Counter[str]]
    keys: Sequence[Collection[str]]
    others: Mapping[str, Mask] = field(default_factory=dict)
    kin: Mapping[str, Collection[str]] = field(default_factory=dict)

    @property
    def manner(self) -> Manner:
        """How it is learned: by how many texts there are."""
        return FEW if len(self.texts) < FEW_TEXTS * len({key for own in self.keys for key in own}) else MANY


def learn(language: str, known: Sequence[Example]) -> Model:
    """A model of examples in the one form of a language. Each need is told from the other needs, each danger from the
    other dangers and from what is harmless."""
    grams = grams_of(language, load_concepts())
    every = [*known, *in_context(known)]
    needs = np.array([bool(example.need) for example in every])
    dangers = np.array([example.danger is not None for example in every])
    keys = sorted({key for example in known for key in example.keys}, key=lambda key: (key.startswith(DANGER), key))
    others = {key: dangers if key.startswith(DANGER) else needs for key in keys}
    texts = [grams(example.text) for example in every]
    # What is wrapped in context says the same words again, so they would look less rare than they are.
    return model_of(keys, Lesson(texts, [example.keys for example in every], others), len(known))


def model_of(keys: Sequence[str], lesson: Lesson, first: int | None = None) -> Model:
    """The model of `keys`, in this order. Only the `first` texts make the vocabulary; all of them by default."""
    manner = lesson.manner
    texts, own = lesson.texts[:first], lesson.keys[:first]
    vocabulary = learn_vocabulary(texts, manner.at_least, own if manner.by_keys else None)
    company = company_of(texts, vocabulary, manner.company)
    matrix = with_company(matrix_of(lesson.texts, vocabulary), company)
    fitted = {key: _fitted(key, lesson, matrix) for key in keys}
    shared = _of_families(keys, lesson, matrix) if manner.kin else {}
    families = {key: [shared[name] for name in lesson.kin.get(key, ()) if name in shared] for key in keys}
    taken = [_with_kin(fitted[key], families[key], manner.kin) for key in keys]
    weights = without_company(np.stack([weights for weights, _ in taken], axis=1), company)
    bias = np.array([bias for _, bias in taken], dtype=np.float32)
    kept = _often_first(np.flatnonzero(_strong(vocabulary, weights, manner.weak)), matrix)
    return Model(tuple(keys), vocabulary.only(kept), weights[kept].astype(np.float16), bias)


def matrix_of(texts: Sequence[Counter[str]], vocabulary: Vocabulary) -> csr_matrix:
    """Texts as a sparse matrix, shape (texts, grams)."""
    vectors = [vocabulary.vector(text) for text in texts]
    start = np.concatenate(([0], np.cumsum([len(rows) for rows, _ in vectors])))
    rows, values = (np.concatenate([vector[part] for vector in vectors]) for part in (0, 1))
    return csr_matrix((values, rows, start), shape=(len(texts), len(vocabulary.index)))


def fit(matrix: csr_matrix, own: Mask, strength: float) -> Weights:
    """Weights and bias that tell the texts of one key from the others.

    liblinear's dual coordinate descent: on sparse texts ten times as fast as solving for all keys at once, and no
    worse. Its order of visits is random, so it is given a fixed seed: the same phrases always give the same model."""
    regression = LogisticRegression(C=strength, solver="liblinear", dual=True, tol=_TOLERANCE, random_state=1)
    regression.fit(matrix, own)
    return regression.coef_[0], float(regression.intercept_[0])


def _fitted(key: str, lesson: Lesson, matrix: csr_matrix) -> Weights:
    own = np.array([key in keys for keys in lesson.keys])
    rows = lesson.others.get(key)
    return fit(matrix if rows is None else matrix[rows], own if rows is None else own[rows], lesson.manner.strength)


def _of_families(keys: Sequence[str], lesson: Lesson, matrix: csr_matrix) -> dict[str, Weights]:
    """What tells each family of keys from the others; a family of one key, or of nearly all, tells nothing."""
    members = Counter(name for key in keys for name in set(lesson.kin.get(key, ())))
    found = {}
    for name in (name for name, size in members.items() if 1 < size < len(keys) / 2):
        own = np.array([any(name in lesson.kin.get(key, ()) for key in held) for held in lesson.keys])
        found[name] = fit(matrix, own, lesson.manner.strength)
    return found


def _with_kin(own: Weights, families: Sequence[Weights], share: float) -> Weights:
    if not families:
        return own
    share /= len(families)
    weights = own[0] + share * np.sum([weights for weights, _ in families], axis=0)
    return weights, own[1] + share * sum(bias for _, bias in families)


def _strong(vocabulary: Vocabulary, weights: NDArray[np.float64], weak: float) -> Mask:
    """Which grams to keep: all but the share `weak` that moves scores least. Single characters and words stay in any
    case, because they tell what is known from what is strange."""
    moves = np.abs(weights).max(axis=1) * vocabulary.rarity
    free = np.array([gram[0] not in (ONE, WORD) for gram in vocabulary.index])
    return np.asarray(~free | (moves >= np.quantile(moves[free], weak))) if free.any() else ~free


def _often_first(grams: Integers, matrix: csr_matrix) -> Integers:
    """Grams in the order of how many texts have them. What most messages need then lies side by side in memory,
    where it is found sooner."""
    return grams[np.argsort(-matrix.getnnz(axis=0)[grams], kind="stable")]


def main(language: str) -> None:
    """Learn a language and write its model to standard output."""
    learn(language, examples(language)).write(sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1])
