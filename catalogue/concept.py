"""Concepts: families of words that mean the same for us ("尿不湿", "屎尿" and "大小便" are all toilet)."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from catalogue.sound import syllables

CONCEPTS_FILE = Path(__file__).parent / "data" / "concepts.toml"


@dataclass(frozen=True, slots=True)
class Concepts:
    """`words`: word -> concept. `sounds`: syllables -> concept, for words of two syllables and more. `sizes`: lengths
    of the words that begin with a syllable, longest first, so that most positions are passed at once."""

    words: Mapping[str, str]
    sounds: Mapping[tuple[str, ...], str]
    sizes: Mapping[str, tuple[int, ...]]


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
    sizes: dict[str, set[int]] = {}
    for word in words:
        sizes.setdefault(syllables(word[0])[0], set()).add(len(word))
    return Concepts(words, sounds, {begin: tuple(sorted(lengths, reverse=True)) for begin, lengths in sizes.items()})


def find_concepts(text: str, concepts: Concepts) -> list[tuple[str, str]]:
    """(concept, words of the text) for every place where one begins, longest word first and without overlaps."""
    sounds, found, start = syllables(text), [], 0
    while start < len(text):
        size, concept = _longest_at(text, sounds, start, concepts)
        if size:
            found.append((concept, text[start : start + size]))
        start += size or 1
    return found


def _longest_at(text: str, sounds: list[str], start: int, concepts: Concepts) -> tuple[int, str]:
    for size in concepts.sizes.get(sounds[start], ()):
        concept = concepts.words.get(text[start : start + size])
        if concept is None and size > 1:
            concept = concepts.sounds.get(tuple(sounds[start : start + size]))
        if concept is not None and start + size <= len(text):
            return size, concept
    return 0, ""
