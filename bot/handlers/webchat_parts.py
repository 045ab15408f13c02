"""What the web chat's routes are given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from bot.message import Files, Inbox, Mailbox
from bot.throttle import Streams, Throttle


@dataclass(frozen=True, slots=True)
class Parts:
    """The ports of the web chat. `now` gives an aware time; `closing` is set when the server is about to stop."""

    inbox: Inbox
    mailbox: Mailbox
    files: Files
    now: Callable[[], datetime]
    closing: asyncio.Event
    throttle: Throttle
    streams: Streams
