"""Logs without personal data: where it went wrong and what kind of error it was, never what it was about."""

from __future__ import annotations

import logging
import traceback
from typing import Any

FORMAT = "%(asctime)s %(levelname)s %(name)s: %(message)s"
TALKATIVE = ("telegram", "aiogram", "httpx", "httpcore", "aiosqlite", "sqlalchemy", "asyncpg", "urllib3")
"""Libraries that write the messages they carry, or addresses with the bot's token, into logs below WARNING."""


class BareFormatter(logging.Formatter):
    """Errors by their kind and the lines of code they passed; their words may quote what somebody said."""

    def format(self, record: logging.LogRecord) -> str:
        """What another formatter has made of the error is not used."""
        kept, record.exc_text = record.exc_text, None
        try:
            return super().format(record)
        finally:
            record.exc_text = kept

    def formatException(self, ei: Any) -> str:  # noqa: N802
        """The chain of causes, outermost last."""
        error: BaseException | None = ei[1]
        told: list[str] = []
        while error is not None:
            frames = "".join(traceback.format_tb(error.__traceback__)).rstrip()
            told.append(f"{frames}\n{type(error).__qualname__}".lstrip())
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\n--- led to ---\n".join(reversed(told))


def begin(level: int = logging.WARNING) -> None:
    """Logs of this process go to standard error."""
    handler = logging.StreamHandler()
    handler.setFormatter(BareFormatter(FORMAT))
    logging.basicConfig(level=level, handlers=[handler])
    hush()


def hush() -> None:
    """Libraries say warnings and errors alone."""
    for name in TALKATIVE:
        logging.getLogger(name).setLevel(logging.WARNING)
