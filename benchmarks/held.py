"""Phrases matched by models that have not seen them: five folds, always the same."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from catalogue.alarm import Alarm, Limits
from catalogue.concept import load_concepts
from catalogue.learner import learn
from catalogue.model import Floats, Model
from catalogue.subject import Example, examples, in_context, is_service
from catalogue.tongue import grams_of
from catalogue.voice import keys_of

FOLDS = 5


@dataclass(frozen=True, slots=True)
class Held:
    """Scores (messages, keys) of messages that the models had not seen, and the column that is right for each."""

    keys: tuple[str, ...]
    scores: Floats
    right: NDArray[np.int64]

    @property
    def service(self) -> NDArray[np.bool_]:
        """Which keys are services."""
        return np.array([is_service(key) for key in self.keys])

    @property
    def need(self) -> NDArray[np.bool_]:
        """Which messages are needs."""
        return self.service[self.right]


def folds(known: Sequence[Example]) -> Iterator[tuple[list[Example], list[Example]]]:
    """What is learned and what is held back, FOLDS times."""
    at = np.arange(len(known)) % FOLDS
    np.random.default_rng(7).shuffle(at)
    for number in range(FOLDS):
        yield (
            [example for example, fold in zip(known, at, strict=True) if fold != number],
            [example for example, fold in zip(known, at, strict=True) if fold == number],
        )


def held_out(language: str) -> tuple[Held, list[Example], NDArray[np.float64]]:
    """The needs of a language (every phrase as it stands, and every second short one between two lines of context,
    because people wrap their need in circumstances); and all examples of danger and of none, with how loud the ear
    hears each."""
    grams, known = grams_of(language, load_concepts()), examples(language)
    keys = tuple(dict.fromkeys(example.need for example in known if example.need))
    scores: list[Floats] = []
    right, dangers, loudness = [], [], []
    for learned, held in folds(known):
        model = learn(language, learned)
        order = [model.keys.index(key) for key in keys]
        alarm = Alarm(keys_of(model)[1], Limits(0, 0))

        def dangers_of(text: str, model: Model = model, alarm: Alarm = alarm) -> Floats:
            return model.scores(grams(text))[-len(alarm.keys) :]

        for text, key in messages(held):
            scores.append(model.scores(grams(text))[order])
            right.append(keys.index(key))
        for example in held:
            if example.danger is not None:
                dangers.append(example)
                loudness.append(alarm.hear(example.text, dangers_of(example.text), dangers_of).score)
    return Held(keys, np.stack(scores), np.array(right)), dangers, np.array(loudness)


def messages(held: Sequence[Example]) -> Iterator[tuple[str, str]]:
    """Text and key of everything that is tried as a need."""
    for example in (*held, *in_context(held)):
        if example.need:
            yield example.text, example.need
