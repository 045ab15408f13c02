"""What a text is made of for the models: pieces of words and characters, sounds, concepts; the same for every language.

Each gram begins with a mark that says of which kind it is, so that one table holds all of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import lru_cache
from itertools import pairwise
from typing import Final

from catalogue.concept import Concepts, find_concepts
from catalogue.sound import syllables, typed_syllables

# Chinese: one, two and three characters, two and three syllables, concepts.
ONE, TWO, THREE, SOUND, CONCEPT = "1", "2", "3", "~", "@"
# Languages written in letters: words, two words in a row, pieces of words, beginnings of words, two words near by.
WORD, ROW, PIECE, BEGIN, NEAR = "w", "r", "p", "b", "n"
KINDS: Final[Mapping[str, float]] = {
    ONE: 1.3, TWO: 1.0, THREE: 0.8, SOUND: 0.5, CONCEPT: 0.6,
    WORD: 1.0, ROW: 0.6, PIECE: 0.5, BEGIN: 1.0, NEAR: 0.4,
}  # fmt: skip
"""Weight of each kind. Varied one by one on phrases of writers the model had not seen: none but the single characters
and the pieces of words changes the share of right answers by a whole point."""

_TOKEN = re.compile(r"[\u3400-\u9fff]+|[^\W\d_\u3400-\u9fff]+(?:['’][^\W\d_\u3400-\u9fff]+)*|\d+")
_PIECES = (2, 3, 4, 5)
_BEGINNING = 4
_NEAR = 4


def grams(text: str, concepts: Concepts, *, pinyin: bool = False) -> Counter[str]:
    """Counts of all grams of a folded text. No gram of Chinese crosses a punctuation mark; every number counts as 0.
    With `pinyin` words in letters may be Chinese in pinyin, and then count by their sound."""
    found: list[str] = []
    words: list[str] = []
    for token in _TOKEN.findall(text):
        if "\u3400" <= token[0] <= "\u9fff":
            found += _of_characters(token, concepts)
        else:
            words.append("0" if token[0].isdigit() else token)
    if words:
        found += _of_words(words)
    if words and pinyin:
        found += _of_sounds([sound for word in words for sound in typed_syllables(word)])
    return Counter(found)


def alone(text: str) -> Counter[str]:
    """Counts of the grams of single words in letters."""
    words = [token for token in _TOKEN.findall(text) if token[0].isalpha()]
    return Counter(_of_single_words(words))


def beginning(word: str) -> str:
    """What BEGIN keeps of a word."""
    return word[:_BEGINNING]


def shown(gram: str) -> str:
    """The words of a gram as people may read them; empty for sounds and pieces, which mean nothing by themselves."""
    kind, words = gram[0], gram[1:]
    return "" if kind in (SOUND, PIECE, BEGIN, NEAR) else words


# A message is looked at as a whole, by clauses and by sentences, which have most runs in common. More than the runs of
# one message would only keep in memory what people wrote before it.
@lru_cache(maxsize=64)
def _of_characters(run: str, concepts: Concepts) -> tuple[str, ...]:
    sounds = syllables(run)
    found = [ONE + char for char in run]
    found += [TWO + first + second for first, second in pairwise(run)]
    found += [THREE + run[at : at + 3] for at in range(len(run) - 2)]
    found += _of_sounds(sounds)
    found += [CONCEPT + concept for concept in find_concepts(run, sounds, concepts)]
    return tuple(found)


def _of_sounds(sounds: Sequence[str]) -> list[str]:
    pairs = [f"{SOUND}{first} {second}" for first, second in pairwise(sounds)]
    return pairs + [f"{pair} {third}" for pair, third in zip(pairs, sounds[2:], strict=False)]


def _of_single_words(words: Sequence[str]) -> Iterator[str]:
    yield from (WORD + word for word in words)
    yield from (BEGIN + beginning(word) for word in words)
    for word in words:
        padded = f" {word} "
        yield from (PIECE + padded[at : at + size] for size in _PIECES for at in range(len(padded) - size + 1))


def _of_words(words: Sequence[str]) -> Iterator[str]:
    yield from _of_single_words(words)
    edged = ["^", *words, "$"]
    yield from (ROW + a + " " + b for a, b in pairwise(edged))
    begun = [word[: _BEGINNING + 1] for word in words]
    for at, word in enumerate(begun):
        for other in begun[at + 1 : at + 1 + _NEAR]:
            yield NEAR + " ".join(sorted((word, other)))


Grams = Callable[[str], Counter[str]]
"""Makes grams of a text as it came, whatever its language needs first."""
