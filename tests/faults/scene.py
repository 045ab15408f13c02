"""A house with people in it, on which faults are let loose."""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import itertools
import logging
import os
import signal
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

import httpx

from bot.house import open_house
from bot.message import Address
from bot.settings import Settings
from casework import roster
from casework.staff import Role
from storage import staff as staff_store
from storage.seal import written
from tests.browser import free_port
from tests.fakes.bot_api import FakeBotApi
from tests.faults import checker, stored
from tests.faults.evidence import Violation, Witness
from tests.faults.fault import Planned
from tests.faults.life import PLACES, Page, Phone, lives, works
from tests.keys import KEY
from tests.postgres import Postgres
from tests.process import GUARD, Programs, Running
from tests.redis import RedisServer
from tests.waiting import eventually
from tests.web_town import Patient

log = logging.getLogger(__name__)
STARTS = 20
WEB_EVERY = 3
"""Every third resident is on the web, the others on Telegram."""


@dataclass
class Scene:
    """Everything that a fault may strike."""

    programs: Programs
    api: FakeBotApi
    postgres: Postgres | None = None
    redis: RedisServer | None = None
    database: str = ""
    """Where the database is for whoever reads it by SQL: a file or postgresql://…"""
    processes: int = 1
    patience: float = 60.0
    longest: float = 4.0
    """Seconds for which Redis may be gone."""
    serving: Running | None = None
    port: int = field(default_factory=free_port)
    phones: list[Phone] = field(default_factory=list)
    pages: list[Page] = field(default_factory=list)
    struck: Counter[str] = field(default_factory=Counter)
    alone: asyncio.Lock = field(default_factory=asyncio.Lock)
    """Held while there is no database: two of these at once would undo each other."""

    @property
    def has(self) -> frozenset[str]:
        found = {"postgresql"} if self.postgres else {"sqlite"}
        return frozenset(found | ({"redis"} if self.redis else set()))

    async def start(self) -> None:
        many = ("--processes", str(self.processes)) if self.processes > 1 else ()
        self.serving = await self.programs.start("serve", *many, port=self.port)
        await self.serving.line("desk: ")

    async def victims(self) -> list[int]:
        """The ids of the processes that do the work."""
        assert self.serving is not None
        if self.processes == 1:
            return [self.serving.process.pid]
        leader = self.serving.process.pid
        await eventually(lambda: children_of(leader), GUARD)
        return children_of(leader)

    async def kill(self, victim: int) -> None:
        """A fleet starts its dead again; a single process is started again here, as a service manager does it."""
        assert self.serving is not None
        if self.processes > 1:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGKILL)
            return
        async with self.alone:
            await self.serving.kill()
            await self._start_again()

    async def _start_again(self) -> None:
        """It refuses to start while another fault leaves it no disk, and is started once more."""
        for _ in range(STARTS):
            with contextlib.suppress(AssertionError):
                return await self.start()
            await asyncio.sleep(1)
        raise AssertionError(f"it does not start any more: {self.last_words()}")

    @contextlib.contextmanager
    def signalled(self, victim: int, first: signal.Signals, then: signal.Signals) -> Iterator[None]:
        with contextlib.suppress(ProcessLookupError):
            os.kill(victim, first)
        try:
            yield
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, then)

    def last_words(self) -> list[str]:
        """What the processes have complained about lately."""
        return [line for running in self.programs.started for line in running.err[-100:]]

    async def settled(self) -> bool:
        """Whether nothing is on its way any more, neither in nor out."""
        if self.api.pending:
            return False
        rows = (await stored.read(self.database, KEY)).outbox
        return all(row["sent_at"] or row["parked_at"] or stored.waits_for_morning(row) for row in rows)


