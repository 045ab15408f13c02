"""What people remember of a day: what they said and what they saw. Nothing here knows the program."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Said:
    """One message of a person, under the id it has in their channel."""

    id: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Seen:
    """One message of the bot's, under the id it has in their channel."""

    id: str
    text: str


@dataclass
class Witness:
    """One person's memory, oldest first. `address` is channel:conversation."""

    address: str
    said: list[Said] = field(default_factory=list)
    seen: list[Seen] = field(default_factory=list)
    promised: list[str] = field(default_factory=list)
    """The numbers of the tickets that they were told are theirs."""
    matters: list[str] = field(default_factory=list)
    """What each of these tickets must speak of, in their own words."""
    waited_for: str = ""
    """What they waited for until they gave up; empty if everything came."""


@dataclass(frozen=True, slots=True)
class Violation:
    """One promise that was broken."""

    kind: str
    words: str


def first_of_each(items: Sequence[str]) -> list[str]:
    """The items in the order in which each came first."""
    return list(dict.fromkeys(items))
