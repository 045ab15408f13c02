"""What the learner makes of few phrases and of many."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import numpy as np

from catalogue.company import company_of, with_company, without_company
from catalogue.concept import NONE
from catalogue.gram import BEGIN, ONE, WORD, grams
from catalogue.learner import FEW_TEXTS, Lesson, matrix_of, model_of
from catalogue.model import Model, learn_vocabulary


def counted(text: str) -> Counter[str]:
    return grams(text, NONE)


def learned(phrases: Mapping[str, Sequence[str]], kin: Mapping[str, Sequence[str]] | None = None) -> Model:
    rows = [(counted(phrase), [key]) for key, own in phrases.items() for phrase in own]
    return model_of(sorted(phrases), Lesson([text for text, _ in rows], [keys for _, keys in rows], kin=kin or {}))


def best(model: Model, text: str) -> str:
    return model.keys[int(model.scores(counted(text)).argmax())]


FEW = {
    "card-lost": ["my card is gone", "i cannot find my card"],
    "card-blocked": ["the machine refused my card", "card does not work any more"],
    "rain": ["will it be wet today", "do i need an umbrella"],
    "snow": ["is it white outside", "how deep is it on the road"],
    "music": ["play me a song", "something to dance to"],
    "alarm": ["wake me at six", "get me up early"],
}


def test_key_shares_what_its_family_has_in_common_when_phrases_are_few() -> None:
    alone = learned(FEW)
    family = learned(FEW, {"card-lost": ["card"], "card-blocked": ["card"], "rain": ["weather"], "snow": ["weather"]})
    gained = {
        text: dict(zip(family.keys, family.scores(counted(text)) - alone.scores(counted(text)), strict=True))
        for text in ("some card", "some song")
    }
    for key in ("card-lost", "card-blocked"):
        assert gained["some card"][key] > gained["some song"][key]
    assert gained["some card"]["music"] == gained["some song"]["music"] == 0


def test_family_of_one_or_of_everybody_changes_nothing() -> None:
    alone = learned(FEW)
    everybody = learned(FEW, {key: ["all", key] for key in FEW})
    assert np.array_equal(everybody.weights, alone.weights)


def test_word_of_no_phrase_of_its_key_counts_when_it_keeps_the_same_company() -> None:
    phrases = {
        "feed": ["please feed the old kitten today", "feed the young kitten now", "feed the lamb"],
        "sell": ["please sell the old wagon today", "sell the young wagon now", "sell the cart"],
        "other": ["where the old puppy sleeps", "the young puppy sleeps", "a tractor rusts", "that tractor rusts"],
    }
    texts = [counted(phrase) for own in phrases.values() for phrase in own]
    vocabulary = learn_vocabulary(texts, 1)
    company = company_of(texts, vocabulary, 1.0)
    rows = {word: company[vocabulary.index[BEGIN + word]].toarray()[0] for word in ("kitt", "pupp", "trac")}
    assert rows["kitt"] @ rows["pupp"] > rows["kitt"] @ rows["trac"]
    assert np.isclose(np.linalg.norm(rows["kitt"]), 1.0)


def test_scores_stay_the_same_when_company_is_put_into_the_weights() -> None:
    texts = [counted(phrase) for own in FEW.values() for phrase in own]
    vocabulary = learn_vocabulary(texts, 1)
    matrix, company = matrix_of(texts, vocabulary), company_of(texts, vocabulary, 1.4)
    both = with_company(matrix, company)
    weights = np.random.default_rng(3).normal(size=(both.shape[1], 4))
    assert np.allclose(both @ weights, matrix @ without_company(weights, company))


def test_weaker_half_is_forgotten_but_no_word_when_phrases_are_many() -> None:
    phrases = {
        key: [f"{own} {more} number {number}" for number in range(FEW_TEXTS) for more in ("today", "please")]
        for key, own in (("card", "lost bank card"), ("rain", "rain falls"), ("song", "play a song"))
    }
    texts = [counted(phrase) for own in phrases.values() for phrase in own]
    model = learned(phrases)
    every = learn_vocabulary(texts, 2).index
    assert len(model.vocabulary.index) < 0.75 * len(every)
    assert {gram for gram in every if gram[0] in (ONE, WORD)} <= set(model.vocabulary.index)
    assert [best(model, text) for text in ("my card is lost", "does rain fall", "sing a song")] == [
        "card",
        "rain",
        "song",
    ]
