"""Signals between the processes of a house: that there is something to send, to answer, or to show on somebody's page.

A signal only makes somebody look earlier than they would have, so any of them may be lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Protocol

from bot.message import Address
from bot.senders.mailbox import Bell

WORK = "work"
"""Messages were put in the outbox."""
GATHERED = "gathered"
"""Messages wait for the rest of a need."""


class Wire(Protocol):
    """A way to all processes of a house."""

    def tell(self, signal: str) -> None:
        """Send a signal to every process, as soon as that is possible; never waits, never raises."""
        ...

    async def run(self, heard: Callable[[str], None]) -> None:
        """Carry signals until cancelled. `heard` gets each one, and "" when some may have been missed."""
        ...

    async def alive(self) -> bool:
        """Whether signals get through at this moment."""
        ...

    async def close(self) -> None: ...


class NoWire:
    """For a house of one process, and for houses without a Redis: everybody looks by themselves."""

    def tell(self, signal: str) -> None:
        """Nobody else is there."""

    async def run(self, heard: Callable[[str], None]) -> None:
        await asyncio.Event().wait()

    async def alive(self) -> bool:
        return True

    async def close(self) -> None:
        """Nothing to close."""


class Signals:
    """What this process tells itself at once and the others by wire."""

    def __init__(self, wire: Wire, bell: Bell) -> None:
        self.wire = wire
        self.relay = asyncio.Event()
        self.gather = asyncio.Event()
        self._bell = bell

    def work(self, address: Address) -> None:
        """Somebody was written to."""
        self.relay.set()
        self.wire.tell(WORK)

    def gathered(self) -> None:
        """Somebody wrote what is not answered yet."""
        self.gather.set()
        self.wire.tell(GATHERED)

    def ring(self, address: Address) -> None:
        """Something was put in the mailbox of this address."""
        self._bell.ring(address)
        self.wire.tell(f"ring {address}")

    def heard(self, signal: str) -> None:
        """A signal by wire, also one's own."""
        kind, _, address = signal.partition(" ")
        if kind == "ring":
            self._bell.ring(Address.parse(address))
        if kind in (WORK, ""):
            self.relay.set()
        if kind in (GATHERED, ""):
            self.gather.set()
