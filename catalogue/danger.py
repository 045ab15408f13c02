"""What cannot wait: recognised by combinations of words and by a learned ear, rather once too often than once too
seldom."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from catalogue.alarm import Limits, Noise
from catalogue.fold import fold
from catalogue.pattern import quick
from catalogue.understanding import DANGER_KINDS, Danger

DANGER_FILE = Path(__file__).parent / "data" / "danger.toml"

_FEWEST = 2
_SENTENCE = re.compile(r"[。!?！？\n]+")
_LIST = re.compile(r"@([a-z-]+)")
# What may make a pattern depend on what stands around it, or on the ends of the text.
_LOOKS_AROUND = re.compile(r"[\^$]|\\[AbBZ]|\(\?[^:]|[*+?}]\+")
_GAPS = re.compile(r"[^\w\n。!?！？]+")


class DangerDataError(ValueError):
    """The table of dangers cannot be used. Says which file, which entry and what to do."""

    def __init__(self, path: Path, entry: str, problem: str, remedy: str) -> None:
        super().__init__(f"{path}: {entry}: {problem}. {remedy}")
        self.path, self.entry, self.problem, self.remedy = path, entry, problem, remedy


@dataclass(frozen=True, slots=True)
class Rule:
    """A sentence is dangerous when every pattern of `all` is found in it and none of `unless`."""

    kind: str
    all: tuple[re.Pattern[str], ...]
    unless: tuple[re.Pattern[str], ...]
    _plain: tuple[re.Pattern[str], ...] = field(init=False)

    def __post_init__(self) -> None:
        plain = tuple(pattern for pattern in self.all if not _LOOKS_AROUND.search(pattern.pattern))
        object.__setattr__(self, "_plain", plain)

    def may_hold(self, message: str) -> bool:
        """Whether a sentence of the message may be dangerous: a plain pattern finds in the whole what is in a part."""
        return all(pattern.search(message) for pattern in self._plain)

    def words(self, sentence: str) -> str:
        """The part of the sentence from the first to the last word that says it; empty when it does not."""
        spans = []
        for pattern in self.all:
            match = pattern.search(sentence)
            if match is None:
                return ""
            spans.append(match.span())
        if any(pattern.search(sentence) for pattern in self.unless):
            return ""
        return sentence[min(start for start, _ in spans) : max(end for _, end in spans)]


@dataclass(frozen=True, slots=True)
class Rules:
    """Rules in order of gravity, and the idioms that only sound dangerous."""

    rules: tuple[Rule, ...]
    idioms: re.Pattern[str]

    def calm(self, text: str) -> str:
        """A message in Chinese without idioms."""
        return self.idioms.sub("，", fold(text))

    def find(self, calm: str) -> tuple[str, str] | None:
        """Kind and words of the gravest danger that a message tells of, given without its idioms."""
        plain = _GAPS.sub(" ", calm)
        whole = _SENTENCE.sub(" ", plain)
        sentences = [part for part in dict.fromkeys((*_SENTENCE.split(plain), whole)) if part.strip()]
        for rule in self.rules:
            if not rule.may_hold(whole):
                continue
            for sentence in sentences:
                words = rule.words(sentence)
                if words:
                    return rule.kind, words.strip()
        return None


@dataclass(frozen=True, slots=True)
class Watch:
    """`call` gives the numbers to call for each kind, `service` the code of the service that looks after it. Rules are
    there for Chinese alone."""

    rules: Rules
    call: Mapping[str, tuple[str, ...]]
    service: Mapping[str, str]

    def calm(self, text: str, language: str) -> str:
        """A message without what only sounds dangerous, to be listened to."""
        return self.rules.calm(text) if language == "zh" else text

    def danger(self, calm: str, language: str, noise: Noise, limits: Limits, *, answer: bool = False) -> Danger | None:
        """The danger that a message tells of, or may tell of (`sure` False): sure where the ear is, or where rules and
        ear agree. Whoever has just told a place that was asked for (`answer`) is not asked for what the ear alone may
        have heard beside it; nor does it hear anything in a single character."""
        told = self.rules.find(calm) if language == "zh" else None
        enough = limits.sure if answer else limits.alarm
        if told is None and (noise.score < enough or sum(char.isalpha() for char in calm) < _FEWEST):
            return None
        kind, words = told or (noise.kind, noise.words)
        agreed = told is not None and noise.score >= limits.alarm
        return Danger(kind, words, self.call[kind], sure=agreed or noise.score >= limits.sure)


def load_watch(path: Path = DANGER_FILE) -> Watch:
    """Raises DangerDataError when a kind is unknown, has no numbers, or a rule names a list that does not exist."""
    table = tomllib.loads(path.read_text("utf-8"))
    lists: dict[str, list[str]] = table["words"]
    call = {kind: tuple(numbers) for kind, numbers in table["call"].items()}
    rules = []
    for number, entry in enumerate(table["rule"], start=1):
        if entry["kind"] not in DANGER_KINDS or not call.get(entry["kind"]):
            problem = f"kind {entry['kind']!r} is unknown or has no numbers under [call]"
            raise DangerDataError(path, f"rule {number}", problem, f"Use one of: {', '.join(DANGER_KINDS)}.")
        parts = [
            tuple(_pattern(path, number, item, lists) for item in entry.get(name, [])) for name in ("all", "unless")
        ]
        rules.append(Rule(entry["kind"], parts[0], parts[1]))
    return Watch(Rules(tuple(rules), quick("|".join(table["idioms"]))), call, table["service"])


def _pattern(path: Path, number: int, item: str, lists: Mapping[str, list[str]]) -> re.Pattern[str]:
    def expanded(name: re.Match[str]) -> str:
        if name[1] not in lists:
            problem = f"no list {name[0]}"
            raise DangerDataError(path, f"rule {number}", problem, "Add it under [words] or correct the name.")
        return "|".join(lists[name[1]])

    return quick(_LIST.sub(expanded, item))
