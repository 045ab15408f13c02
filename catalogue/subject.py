"""What is learned, and from which texts: for each language one model of needs and dangers together."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from catalogue.concept import CONCEPTS_FILE
from catalogue.language import LANGUAGES_FILE, words
from catalogue.phrase import CONTEXT, ELSEWHERE, PHRASES, Phrase, load_phrases, read_phrases
from catalogue.referral import REFERRALS_FILE, load_referrals
from catalogue.script import SCRIPTS_FILE
from catalogue.sound import SYLLABLES_FILE, as_typed
from catalogue.tongue import FORMS, LETTERS
from catalogue.understanding import DANGER_KINDS

DANGERS = Path(__file__).parent / "data" / "danger"
HARMLESS = "harmless"
DANGER = "danger/"
"""Stands before the kinds of danger among the keys of a model."""
ANY_DANGER = DANGER + "any"
"""Key that stands for all kinds together."""
# Characters; longer phrases are letters that bring their own context.
_SHORT = 40
# Asked for in emergencies: its phrases are neither dangers nor free of danger.
_NEITHER = ("emergency-care",)
# Of the Chinese phrases every so manieth shows what pinyin looks like.
_EVERY = 4
# A change of one of these makes another model of the same phrases.
_CODE = ("company", "concept", "fold", "gram", "learner", "model", "script", "sound", "subject", "tongue")


@dataclass(frozen=True, slots=True)
class Example:
    """A text in the one form of its language. `need`: the key it is an example of, empty where it tells nothing of
    needs. `danger`: a kind of danger, empty for a harmless one, None where it tells nothing of dangers."""

    text: str
    need: str
    danger: str | None

    @property
    def keys(self) -> tuple[str, ...]:
        """All keys of the model that it is an example of."""
        needs = (self.need,) if self.need else ()
        return (*needs, ANY_DANGER, DANGER + self.danger) if self.danger else needs


def examples(language: str) -> tuple[Example, ...]:
    """Everything the model of a language is learned from. Raises PhraseError when a file of it cannot be used."""
    if language == LETTERS:
        return tuple(_written_in_letters())
    form = FORMS[language]
    found: dict[str, Example] = {}
    for key in (*DANGER_KINDS, HARMLESS):
        for phrase in read_phrases(DANGERS / language / f"{key}.txt", key):
            text = form(phrase.text)
            found.setdefault(text, Example(text, "", "" if key == HARMLESS else key))
    for phrase in _needs(language):
        text = form(phrase.text)
        danger = None if phrase.key in _NEITHER else ""
        # Two spellings may become one in the one form: the first stays; a danger may also be asked for as a need.
        known = found.get(text)
        if known is None or not known.need:
            found[text] = Example(text, phrase.key, known.danger if known else danger)
    return tuple(found.values())


def in_context(known: Sequence[Example]) -> Iterator[Example]:
    """Every second short need once more, with lines of mere context around it: people wrap their need in circumstances,
    which must count neither for nor against it."""
    context = [example.text for example in known if example.need == CONTEXT]
    short = [example for example in known if is_service(example.need) and len(example.text) <= _SHORT]
    for number, example in enumerate(short[::2] if context else ()):
        before, after = context[(number * 5) % len(context)], context[(number * 7 + 3) % len(context)]
        around = ((before, example.text, after), (before, example.text), (example.text, after))[number % 3]
        yield Example("\n".join(around), example.need, None)


def is_service(key: str) -> bool:
    """Whether a key of needs is the code of a service, not a place elsewhere or mere context."""
    return key not in ("", CONTEXT) and not key.startswith(ELSEWHERE)


def digest(language: str) -> str:
    """Changes with every change of a phrase, a concept or the code that learns, and with nothing else."""
    total = sha256()
    for path in _sources(language):
        total.update(path.name.encode() + b"\0" + path.read_bytes())
    return total.hexdigest()[:24]


def _written_in_letters() -> Iterator[Example]:
    """Words of each language in Latin letters, brought to the one form: Kazakh, Uyghur, Chinese in pinyin; and of
    languages that are none of these."""
    form = FORMS[LETTERS]
    for language in ("kk", "ug"):
        yield from (Example(form(FORMS[language](phrase.text)), language, None) for phrase in _needs(language))
    for number, phrase in enumerate(_needs("zh")[::_EVERY]):
        typed = (" " if number % 2 else "").join(as_typed(phrase.text))
        yield Example(form(typed), "zh", None)
    for name in ("english_words", "russian_words"):
        # A set has another order in every process, and the order changes what is learned.
        yield from (Example(form(word), "", None) for word in sorted(words(name)))


def _needs(language: str) -> tuple[Phrase, ...]:
    return load_phrases(PHRASES / language, load_referrals())


def _sources(language: str) -> Iterator[Path]:
    folders = (PHRASES,) if language == LETTERS else (PHRASES / language, DANGERS / language)
    for folder in folders:
        yield from sorted(folder.rglob("*.txt"))
    yield from (LANGUAGES_FILE, SYLLABLES_FILE, CONCEPTS_FILE, SCRIPTS_FILE, REFERRALS_FILE)
    yield from (Path(__file__).with_name(f"{name}.py") for name in _CODE)
