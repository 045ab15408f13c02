"""Text from outside as it may be kept and shown: what people wrote, without what only a machine would notice.

Every door cleans with these: the conversation whatever comes in by a channel, the desk its forms, the terminal what it
prints.
"""

from __future__ import annotations

import re

UNSEEN = re.compile(
    "["
    "\x00-\x08\x0b-\x1f\x7f-\x9f"  # controls: NUL, which no database keeps, and ESC and CSI, which drive a terminal
    "\xad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u2060-\u2064\u3164\ufeff\uffa0"  # blanks without a width
    "\u2028\u2029"  # line ends that break logs and scripts
    "\u202a-\u202e\u2066-\u206f"  # embeddings, overrides and isolates: they reorder what stands around them
    "\ufff9-\ufffb\ufffe\uffff"  # annotations and what is no character
    "\ud800-\udfff"  # half a character, which some phone keyboards leave behind
    "\U000e0000-\U000e007f"  # tags: whole sentences that no person sees, but a language model reads
    "]"
)
"""After Unicode Standard Annex #9 (bidirectional text) and Unicode Technical Report #36 (security), https://unicode.org.

Kept: line breaks and tabs; ZWNJ and ZWJ, which Kazakh and Uyghur in Arabic letters, and emoji, are spelt with; and the
marks LRM, RLM and ALM, which turn nothing but the punctuation beside them."""
MARKS = r"[\u0300-\u036f\u0483-\u0489\u0610-\u061a\u064b-\u065f\u0670\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff]"
STACKED = re.compile(f"({MARKS}{{8}}){MARKS}+")
"""Marks piled upon one letter, until it covers the lines above and below. No script here puts more than three."""
BROKEN = "\N{REPLACEMENT CHARACTER}"
NAME_LENGTH = 120
LONGEST_NUMBER = 18


def plain(text: str) -> str:
    """What can be read, with plain line ends and nothing around it."""
    return STACKED.sub(r"\1", UNSEEN.sub("", text.replace("\r\n", "\n").replace("\r", "\n"))).strip()


def in_line(text: str) -> str:
    """The same in one line: a name, a label."""
    return " ".join(plain(text).split())


def file_name(name: str) -> str:
    """A file's name without folders, at most 120 characters, its ending kept; empty for one that names no file."""
    last = re.sub(r'[<>:"|?*]', "", re.split(r"[/\\]", in_line(name))[-1]).strip(". ")
    return last[-NAME_LENGTH:].strip(". ")


def row_number(text: str) -> int:
    """The id of a row as an address or a form has it; 0, which no row has, for anything else. No more digits than
    every database holds: a longer one would end as an error of the database."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= LONGEST_NUMBER else 0


def printable(text: str) -> str:
    """For a terminal and a log: whatever could drive them stands as U+FFFD, so that it is seen that something was."""
    return UNSEEN.sub(BROKEN, text)
