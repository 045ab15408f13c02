"""Concepts: families of words that mean the same for us ("尿不湿", "屎尿" and "大小便" are all toilet)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

from catalogue.sound import syllables

CONCEPTS_FILE = Path(__file__).parent / "data" / "concepts.toml"


@dataclass(frozen=True, slots=True, eq=False)
class Concepts:
    """`words`: word -> concept. `sounds`: syllables -> concept, for words of two syllables and more. `sizes`: lengths
    of the words that begin with two syllables, longest first, so that most positions are passed at once."""

    words: Mapping[str, str]
    sounds: Mapping[tuple[str, ...], str]
    sizes: Mapping[tuple[str, ...], tuple[int, ...]]


NONE = Concepts({}, {}, {})
"""For languages other than Chinese."""


def load_concepts(path: Path = CONCEPTS_FILE) -> Concepts:
    """The table of concepts. Raises ValueError with the word's name when a word stands under two concepts."""
    words: dict[str, str] = {}
    for concept, members in tomllib.loads(path.read_text("utf-8"))["concepts"].items():
        for word in members:
            if words.setdefault(word, concept) != concept:
                raise ValueError(f"{path}: {word!r} stands under {words[word]} and {concept}. Keep one of them.")
    sounds = {tuple(syllables(word)): concept for word, concept in words.items() if len(word) > 1}
    sizes: dict[tuple[str, ...], set[int]] = {}
    for sound in sounds:
        sizes.setdefault(sound[:2], set()).add(len(sound))
    return Concepts(words, sounds, {begin: tuple(sorted(lengths, reverse=True)) for begin, lengths in sizes.items()})


def find_concepts(text: str, sounds: Sequence[str], concepts: Concepts) -> list[str]:
    """The concept of every place where one begins, longest word first and without overlaps. `sounds` are the syllables
    of the text, one a character."""
    found, free, sizes, words = [], 0, concepts.sizes, concepts.words
    for start, (char, begin) in enumerate(zip(text, zip_longest(sounds, sounds[1:]), strict=True)):
        if start >= free and (begin in sizes or char in words):
            size, concept = _longest_at(text, sounds, start, concepts)
            found += [concept] if size else []
            free = start + size
    return found


def _longest_at(text: str, sounds: Sequence[str], start: int, concepts: Concepts) -> tuple[int, str]:
    for size in concepts.sizes.get(tuple(sounds[start : start + 2]), ()):
        concept = concepts.words.get(text[start : start + size]) or concepts.sounds.get(
            tuple(sounds[start : start + size])
        )
        if concept and start + size <= len(text):
            return size, concept
    concept = concepts.words.get(text[start])
    return (1, concept) if concept else (0, "")
