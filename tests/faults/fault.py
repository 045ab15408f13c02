"""What can go wrong, as a table, and a plan of when: the same seed, the same plan."""

from __future__ import annotations

import asyncio
import contextlib
import resource
import signal
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from random import Random
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from tests.faults.scene import Scene

Strike = Callable[["Scene", Random], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong. `needs` are what the house must have for it."""

    name: str
    strike: Strike
    needs: frozenset[str] = frozenset()
    slow: bool = False
    """Whether it holds somebody up for so long that a short run has no time for it."""


@dataclass(frozen=True, slots=True)
class Planned:
    """A fault and when it strikes, in seconds from the beginning."""

    at: float
    fault: Fault


async def killed(scene: Scene, chance: Random) -> None:
    await scene.kill(chance.choice(await scene.victims()))


async def stalled(scene: Scene, chance: Random) -> None:
    victim = chance.choice(await scene.victims())
    with scene.signalled(victim, signal.SIGSTOP, signal.SIGCONT):
        await asyncio.sleep(chance.uniform(0.5, 3))


async def no_database(scene: Scene, chance: Random) -> None:
    assert scene.postgres is not None
    async with scene.alone:
        await asyncio.to_thread(scene.postgres.stop)
        await asyncio.sleep(chance.uniform(0, 2))
        await asyncio.to_thread(scene.postgres.start)


async def no_redis(scene: Scene, chance: Random) -> None:
    assert scene.redis is not None
    await asyncio.to_thread(scene.redis.stop)
    await asyncio.sleep(chance.uniform(1, scene.longest))
    await asyncio.to_thread(scene.redis.start)


async def disk_full(scene: Scene, chance: Random) -> None:
    """No file of the process may grow any more: the kernel's own refusal, and SQLite's own error."""
    victim = (await scene.victims())[0]
    endless = resource.RLIM_INFINITY
    resource.prlimit(victim, resource.RLIMIT_FSIZE, (4096, endless))
    await asyncio.sleep(chance.uniform(1, 3))
    with contextlib.suppress(ProcessLookupError):  # another fault may have killed it meanwhile
        resource.prlimit(victim, resource.RLIMIT_FSIZE, (endless, endless))


async def limited(scene: Scene, chance: Random) -> None:
    scene.api.fail("flood", times=chance.randint(1, 6), retry_after=chance.randint(1, 3))


async def failing(scene: Scene, chance: Random) -> None:
    scene.api.fail("error", times=chance.randint(1, 6))


async def half_replies(scene: Scene, chance: Random) -> None:
    scene.api.fail("cut", times=chance.randint(1, 4))


async def silent(scene: Scene, chance: Random) -> None:
    scene.api.fail("hang", times=chance.randint(1, 2))


async def polling_fails(scene: Scene, chance: Random) -> None:
    for kind in ("cut", "error", "flood"):
        scene.api.fail(kind, times=1, method="getUpdates")


async def again_and_out_of_order(scene: Scene, chance: Random) -> None:
    """What somebody sent lately comes twice more, later things first."""
    for phone in scene.phones:
        lately = phone.updates[-4:] * 2
        chance.shuffle(lately)
        for update in lately:
            await phone.user.replay(update)


FAULTS = (
    Fault("a process is killed (kill -9)", killed),
    Fault("a process stands still for seconds", stalled),
    Fault("the database is cut off and started again", no_database, frozenset({"postgresql"})),
    Fault("Redis is gone for a while", no_redis, frozenset({"redis"})),
    Fault("the disk is full for seconds", disk_full, frozenset({"sqlite"})),
    Fault("Telegram answers 429", limited),
    Fault("Telegram answers 500", failing),
    Fault("Telegram's answers break off half-way", half_replies),
    Fault("Telegram does not answer at all", silent, slow=True),
    Fault("Telegram's updates do not come", polling_fails),
    Fault("updates come three times and out of order", again_and_out_of_order),
)


def plan(chance: Random, has: frozenset[str], seconds: float, *, slow: bool, rounds: int = 1) -> list[Planned]:
    """Every fault that this house can have, `rounds` times, at moments drawn by chance."""
    fitting = [fault for fault in FAULTS if fault.needs <= has and (slow or not fault.slow)]
    return sorted((Planned(chance.uniform(0, seconds), each) for each in fitting * rounds), key=lambda each: each.at)
