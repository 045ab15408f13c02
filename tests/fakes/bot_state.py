"""What the fake Telegram knows: people, files, messages sent to them, and how fast a bot may send."""

from __future__ import annotations

import asyncio
import itertools
import math
import time
from collections import deque
from dataclasses import dataclass, field
from typing import Any, Literal

JSON = dict[str, Any]


class ApiError(Exception):
    """An answer of the Bot API that is not ok."""

    def __init__(self, code: int, description: str, retry_after: int = 0) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after


def bad_request(description: str) -> ApiError:
    """A 400 in Telegram's wording."""
    return ApiError(400, f"Bad Request: {description}")


def too_many(seconds: float) -> ApiError:
    """A 429; Telegram counts in whole seconds, at least one."""
    after = max(1, math.ceil(seconds))
    return ApiError(429, f"Too Many Requests: retry after {after}", after)


@dataclass(slots=True)
class Person:
    """Somebody who has started the bot."""

    id: int
    name: str
    language: str
    blocked: bool = False
    deactivated: bool = False


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file on the server. `content` is None where only the size matters; then it is zeros."""

    file_id: str
    kind: str
    size: int
    content: bytes | None = None
    name: str = ""
    mime: str = ""

    @property
    def path(self) -> str:
        """Where it is downloaded from, below /file/bot<token>/."""
        return f"{self.kind}s/{self.file_id}"

    def read(self) -> bytes:
        """Its bytes."""
        return bytes(self.size) if self.content is None else self.content


@dataclass(slots=True)
class SentMessage:
    """A message of the bot's. `at` is in seconds of a clock that only goes forward, `text` also holds a caption."""

    chat_id: int
    message_id: int
    method: str
    at: float
    text: str = ""
    keyboard: list[list[JSON]] = field(default_factory=list)
    file: KeptFile | None = None
    location: tuple[float, float] | None = None
    edited: bool = False
    spoilers: list[str] = field(default_factory=list)
    veiled: bool = False

    @property
    def labels(self) -> list[str]:
        """What its buttons say, in reading order."""
        return [button["text"] for row in self.keyboard for button in row]


@dataclass(frozen=True, slots=True)
class RateLimits:
    """Messages a second for one chat (with so many at once allowed) and over all chats."""

    chat_per_second: float = 1.0
    chat_burst: int = 1
    total_per_second: int = 30


class Throttle:
    """Counts accepted messages and refuses those that come too fast. A refused message does not count."""

    def __init__(self, limits: RateLimits) -> None:
        self.limits = limits
        self._due: dict[int, float] = {}
        self._recent: deque[float] = deque()

    def admit(self, chat: int) -> None:
        """Raises a 429 or counts the message."""
        now = time.monotonic()
        while self._recent and self._recent[0] <= now - 1:
            self._recent.popleft()
        if len(self._recent) >= self.limits.total_per_second:
            raise too_many(self._recent[0] + 1 - now)
        gap = 1 / self.limits.chat_per_second
        due = max(self._due.get(chat, 0.0), now)
        early = due - now - gap * (self.limits.chat_burst - 1)
        if early > 0:
            raise too_many(early)
        self._due[chat] = due + gap
        self._recent.append(now)


FaultKind = Literal["error", "hang", "cut", "flood"]


@dataclass(slots=True)
class Fault:
    """Something to go wrong with the next `times` calls of methods whose names begin with `method`.

    "error": a 500; "hang": accepted by nobody and never answered; "cut": accepted, but the answer breaks off half-way;
    "flood": a 429 with `retry_after` seconds. `chat` narrows it to one chat.
    """

    kind: FaultKind
    times: int = 1
    method: str = "send"
    retry_after: int = 1
    chat: int | None = None


class State:
    """Everything the server remembers."""

    def __init__(self, token: str, limits: RateLimits, query_lifetime: float) -> None:
        self.token = token
        self.bot: JSON = {
            "id": int(token.partition(":")[0]),
            "is_bot": True,
            "first_name": "联助",
            "username": "lz_bot",
        }
        self.people: dict[int, Person] = {}
        self.files: dict[str, KeptFile] = {}
        self.sent: list[SentMessage] = []
        self.queries: dict[str, float] = {}
        self.answered: list[str] = []
        self.actions: list[tuple[int, str]] = []
        self.commands: list[JSON] = []
        self.faults: list[Fault] = []
        self.throttle = Throttle(limits)
        self.query_lifetime = query_lifetime
        self.changed = asyncio.Condition()
        self._numbers = itertools.count(1)

    def number(self) -> int:
        """A number never given out before; message ids, file ids and query ids are all made of it."""
        return next(self._numbers)

    async def notify(self) -> None:
        """Wake whoever waits for something to happen."""
        async with self.changed:
            self.changed.notify_all()

    def keep(self, kind: str, content: bytes | None, size: int, name: str = "", mime: str = "") -> KeptFile:
        """Put a file on the server."""
        file = KeptFile(f"{kind}-{self.number()}", kind, size, content, name, mime)
        self.files[file.file_id] = file
        return file

    def fault(self, method: str, chat: int | None) -> Fault | None:
        """The fault that strikes this call, if any; it is used up."""
        for fault in self.faults:
            if method.lower().startswith(fault.method.lower()) and fault.chat in (None, chat):
                fault.times -= 1
                if fault.times <= 0:
                    self.faults.remove(fault)
                return fault
        return None
