"""The engine beside TF-IDF with logistic regression, on few phrases a label: python -m benchmarks.fewshot DIR...

DIR holds the folders train_5, train_10 and test, each with the files `seq.in` (a phrase a line) and `label` (its label
a line), as the public few-shot splits of BANKING77, CLINC150 and HWU64 come. Any other labels with phrases do as well.
Nothing of the engine is set for a folder: it learns as it learns the needs, from `train_*` only.
"""

from __future__ import annotations

import argparse
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline, make_union

from catalogue.concept import NONE
from catalogue.fold import fold
from catalogue.gram import grams
from catalogue.learner import Lesson, model_of

LEARNED = ("train_5", "train_10")
TRIED = "test"
PHRASES, LABELS = "seq.in", "label"
RESAMPLES = 2000
SEED = 7
_REMEDY = f"expected folders {', '.join(LEARNED)} and {TRIED}, each with the files {PHRASES} and {LABELS}"

Labels = NDArray[np.str_]


class UnusableError(Exception):
    """A folder that cannot be measured; says in one line why, and what to do."""


@dataclass(frozen=True, slots=True)
class Split:
    """Phrases and the label of each."""

    phrases: Sequence[str]
    labels: Labels


def read_split(folder: Path) -> Split:
    """Raises UnusableError."""
    phrases, labels = _lines(folder / PHRASES), _lines(folder / LABELS)
    if len(phrases) != len(labels):
        raise UnusableError(
            f"{folder}: {PHRASES} has {len(phrases)} lines, {LABELS} has {len(labels)}; give each phrase one label"
        )
    return Split(phrases, np.array([label.strip() for label in labels]))


def read_folder(folder: Path) -> dict[str, Split]:
    """All splits by the name of their folder. Raises UnusableError."""
    splits = {name: read_split(folder / name) for name in (*LEARNED, TRIED)}
    for name in LEARNED:
        if len(set(splits[name].labels)) < 2:
            raise UnusableError(f"{folder / name / LABELS}: only one label; give phrases of two labels or more")
    return splits


def by_engine(learned: Split, phrases: Sequence[str]) -> Labels:
    """What the engine takes the phrases for: `catalogue.learner` with one model a label. The name of a label is one
    more phrase of it, as the name of a service is, and labels are kin that share a word of their names."""
    keys = sorted(set(learned.labels))
    names = [words_of(key) for key in keys]
    texts = [grams(fold(phrase), NONE) for phrase in (*learned.phrases, *map(" ".join, names))]
    own = [[label] for label in (*learned.labels, *keys)]
    model = model_of(keys, Lesson(texts, own, kin=dict(zip(keys, names, strict=True))))
    best = [int(model.scores(grams(fold(phrase), NONE)).argmax()) for phrase in phrases]
    return np.array(keys)[best]


def words_of(label: str) -> list[str]:
    """The words of the name of a label: `card_arrival` has two."""
    return [word for word in re.split(r"[\W_]+|(?<=[a-z])(?=[A-Z])", label) if word]


def by_tfidf(learned: Split, phrases: Sequence[str]) -> Labels:
    """What the usual strong baseline takes them for."""
    words = TfidfVectorizer(ngram_range=(1, 2))
    pieces = TfidfVectorizer(analyzer="char_wb", ngram_range=(2, 5))
    known = make_pipeline(make_union(words, pieces), LogisticRegression(C=50, max_iter=1000))
    return np.asarray(known.fit(learned.phrases, learned.labels).predict(phrases))


def interval(ours: NDArray[np.bool_], theirs: NDArray[np.bool_]) -> tuple[float, float]:
    """Between what, in points, the difference of two accuracies on the same phrases lies 95 times of 100: paired
    bootstrap. A phrase is won, lost or neither, so that drawing how many of each is drawing the phrases."""
    size = len(ours)
    won, lost = int((ours & ~theirs).sum()), int((theirs & ~ours).sum())
    shares = np.array([won, lost, size - won - lost]) / size
    drawn = np.random.default_rng(SEED).multinomial(size, shares, size=RESAMPLES)
    low, high = np.percentile(100 * (drawn[:, 0] - drawn[:, 1]) / size, (2.5, 97.5))
    return float(low), float(high)


def compared(name: str, splits: dict[str, Split]) -> None:
    """Print a line for each number of phrases a label."""
    tried = splits[TRIED]
    for few in LEARNED:
        ours = by_engine(splits[few], tried.phrases) == tried.labels
        theirs = by_tfidf(splits[few], tried.phrases) == tried.labels
        low, high = interval(ours, theirs)
        ours_share, theirs_share = 100 * ours.mean(), 100 * theirs.mean()
        print(
            f"{name:12} {few:9} {ours_share:8.1f} {theirs_share:8.1f} {ours_share - theirs_share:+11.1f}"
            f"   {low:+.1f} to {high:+.1f}",
            flush=True,
        )


def main(arguments: Sequence[str] | None = None) -> int:
    """0, or 2 when a folder cannot be measured."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.fewshot", description=__doc__.splitlines()[0])
    parser.add_argument("folders", nargs="+", type=Path, metavar="DIR", help=_REMEDY)
    folders = parser.parse_args(arguments).folders
    try:
        read = [(folder.resolve().name, read_folder(folder)) for folder in folders]
    except UnusableError as error:
        print(f"fewshot: {error}", file=sys.stderr)
        return 2
    print(f"{'right, in %':12} {'learned':9} {'lianzhu':>8} {'TF-IDF':>8} {'difference':>11}   95 % interval")
    for name, splits in read:
        compared(name, splits)
    return 0


def _lines(path: Path) -> list[str]:
    try:
        text = path.read_text("utf-8-sig")
    except OSError as error:
        raise UnusableError(f"{path}: {error.strerror or 'cannot be read'}; {_REMEDY}") from None
    except UnicodeDecodeError:
        raise UnusableError(f"{path}: not UTF-8; save it as UTF-8") from None
    if not text.strip():
        raise UnusableError(f"{path}: empty; give it one line a phrase")
    return text.removesuffix("\n").split("\n")


if __name__ == "__main__":
    sys.exit(main())
