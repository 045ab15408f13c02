"""Whether this process can do its work: what beats, what can be reached, and what is wrong otherwise."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass

FRESH = 0.5
"""Seconds for which an answer is good, so that whoever asks often costs nothing."""
PATIENCE = 2.0
"""Seconds in which a part must answer."""
Check = Callable[[], Awaitable[str]]
"""Says what is wrong, in words without personal data; empty when all is well."""


@dataclass(frozen=True, slots=True)
class Part:
    """One part of the program. A soft one may be ill without the whole being so."""

    name: str
    wrong: str = ""
    soft: bool = False

    @property
    def ok(self) -> bool:
        return not self.wrong


class Pulse:
    """Loops that must go on turning. Each says with every turn how soon the next must come, in seconds."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._until: dict[str, float] = {}

    def beat(self, part: str, within: float) -> None:
        self._until[part] = self._clock() + within

    def parts(self) -> list[Part]:
        now = self._clock()
        return [
            Part(name, f"has not turned for {now - until:.0f} s too long" if until < now else "")
            for name, until in self._until.items()
        ]


class Health:
    """`checks` are asked at most every FRESH seconds; those named in `soft` only tell."""

    def __init__(self, pulse: Pulse, checks: Mapping[str, Check], soft: frozenset[str] = frozenset()) -> None:
        self._pulse = pulse
        self._checks = checks
        self._soft = soft
        self._known: list[Part] = []
        self._known_until = 0.0
        self._asking = asyncio.Lock()

    async def parts(self) -> list[Part]:
        """Every part, and what is wrong with it."""
        async with self._asking:
            if time.monotonic() >= self._known_until:
                self._known = list(await asyncio.gather(*(self._ask(name) for name in self._checks)))
                self._known_until = time.monotonic() + FRESH
        return [*self._known, *self._pulse.parts()]

    async def _ask(self, name: str) -> Part:
        try:
            async with asyncio.timeout(PATIENCE):
                wrong = await self._checks[name]()
        except TimeoutError:
            wrong = f"does not answer within {PATIENCE:.0f} s"
        except Exception as error:  # whatever a library raises: the part cannot be used
            wrong = f"cannot be used ({type(getattr(error, 'orig', None) or error).__name__})"
        return Part(name, wrong, name in self._soft)
