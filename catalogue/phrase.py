"""What people say for each service: text files, one phrase a line, that anybody can edit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from catalogue.fold import fold
from catalogue.service import CODES

PHRASES = Path(__file__).parent / "data" / "phrases"
"""One folder a language."""
# Lines that only set the scene ("我妈八十了，住在村里"): no need in themselves.
CONTEXT = "context"
# Keys of what is dealt with elsewhere carry this in front, so that they never clash with a service code.
ELSEWHERE = "elsewhere/"


class PhraseError(ValueError):
    """A phrase file cannot be used. Says which file, which line (0: the file as a whole) and what to do."""

    def __init__(self, path: Path, line: int, problem: str, remedy: str) -> None:
        super().__init__(f"{path}:{line}: {problem}. {remedy}")
        self.path, self.line, self.problem, self.remedy = path, line, problem, remedy


@dataclass(frozen=True, slots=True)
class Phrase:
    """One phrase and its key: a service code, `elsewhere/<referral>` or `context`. `section` its heading."""

    text: str
    key: str
    section: str = ""
    line: int = 0


def load_phrases(folder: Path, referrals: Iterable[str]) -> tuple[Phrase, ...]:
    """All phrases of one language: `<code>.txt` of every service, `context.txt`, `elsewhere/<referral>.txt`.

    Raises PhraseError when a file is missing, empty, not UTF-8 or unknown, or a phrase stands under two keys.
    """
    keys = [*CODES, CONTEXT, *(ELSEWHERE + name for name in referrals)]
    _refuse_strangers(folder, keys)
    phrases: dict[str, Phrase] = {}
    for key in keys:
        path = folder / f"{key}.txt"
        for phrase in read_phrases(path, key):
            earlier = phrases.setdefault(fold(phrase.text), phrase)
            if earlier is not phrase:
                _refuse_double(path, phrase, earlier)
    return tuple(phrases.values())


def _refuse_strangers(folder: Path, keys: list[str]) -> None:
    known = {folder / f"{key}.txt" for key in keys}
    for path in sorted(folder.rglob("*.txt")):
        if path not in known:
            raise PhraseError(path, 0, "no service or referral has this name", "Rename the file or remove it.")


def _refuse_double(path: Path, phrase: Phrase, earlier: Phrase) -> None:
    problem = f"{phrase.text!r} stands already in {earlier.key}.txt, line {earlier.line}"
    raise PhraseError(path, phrase.line, problem, "Keep it in the file where it fits best.")


def read_phrases(path: Path, key: str) -> list[Phrase]:
    """The phrases of one file. Raises PhraseError when it is missing, empty or not UTF-8."""
    try:
        text = path.read_text("utf-8")
    except UnicodeDecodeError as error:
        line = path.read_bytes()[: error.start].count(b"\n") + 1
        raise PhraseError(path, line, "not UTF-8", "Save the file with the encoding UTF-8.") from error
    except OSError as error:
        raise PhraseError(path, 0, str(error), "Create the file with one phrase a line.") from error
    phrases = list(_phrases(text, key))
    if not phrases:
        raise PhraseError(path, 0, "no phrases in it", "Write one phrase a line.")
    return phrases


def _phrases(text: str, key: str) -> Iterator[Phrase]:
    section = ""
    for number, raw in enumerate(text.removeprefix("\ufeff").splitlines(), start=1):
        line = raw.strip()
        if line.startswith("##"):
            section = line.lstrip("#").strip()
        elif line and not line.startswith("#"):
            yield Phrase(line, key, section, number)
