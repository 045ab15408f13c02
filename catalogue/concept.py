"""Concepts: families of words that mean the same for us ("尿不湿", "屎尿" and "大小便" are all toilet)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path

from catalogue.sound import syllables

CONCEPTS_FILE = Path(__file__).parent / "data" / "concepts.toml"


@dataclass(frozen=True, slots=True)
class Concepts:
    """`words`: word -> concept. `sounds`: syllables -> concept, for words of two syllables and more. `longest` word."""

    words: dict[str, str]
    sounds: dict[tuple[str, ...], str]
    longest: int


def load_concepts(path: Path = CONCEPTS_FILE) -> Concepts:
    """The table of concepts. Raises ValueError with the word's name when a word stands under two concepts."""
    words: dict[str, str] = {}
    for concept, members in tomllib.loads(path.read_text("utf-8"))["concepts"].items():
        for word in members:
            if words.setdefault(word, concept) != concept:
                raise ValueError(f"{path}: {word!r} stands under {words[word]} and {concept}. Keep one of them.")
    sounds = {tuple(syllables(word)): concept for word, concept in words.items() if len(word) > 1}
    return Concepts(words, sounds, max(map(len, words)))


def find_concepts(text: str, concepts: Concepts) -> list[tuple[str, str]]:
    """(concept, words of the text) for every place where one begins, longest word first and without overlaps."""
    sounds, found, start = syllables(text), [], 0
    while start < len(text):
        size = _longest_at(text, sounds, start, concepts)
        if size:
            words = text[start : start + size]
            concept = concepts.words.get(words) or concepts.sounds[tuple(sounds[start : start + size])]
            found.append((concept, words))
        start += size or 1
    return found


def _longest_at(text: str, sounds: list[str], start: int, concepts: Concepts) -> int:
    for size in range(min(concepts.longest, len(text) - start), 0, -1):
        if text[start : start + size] in concepts.words:
            return size
        if size > 1 and tuple(sounds[start : start + size]) in concepts.sounds:
            return size
    return 0
