"""The texts people read: gettext catalogues whose msgid is a message key and whose msgstr is the whole sentence."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from string import Formatter
from typing import Protocol

from babel.messages.pofile import read_po

FOLDER = Path(__file__).parent
SOURCE = "zh"
"""The language every text is written in first; a text another language lacks is shown in it."""
_VALUE = re.compile(r"(\{[^{}]*\})")


class Say(Protocol):
    """Puts a message key into words of one language."""

    def __call__(self, key: str, /, **values: object) -> str: ...


class TextError(Exception):
    """A text is missing, stands twice or asks for a value it is not given. The message names the key and the remedy."""


@dataclass(frozen=True, slots=True)
class Transliteration:
    """A language's texts in another script: `code` is made from `source` by `convert`, except for the `fixed` texts."""

    code: str
    source: str
    convert: Callable[[str], str]
    fixed: Mapping[str, str] = field(default_factory=dict)


class Texts:
    """All texts of all languages, read once: `<language>/LC_MESSAGES/*.po` in `folder`, and `scripts` made of them."""

    def __init__(self, folder: Path = FOLDER, scripts: Iterable[Transliteration] = ()) -> None:
        self.languages = {
            path.name: _read(path) for path in sorted(folder.iterdir()) if (path / "LC_MESSAGES").is_dir()
        }
        if SOURCE not in self.languages:
            raise TextError(f"no texts for {SOURCE!r} in {folder}: put back the folder {SOURCE}/LC_MESSAGES")
        for language, texts in self.languages.items():
            _check_against_source(language, texts, self.languages[SOURCE])
        for script in scripts:
            written = {key: _converted(text, script.convert) for key, text in self.languages[script.source].items()}
            self.languages[script.code] = {**written, **script.fixed}
        self._whole: dict[str, Mapping[str, str]] = {}

    def of(self, language: str) -> Mapping[str, str]:
        """Every text in a language; what it lacks comes in Chinese."""
        if language not in self.languages:
            return self.languages[SOURCE]
        if language not in self._whole:
            self._whole[language] = {**self.languages[SOURCE], **self.languages[language]}
        return self._whole[language]

    def say(self, language: str) -> Say:
        """The texts of a language as a function: a key and its values in, a sentence out."""
        texts = self.of(language)

        def words(key: str, /, **values: object) -> str:
            try:
                return texts[key].format_map(values)
            except KeyError as error:
                raise TextError(
                    f"text {key!r} in {language!r} lacks {error}: add it to the .po file or pass it"
                ) from None

        return words

    def require(self, keys: Iterable[str], owner: str) -> None:
        """Raise TextError naming `owner` when one of its texts does not exist."""
        lacking = sorted(set(keys) - set(self.languages[SOURCE]))
        if lacking:
            raise TextError(
                f"{owner} speaks texts that do not exist: {', '.join(lacking)}. Add them to {SOURCE}/LC_MESSAGES"
            )


def _converted(text: str, convert: Callable[[str], str]) -> str:
    """A text in another script, the {values} to be filled in left as they are."""
    return "".join(part if part.startswith("{") else convert(part) for part in _VALUE.split(text))


def _read(folder: Path) -> dict[str, str]:
    texts: dict[str, str] = {}
    for path in sorted((folder / "LC_MESSAGES").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=None):
                if not message.id:
                    continue
                if message.id in texts:
                    raise TextError(f"{path}: {message.id!r} stands twice; keep one")
                if message.string:
                    texts[str(message.id)] = str(message.string)
    return texts


def _check_against_source(language: str, texts: Mapping[str, str], source: Mapping[str, str]) -> None:
    for key, text in texts.items():
        if key not in source:
            raise TextError(f"{language}: {key!r} has no Chinese original; add it to {SOURCE} or remove it")
        if values_of(text) != values_of(source[key]):
            raise TextError(
                f"{language}: {key!r} must use the values {sorted(values_of(source[key]))} as the Chinese does"
            )


def values_of(text: str) -> set[str]:
    """The names in braces that a text wants filled in."""
    return {name for _, name, _, _ in Formatter().parse(text) if name}
