"""Signals between the processes of a house: that there is something to send, to answer, or to show on somebody's page.

A signal only makes somebody look earlier than they would have, so any of them may be lost.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Iterable
from typing import Protocol

from bot.message import Address
from bot.senders.mailbox import Bell

WORK = "work"
"""Messages were put in the outbox, with the channel of whoever is answered."""
GATHERED = "gathered"
"""Messages wait for the rest of a need."""
SOON = 0.05
"""Seconds after which channels look for what a turn of another channel had for them, mostly for staff. They look once
for all turns of that time, so that a busy channel does not make the others look at every message of its own."""


class Wire(Protocol):
    """A way to all processes of a house."""

    def tell(self, signal: str) -> None:
        """Send a signal to every process, as soon as that is possible; never waits, never raises."""
        ...

    async def run(self, heard: Callable[[str], None]) -> None:
        """Carry signals until cancelled. `heard` gets each one, and "" when some may have been missed."""
        ...

    def carries(self) -> bool:
        """Whether the others' signals are heard, as far as this process knows without asking."""
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

    def carries(self) -> bool:
        return False

    async def alive(self) -> bool:
        return True

    async def close(self) -> None:
        """Nothing to close."""


class Signals:
    """What this process tells itself at once and the others by wire: those who show pages always, and those who send or
    answer only where this one does not. Else all would look for what one of them does anyway."""

    def __init__(self, wire: Wire, bell: Bell) -> None:
        self.wire = wire
        self.gather = asyncio.Event()
        self.gathers = False
        """Whether gathered messages are answered by this process."""
        self._bell = bell
        self._relays: list[tuple[frozenset[str], asyncio.Event]] = []
        self._others: set[asyncio.Event] = set()

    def relay(self, channels: Collection[str]) -> asyncio.Event:
        """Set whenever there may be something to send by these channels. It is for one relay alone: whoever clears it
        keeps no other from hearing."""
        event = asyncio.Event()
        self._relays.append((frozenset(channels), event))
        return event

    def work(self, address: Address) -> None:
        """Somebody was written to, and with them perhaps others on any channel."""
        self._work(address.channel)
        if not any(address.channel in channels for channels, _ in self._relays):
            self.wire.tell(f"{WORK} {address.channel}")

    def gathered(self) -> None:
        """Somebody wrote what is not answered yet."""
        self.gather.set()
        if not self.gathers:
            self.wire.tell(GATHERED)

    def ring(self, address: Address) -> None:
        """Something was put in the mailbox of this address."""
        self._bell.ring(address)
        self.wire.tell(f"ring {address}")

    def heard(self, signal: str) -> None:
        """A signal by wire, also one's own."""
        kind, _, about = signal.partition(" ")
        if kind == "ring":
            self._bell.ring(Address.parse(about))
        if kind == WORK:
            self._work(about)
        if not kind:
            self._bell.ring_all()
            self._wake(event for _, event in self._relays)
        if kind in (GATHERED, ""):
            self.gather.set()

    def _work(self, channel: str) -> None:
        self._wake(event for channels, event in self._relays if channel in channels)
        if not self._others:
            asyncio.get_running_loop().call_later(SOON, self._wake_others)
        self._others |= {event for channels, event in self._relays if channel not in channels}

    def _wake_others(self) -> None:
        others, self._others = self._others, set()
        self._wake(others)

    def _wake(self, events: Iterable[asyncio.Event]) -> None:
        for event in events:
            event.set()
