"""What every route of the desk is given."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from desk.office import Office
from locales.text import SOURCE, Say, Texts


@dataclass(frozen=True, slots=True)
class Parts:
    """The port to the house, the texts, a clock that gives aware times, and the sign that the server is stopping."""

    office: Office
    texts: Texts
    now: Callable[[], datetime]
    closing: asyncio.Event

    def say(self, languages: tuple[str, ...] = ()) -> Say:
        """The texts of the first of these languages that there are texts for; Chinese if there are none."""
        return self.texts.say(next((each for each in languages if each in self.texts.languages), SOURCE))
