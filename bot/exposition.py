"""What `/metrics` shows: the counters of this process, or of all that share a folder, and numbers read from the
database, at most every few seconds."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from prometheus_client import CollectorRegistry, ProcessCollector, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead
from sqlalchemy.ext.asyncio import AsyncConnection

from bot import metric
from bot.metric import Read, yes_no
from storage import count
from storage.database import Database, StorageError

FRESH = 5.0
"""Seconds for which what was read from the database is shown again."""
LOOK_EVERY = 0.5
SHARED = "PROMETHEUS_MULTIPROC_DIR"
Values = Mapping[Read, Mapping[tuple[str, ...], float]]


@dataclass
class Exposition:
    """The page of numbers."""

    database: Database
    now: Callable[[], datetime]
    _values: Values = field(default_factory=dict)
    _good_until: float = 0.0
    _reading: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def page(self) -> bytes:
        """In Prometheus' text format."""
        async with self._reading:
            if time.monotonic() >= self._good_until:
                self._values = await self._read()
                self._good_until = time.monotonic() + FRESH
        return generate_latest(_counted()) + generate_latest(_House(self._values))

    async def _read(self) -> Values:
        try:
            async with self.database.read() as connection:
                return await house(connection, self.now())
        except (StorageError, OSError):
            return {metric.READABLE: {(): 0}}


async def house(connection: AsyncConnection, now: datetime) -> Values:
    """What stands in the database."""
    unsent, overdue = await count.unsent(connection, now), await count.overdue(connection, now)
    tickets = await count.open_tickets(connection)
    return {
        metric.READABLE: {(): 1},
        metric.OUTBOX: {
            (each.channel, yes_no(each.urgent), state): number
            for each in unsent
            for state, number in (("due", each.due), ("held", each.held))
        },
        metric.OLDEST: {
            (each.channel, yes_no(each.urgent)): (now - each.oldest).total_seconds() for each in unsent if each.oldest
        },
        metric.TICKETS: {(state, yes_no(urgent)): number for (state, urgent), number in tickets.items()},
        metric.OVERDUE: {(yes_no(each.urgent),): each.count for each in overdue},
        metric.CLOCK_LAG: {(): max([(now - each.oldest).total_seconds() for each in overdue], default=0.0)},
    }


async def watch(database: Database) -> None:
    """Until cancelled: how late the event loop turns, and what this process holds."""
    clock = asyncio.get_running_loop().time
    while True:
        look(database)
        before = clock()
        await asyncio.sleep(LOOK_EVERY)
        metric.LOOP_LAG.observe(max(0.0, clock() - before - LOOK_EVERY))


def look(database: Database) -> None:
    """Note memory and connections as they are now."""
    for family in ProcessCollector(registry=None).collect():
        if family.name == "process_resident_memory_bytes":
            metric.MEMORY.set(family.samples[0].value)
    pool = database.engine.pool
    for state in ("checkedout", "checkedin"):
        if hasattr(pool, state):  # of pools that keep connections
            metric.CONNECTIONS.labels("used" if state == "checkedout" else "idle").set(getattr(pool, state)())


@contextmanager
def shared(folder: Path) -> Iterator[Path]:
    """An empty folder in which processes count together while they run, as SHARED in their environment names it."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700, parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def forget(process: int, folder: Path) -> None:
    """A process has ended: what it counted stays, what it held (memory, connections) goes."""
    mark_process_dead(process, str(folder))  # type: ignore[no-untyped-call]  # prometheus_client has no types there


def _counted() -> CollectorRegistry:
    if SHARED not in os.environ:
        return metric.REGISTRY
    together = CollectorRegistry()
    MultiProcessCollector(together)  # type: ignore[no-untyped-call]  # prometheus_client has no types there
    return together


@dataclass(frozen=True)
class _House(CollectorRegistry):
    values: Values

    def collect(self) -> Iterable[Metric]:
        for read, numbers in self.values.items():
            family = GaugeMetricFamily(read.name, read.help, labels=read.labels)
            for labels, number in numbers.items():
                family.add_metric(labels, number)
            yield family