def children_of(process: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


async def populate(scene: Scene) -> None:
    """One worker in every county, bound to a telephone."""
    url = str(scene.programs.settings.get("database_url", ""))
    folder, key = scene.programs.folder, written(KEY)
    settings = Settings(_env_file=None, data_dir=folder, database_url=url, key=key)  # type: ignore[call-arg,arg-type]
    async with open_house(settings) as house:
        for area in PLACES:
            phone = Phone(scene.api.user(name=f"王芳{area}"), scene.patience)
            async with house.database.write() as connection:
                person = await staff_store.add(connection, f"王芳{area}", Role.WORKER, area)
                await roster.joined(house.book(connection), person)
                await staff_store.bind(connection, person.id, Address("telegram", str(phone.user.id)))
            scene.phones.append(phone)


@contextlib.asynccontextmanager
async def opened(scene: Scene) -> AsyncIterator[Scene]:
    """The house with its people, until the block ends."""
    scene.programs.settings |= {
        "telegram_token": scene.api.token,
        "telegram_api": scene.api.url,
        "gather_seconds": 0.3,
        "key": written(KEY),
    }
    await populate(scene)
    await scene.start()
    try:
        yield scene
    finally:
        await scene.programs.close()


async def endure(scene: Scene, planned: list[Planned], chance: Random, rounds: int = 1) -> list[Violation]:
    """Let everybody live while the faults strike; what was broken in the end."""
    async with contextlib.AsyncExitStack() as browsers:
        people = itertools.count()
        living = [
            asyncio.create_task(_lived(scene, browsers, worker, place, people, rounds))
            for worker, place in zip(list(scene.phones), PLACES.values(), strict=True)
        ]
        striking = asyncio.create_task(_strike(scene, planned, chance))
        await asyncio.gather(*living)
        await striking
        with contextlib.suppress(TimeoutError):
            await eventually(scene.settled, scene.patience, every=0.2)
        for page in scene.pages:
            await page.visitor.catch_up()
        for person in (*scene.phones, *scene.pages):
            person.remember()
        witnesses: list[Witness] = [person.witness for person in (*scene.phones, *scene.pages)]
        broken = checker.check(await stored.read(scene.database, KEY), witnesses)
        if broken:
            log.warning("the program said: %s", "\n".join(scene.last_words()))
        return broken


async def _resident(scene: Scene, browsers: contextlib.AsyncExitStack, number: int) -> Phone | Page:
    if number % WEB_EVERY:
        phone = Phone(scene.api.user(name=f"居民{number}"), scene.patience)
        scene.phones.append(phone)
        return phone
    url = f"http://127.0.0.1:{scene.port}"
    http = await browsers.enter_async_context(httpx.AsyncClient(base_url=url, timeout=10, trust_env=False))
    await http.get("/")
    digest = hashlib.sha256(http.cookies["lianzhu_session"].encode()).hexdigest()[:24]
    page = Page(Patient(http, patience=scene.patience), f"webchat:{digest}")
    scene.pages.append(page)
    return page


async def _lived(
    scene: Scene,
    browsers: contextlib.AsyncExitStack,
    worker: Phone,
    place: str,
    people: itertools.count[int],
    rounds: int,
) -> None:
    """One worker's day: need after need, each of somebody else."""
    try:
        for round_ in range(rounds):
            number = next(people)
            resident = await _resident(scene, browsers, number)
            async with asyncio.TaskGroup() as both:
                both.create_task(lives(resident, place, number, round_))
                both.create_task(works(worker, round_))
    except* (AssertionError, TimeoutError) as error:
        log.info("somebody gave up: %s", error.exceptions)


async def _strike(scene: Scene, planned: list[Planned], chance: Random) -> None:
    clock = asyncio.get_running_loop().time
    begin = clock()
    async with asyncio.TaskGroup() as strikes:
        for each in planned:
            await asyncio.sleep(max(0.0, begin + each.at - clock()))
            log.info("%.1f s: %s", clock() - begin, each.fault.name)
            scene.struck[each.fault.name] += 1
            strikes.create_task(each.fault.strike(scene, chance))
