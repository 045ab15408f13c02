"""Regular expressions of the data files, written for people, brought to the form in which they are searched soonest.

They find the same, at the same places. The re module passes a text at once where every alternative begins with a
character; so alternatives that begin with a group, "(没|莫)有", are written out, "没有|莫有".
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_GROUP = re.compile(r"\((?!\?)")
# A group without groups inside, which stands exactly once.
_LEADING = re.compile(r"\(\?:([^()]+)\)(?![?*+{])")
_NOT_PLAIN = re.compile(r"[\[\\]")


def quick(pattern: str) -> re.Pattern[str]:
    """The pattern compiled; nobody may ask what its groups found. Raises re.error when it is none."""
    if _NOT_PLAIN.search(pattern):
        return re.compile(pattern)
    unread = _GROUP.sub("(?:", pattern)
    return re.compile("|".join(each for part in _alternatives(unread) for each in _written_out(part)))


def _alternatives(pattern: str) -> Iterator[str]:
    """The parts between the bars that stand in no group."""
    start = depth = 0
    for at, char in enumerate(pattern):
        depth += (char == "(") - (char == ")")
        if char == "|" and depth == 0:
            yield pattern[start:at]
            start = at + 1
    yield pattern[start:]


def _written_out(part: str) -> list[str]:
    """One alternative as many, each with one choice of the group that it begins with, in the same order."""
    group = _LEADING.match(part)
    return [choice + part[group.end() :] for choice in group[1].split("|")] if group else [part]
