"""What a text is made of for the matcher: runs of characters, runs of sounds, concepts."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from catalogue.concept import Concepts, find_concepts
from catalogue.sound import syllables

SOUND = "~"
CONCEPT = "@"

_NUMBER = re.compile(r"[0-9]+")
_RUN = re.compile(r"[0-9a-z\u4e00-\u9fff]+")


def grams(text: str, concepts: Concepts) -> Counter[str]:
    """Counts of the 1-3-grams of characters, 2-3-grams of syllables (with SOUND in front) and concepts (with CONCEPT).

    `text` must be folded. No gram crosses a punctuation mark; every number counts as 0.
    """
    counts: Counter[str] = Counter()
    for run in _RUN.findall(_NUMBER.sub("0", text)):
        sounds = syllables(run)
        for size in (1, 2, 3):
            counts.update(run[at : at + size] for at in range(len(run) - size + 1))
        counts.update(_sound_grams(sounds))
        counts.update(CONCEPT + concept for concept, _ in find_concepts(run, concepts))
    return counts


def _sound_grams(sounds: list[str]) -> Iterator[str]:
    for size in (2, 3):
        for at in range(len(sounds) - size + 1):
            yield SOUND + " ".join(sounds[at : at + size])
