"""How often somebody may do something: per person, and per address that they come from.

Behind one address there may sit a township office, a school or a whole village behind its carrier's translation (NAT,
RFC 6269 section 13.1 warns of exactly this): there a limit must never let one lock out the others. So what one person
may do is small, what one address may do is what some hundreds of people do at once, and a try that is refused for the
person is not charged to their neighbours.
"""

from __future__ import annotations

import ipaddress
import time
from collections import Counter, OrderedDict
from collections.abc import AsyncGenerator, Callable, Mapping
from dataclasses import dataclass
from typing import Protocol

MOST_KEYS = 100_000
"""Keys remembered in memory, about 20 MB; beyond them the one that was quiet for longest is forgotten."""
STREAMS = 6
"""Open pages of one person that are told news: a telephone, a computer, and a few tabs of each."""
STREAMS_OF_ADDRESS = 1000
"""The same of all who come from one address: a village behind its router, a quarter of a town behind its carrier's."""


@dataclass(frozen=True, slots=True)
class Limit:
    """`times` at once, and as many again over `seconds`."""

    times: int
    seconds: float


@dataclass(frozen=True, slots=True)
class Rule:
    """What one person may do, and all who come from one address together; None where that is not counted."""

    person: Limit | None
    address: Limit | None


RULES: Mapping[str, Rule] = {
    # Nobody guesses 192 bits; this keeps whoever tries from keeping the database busy. An office comes in at once.
    "sign-in": Rule(None, Limit(60, 600)),
    # Six digits are guarded by the lock of the account; this is for whoever goes from account to account.
    "second-factor": Rule(Limit(15, 600), Limit(90, 600)),
    # Somebody upset writes ten lines in a minute, with photographs between them.
    "message": Rule(Limit(40, 60), Limit(1200, 60)),
    "file": Rule(Limit(30, 300), Limit(600, 300)),
    # A page asks when it opens and when it comes back: from sleep, from another page, from a dead spot.
    "news": Rule(Limit(60, 60), Limit(1800, 60)),
    # Each is one telephone that opens the chat for the first time.
    "session": Rule(None, Limit(300, 600)),
}
"""What is limited. Whoever is over is told how long to wait, and nothing they typed is lost."""


class Throttle(Protocol):
    """Counts what is done under a key. One for all processes, or one for each."""

    async def allow(self, key: str, limit: Limit) -> float:
        """Count one more under `key`. 0.0 if it may be done; otherwise it is not counted, and the answer is the seconds
        after which it may."""
        ...


class MemoryThrottle:
    """`Throttle` of one process, as a token bucket in its one-number form (GCRA, ITU-T I.371): for each key the moment
    at which its bucket is full again."""

    def __init__(self, clock: Callable[[], float] = time.monotonic, most: int = MOST_KEYS) -> None:
        self._clock = clock
        self._most = most
        self._full_at: OrderedDict[str, float] = OrderedDict()

    async def allow(self, key: str, limit: Limit) -> float:
        now, each = self._clock(), limit.seconds / limit.times
        full_at = max(self._full_at.get(key, now), now)
        wait = full_at - now - (limit.seconds - each)
        # Sums of fractions are not exact, and nobody is sent away for a nanosecond.
        if wait > 1e-6:
            return wait
        self._full_at[key] = full_at + each
        self._full_at.move_to_end(key)
        while len(self._full_at) > self._most:
            self._full_at.popitem(last=False)
        return 0.0


async def wait_for(throttle: Throttle, what: str, *, person: str = "", address: str = "") -> float:
    """Seconds to wait before this is done, 0.0 for now. An empty `person` or `address` is not counted."""
    rule = RULES[what]
    for kind, key, limit in (("person", person, rule.person), ("address", address, rule.address)):
        if key and limit is not None and (wait := await throttle.allow(f"{what}|{kind}|{key}", limit)):
            return wait
    return 0.0


def address_of(host: str | None) -> str:
    """What is counted as one address: an IPv4 address, the /64 of an IPv6 address (what one household is given,
    RFC 6177). Empty for this machine itself: that is a proxy that nobody named, behind which everybody looks alike."""
    try:
        found = ipaddress.ip_address(host or "")
    except ValueError:
        return ""
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    found = mapped or found
    if found.is_loopback:
        return ""
    return str(found) if found.version == 4 else str(ipaddress.ip_network(f"{found}/64", strict=False))


class Streams:
    """How many pages of each person, and of each address, are told news by this process. An empty address is not
    counted."""

    def __init__(self, most: int = STREAMS, most_of_address: int = STREAMS_OF_ADDRESS) -> None:
        self._most = most
        self._most_of_address = most_of_address
        self._open: Counter[str] = Counter()

    def full(self, person: str, address: str = "") -> bool:
        return self._open[person] >= self._most or (bool(address) and self._open[address] >= self._most_of_address)

    def enter(self, *keys: str) -> None:
        self._open.update(keys)

    def leave(self, *keys: str) -> None:
        self._open.subtract(keys)
        for key in keys:
            if self._open[key] <= 0:
                del self._open[key]


async def counted(
    streams: Streams, person: str, lines: AsyncGenerator[str, None], address: str = ""
) -> AsyncGenerator[str, None]:
    """The same lines, while this page counts as one of the person's and of those from their address."""
    keys = [person, *([address] if address else [])]
    streams.enter(*keys)
    try:
        async for line in lines:
            yield line
    finally:
        streams.leave(*keys)
        await lines.aclose()
