"""Keys, tokens and passwords never reach a log or an error line, whoever writes it and however it is formatted.

Libraries write addresses at DEBUG and INFO, and Telegram's addresses hold the bot's token; what cannot be connected to
is named with its address, and a database's address holds its password.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable, Iterable

from bot.plain import printable

MASK = "***"
SHORTEST = 6
"""Characters of a secret that is masked wherever it stands: a shorter one would blot out ordinary words."""
PATTERNS = (
    # scheme://user:password@host (RFC 3986, section 3.2.1)
    (re.compile(r"(://[^/?#\s:@]*:)[^/?#\s]+@"), rf"\1{MASK}@"),
    # a bot's token in an address of the Bot API (https://core.telegram.org/bots/api#authorizing-your-bot)
    (re.compile(r"(?<!\d)\d{5,}:[A-Za-z0-9_-]{20,}"), MASK),
    # what signs somebody in or binds their account
    (re.compile(r"(/desk/sign-in/|[?&]start=|/start )[A-Za-z0-9_-]{16,}"), rf"\1{MASK}"),
    (re.compile(r"(?i)(authorization['\":\s]+(?:bearer|basic)\s+)[^\s'\",]+"), rf"\1{MASK}"),
)


class Secrecy:
    """What must not be said. One for the process: `SECRECY`."""

    def __init__(self) -> None:
        self._words: set[str] = set()

    def keep(self, words: Iterable[str]) -> None:
        """Mask these too from now on; empty and very short ones are left alone."""
        self._words |= {word for word in words if len(word) >= SHORTEST}

    def masked(self, text: str) -> str:
        """The text without secrets, and without what could drive a terminal."""
        for word in sorted(self._words, key=len, reverse=True):
            text = text.replace(word, MASK)
        for pattern, instead in PATTERNS:
            text = pattern.sub(instead, text)
        return printable(text)

    def guard_logs(self) -> None:
        """Every record of this process is masked when it is made, before any handler or formatter sees it."""
        make = logging.getLogRecordFactory()
        if getattr(make, "guards", None) is not self:
            logging.setLogRecordFactory(_Guarded(make, self))


class _Guarded:
    def __init__(self, make: Callable[..., logging.LogRecord], guards: Secrecy) -> None:
        self._make = make
        self.guards = guards

    def __call__(self, *arguments: object, **named: object) -> logging.LogRecord:
        record = self._make(*arguments, **named)
        try:
            record.msg, record.args = self.guards.masked(record.getMessage()), ()
        except (TypeError, ValueError, KeyError):
            # A call of logging with the wrong arguments; what it wanted to say may hold anything.
            record.msg, record.args = "a line that could not be put together", ()
        if record.exc_info and record.exc_info[0] is not None:
            # Formatters take this instead of making their own.
            record.exc_text = self.guards.masked(logging.Formatter().formatException(record.exc_info))
        return record


SECRECY = Secrecy()
