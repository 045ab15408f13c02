"""What the program says of itself: a line an event, in words without personal data.

A line has the time (UTC), the level, the part that speaks, the role of the process, and a random word for the message
that is worked on, so that its lines can be found together. Names, texts, addresses and the values of a query never
stand in it: tracebacks show where and what kind of error it was, not its words, which often quote what was given.
"""

from __future__ import annotations

import hashlib
import hmac
import logging
import secrets
import sqlite3
import sys
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Literal, TextIO

from pythonjsonlogger.json import JsonFormatter

from bot.message import Address
from bot.metric import ERRORS

Kind = Literal["text", "json"]
OURS = ("bot", "casework", "catalogue", "desk", "locales", "storage")
"""Our own parts. Libraries are heard from WARNING on: below it they write addresses that hold secrets."""
TEXT = "%(asctime)s %(levelname)s %(name)s [%(role)s %(about)s]: %(message)s"
FIELDS = {"asctime": "time", "levelname": "level", "name": "part", "message": "event"}
DEEPEST = 8
"""Errors behind an error that are still shown."""
_about: ContextVar[str] = ContextVar("about", default="-")
_key = secrets.token_bytes(16)


@contextmanager
def about(word: str = "") -> Iterator[None]:
    """Lines written inside belong together: under `word`, or under a new random one."""
    token = _about.set(word or secrets.token_hex(4))
    try:
        yield
    finally:
        _about.reset(token)


def veiled(address: Address) -> str:
    """An address for a log: the same for the same conversation while this process runs, and nobody can go back."""
    digest = hmac.new(_key, str(address).encode(), hashlib.sha256).hexdigest()
    return f"{address.channel}:{digest[:10]}"


def configure(kind: Kind = "text", role: str = "-", level: int = logging.WARNING, out: TextIO | None = None) -> None:
    """Lines to `out` (standard error) from now on, ours from `level`, those of libraries from WARNING."""
    root = logging.getLogger()
    for handler in [each for each in root.handlers if isinstance(each, (_Lines, _Counted))]:
        root.removeHandler(handler)
    lines = _Lines(out or sys.stderr)
    lines.setFormatter(JsonLine() if kind == "json" else TextLine(TEXT))
    lines.addFilter(_Context(role))
    root.addHandler(lines)
    root.addHandler(_Counted(logging.ERROR))
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level)


def told(error: BaseException) -> str:
    """What may be said of an error: its kind, and words only where they are the system's own."""
    kind = type(error).__qualname__
    if isinstance(error, OSError) and error.strerror:
        return f"{kind}: {error.strerror}"
    if isinstance(error, sqlite3.Error):
        return f"{kind}: {error}"
    state = getattr(error, "sqlstate", None)
    return f"{kind}: SQLSTATE {state}" if isinstance(state, str) else kind


def shown(error: BaseException, depth: int = 0) -> str:
    """A traceback without the errors' own words."""
    before = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    parts = [] if before is None or depth >= DEEPEST else [shown(before, depth + 1), "which led to:"]
    parts += [*traceback.format_list(traceback.extract_tb(error.__traceback__)), told(error)]
    if isinstance(error, BaseExceptionGroup) and depth < DEEPEST:
        parts += [f"of it: {shown(each, depth + 1)}" for each in error.exceptions]
    return "\n".join(part.rstrip("\n") for part in parts)


def unforeseen(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """For `sys.excepthook`: what ends the program is a line like every other."""
    logging.getLogger(__name__).critical("the program ends with an error", exc_info=(kind, error, trace))


class _Plain(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        # Another handler may have left the traceback in its own words.
        record.exc_text = None
        return super().format(record)

    def formatTime(self, record: logging.LogRecord, datefmt: str | None = None) -> str:  # noqa: N802 - logging's name
        return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")

    def formatException(self, ei: object) -> str:  # noqa: N802 - logging's name
        error = ei[1] if isinstance(ei, tuple) else None
        return shown(error) if isinstance(error, BaseException) else ""


class TextLine(_Plain):
    """For people: one line, and where there was an error its traceback."""


class JsonLine(_Plain, JsonFormatter):
    """For machines: one JSON object a line."""

    def __init__(self) -> None:
        JsonFormatter.__init__(
            self,
            "%(asctime)s %(levelname)s %(name)s %(role)s %(about)s %(message)s",
            rename_fields=FIELDS,
            json_ensure_ascii=False,
        )


class _Lines(logging.StreamHandler):  # type: ignore[type-arg]  # generic in its stubs alone
    """Our own handler, so that it can be told from others."""


class _Context(logging.Filter):
    def __init__(self, role: str) -> None:
        super().__init__()
        self._role = role

    def filter(self, record: logging.LogRecord) -> bool:
        record.role, record.about = self._role, _about.get()
        return True


class _Counted(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        ours = record.name.partition(".")[0] in OURS
        ERRORS.labels(record.name if ours else "library").inc()
