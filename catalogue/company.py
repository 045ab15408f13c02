"""The company words keep: words with the same neighbours often mean the same, and so can learn from each other.

Only for learning. What is learned of company is put into the weights of the words afterwards, so that a model stays
one weight a gram and key. After Z. Harris, "Distributional Structure", Word 10 (1954).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix, hstack

from catalogue.gram import BEGIN, ROW, beginning
from catalogue.model import Vocabulary


def company_of(texts: Sequence[Counter[str]], vocabulary: Vocabulary, weight: float) -> csr_matrix:
    """Beside which others the beginning of each word stands, before or after it; shape (grams, neighbours), rows of
    length `weight`, empty for other grams. Without columns when `weight` is 0 or no words stand side by side."""
    counts = Counter(pair for text in texts for pair in _neighbours(text, vocabulary)) if weight else Counter()
    if not counts:
        return csr_matrix((len(vocabulary.index), 0), dtype=np.float32)
    columns = {neighbour: at for at, neighbour in enumerate(dict.fromkeys(neighbour for _, neighbour in counts))}
    rows = np.array([row for row, _ in counts])
    at = np.array([columns[neighbour] for _, neighbour in counts])
    # As for grams: a neighbour of few words tells more, and the hundredth time tells hardly more than the tenth.
    values = np.sqrt(np.array(list(counts.values()))) * np.log(1 + len(set(rows)) / np.bincount(at))[at]
    length = np.sqrt(np.bincount(rows, values**2))[rows]
    return csr_matrix((weight * values / length, (rows, at)), shape=(len(vocabulary.index), len(columns)))


def with_company(matrix: csr_matrix, company: csr_matrix) -> csr_matrix:
    """Texts (texts, grams) with the company of their words beside their grams, (texts, grams + neighbours)."""
    return hstack([matrix, matrix @ company]).tocsr() if company.shape[1] else matrix


def without_company(weights: NDArray[np.float64], company: csr_matrix) -> NDArray[np.float64]:
    """Weights (grams, keys) that score texts as `weights` (grams + neighbours, keys) score those with company."""
    size = company.shape[0]
    return weights[:size] + company @ weights[size:] if company.shape[1] else weights


def _neighbours(text: Counter[str], vocabulary: Vocabulary) -> Iterator[tuple[int, str]]:
    for gram in text:
        if gram[0] == ROW:
            first, second = map(beginning, gram[1:].split(" "))
            for word, neighbour in ((first, ">" + second), (second, "<" + first)):
                row = vocabulary.index.get(BEGIN + word)
                if row is not None:
                    yield row, neighbour
