"""What every route of the desk is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from bot.throttle import MemoryThrottle, Streams, Throttle
from desk.office import Office
from locales.text import SOURCE, Say, Texts

DESK_STREAMS = 12
"""Open pages of one member of staff that are told news: some keep a page for each ticket of the day."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The port to the house, the texts, a clock that gives aware times, the sign that the server is stopping, and who
    does something too often."""

    office: Office
    texts: Texts
    now: Callable[[], datetime]
    closing: asyncio.Event
    throttle: Throttle = field(default_factory=MemoryThrottle)
    streams: Streams = field(default_factory=lambda: Streams(DESK_STREAMS))

    def say(self, languages: tuple[str, ...] = ()) -> Say:
        """The texts of the first of these languages that there are texts for; Chinese if there are none."""
        return self.texts.say(next((each for each in languages if each in self.texts.languages), SOURCE))
