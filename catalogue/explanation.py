"""Why a message is understood as it is: the words that spoke for each service, the phrases most like it, the limits."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache
from typing import Any

from rapidfuzz import fuzz, process

from catalogue.catalogue import Catalogue
from catalogue.clause import clauses
from catalogue.gram import shown
from catalogue.subject import examples
from catalogue.tongue import FORMS, TONGUES
from catalogue.understanding import Understanding
from catalogue.voice import Voice, counting

_SERVICES, _WORDS, _PHRASES = 3, 6, 3


def explain(catalogue: Catalogue, understood: Understanding) -> dict[str, Any]:
    """Plain data, ready for json.dumps.

    `services`: for each of the first three, `words` [word, share of its score] strongest first (below 0 they spoke
    against it) and `phrases` [phrase, likeness 0 to 100]. `denied`: clauses that did not count. `danger`: log odds by
    the learned ear, with what the rules found. `limits`: the thresholds of the language. Empty for a language nobody
    taught the program.
    """
    if understood.language not in TONGUES:
        return {}
    voice = catalogue.voices[understood.language]()
    told = FORMS[understood.language](understood.text)
    every = clauses(told, voice.wording)
    kept = counting(every)
    text = "\n".join(part.text for part in kept) if len(kept) < len(every) else told
    calm = catalogue.watch.calm(understood.text, understood.language)
    return {
        "services": {
            item.code: {
                "words": _words(voice, text, item.code),
                "phrases": _alike(understood.language, text, item.code),
            }
            for item in understood.candidates[:_SERVICES]
        },
        "denied": [part.text for part in every if part not in kept],
        "danger": {
            "ear": round(voice.hear(understood.text, calm)[1].score, 2),
            "told": asdict(understood.danger) if understood.danger else None,
        },
        "limits": {**asdict(voice.matcher.thresholds), **asdict(voice.alarm.limits)},
    }


def _words(voice: Voice, text: str, code: str) -> list[tuple[str, float]]:
    reasons = voice.model.reasons(voice.grams(text), code)
    named = [(shown(gram), round(share, 2)) for gram, share in reasons if shown(gram) and round(share, 2)]
    return named[:_WORDS]


def _alike(language: str, text: str, code: str) -> list[tuple[str, int]]:
    found = process.extract(text, _phrases(language).get(code, ()), scorer=fuzz.token_ratio, limit=_PHRASES)
    return [(phrase, round(likeness)) for phrase, likeness, _ in found]


@cache
def _phrases(language: str) -> dict[str, list[str]]:
    by_key: dict[str, list[str]] = {}
    for example in examples(language):
        by_key.setdefault(example.need, []).append(example.text)
    return by_key
