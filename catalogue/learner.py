"""Learning a model: one logistic regression a key, each telling its own texts from all others.

The only file that knows scikit-learn. It is slow to load and large in memory, so the program runs it in a process of
its own when something must be learned (`catalogue.learned`) and never otherwise.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Sequence

import numpy as np
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression

from catalogue.concept import load_concepts
from catalogue.model import Model, Vocabulary, learn_vocabulary
from catalogue.subject import DANGER, Example, examples, in_context
from catalogue.tongue import grams_of

AT_LEAST = 2
"""Texts in which a gram must stand to be learned: halves the model, and held-back phrases are understood as well."""
STRENGTH = 10.0
"""How far the weights may go (scikit-learn's C). Between 3 and 30 held-back phrases change by half a point."""
# liblinear may stop here: ten times finer takes twice as long and changes scores by 0.003.
_TOLERANCE = 0.1


def learn(language: str, known: Sequence[Example]) -> Model:
    """A model of examples in the one form of a language. Each need is told from the other needs, each danger from the
    other dangers and from what is harmless."""
    grams = grams_of(language, load_concepts())
    texts = [grams(example.text) for example in known]
    vocabulary = learn_vocabulary(texts, AT_LEAST)
    wrapped = list(in_context(known))
    texts += [grams(example.text) for example in wrapped]
    known = [*known, *wrapped]
    matrix = matrix_of(texts, vocabulary)
    needs = np.array([bool(example.need) for example in known])
    dangers = np.array([example.danger is not None for example in known])
    keys = sorted({key for example in known for key in example.keys}, key=lambda key: (key.startswith(DANGER), key))
    fitted = []
    for key in keys:
        rows = dangers if key.startswith(DANGER) else needs
        own = np.array([key in example.keys for example in known])
        fitted.append(fit(matrix[rows], own[rows]))
    return assembled(keys, vocabulary, fitted)


def matrix_of(texts: Sequence[Counter[str]], vocabulary: Vocabulary) -> csr_matrix:
    """Texts as a sparse matrix, shape (texts, grams)."""
    vectors = [vocabulary.vector(text) for text in texts]
    start = np.concatenate(([0], np.cumsum([len(rows) for rows, _ in vectors])))
    rows, values = (np.concatenate([vector[part] for vector in vectors]) for part in (0, 1))
    return csr_matrix((values, rows, start), shape=(len(texts), len(vocabulary.index)))


def fit(matrix: csr_matrix, own: np.ndarray, strength: float = STRENGTH) -> tuple[np.ndarray, float]:
    """Weights and bias that tell the texts of one key from the others.

    liblinear's dual coordinate descent: on sparse texts ten times as fast as solving for all keys at once, and no
    worse. Its order of visits is random, so it is given a fixed seed: the same phrases always give the same model."""
    regression = LogisticRegression(C=strength, solver="liblinear", dual=True, tol=_TOLERANCE, random_state=1)
    regression.fit(matrix, own)
    return regression.coef_[0], float(regression.intercept_[0])


def assembled(keys: Sequence[str], vocabulary: Vocabulary, fitted: Sequence[tuple[np.ndarray, float]]) -> Model:
    """The model of keys that were fitted one by one."""
    weights = np.stack([weights for weights, _ in fitted], axis=1).astype(np.float32)
    return Model(tuple(keys), vocabulary, weights, np.array([bias for _, bias in fitted], dtype=np.float32))


def main(language: str) -> None:
    """Learn a language and write its model to standard output."""
    learn(language, examples(language)).write(sys.stdout.buffer)


if __name__ == "__main__":
    main(sys.argv[1])
