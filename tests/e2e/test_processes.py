"""Many processes on PostgreSQL and Redis serve one house: whoever dies is missed by nobody."""

from __future__ import annotations

import asyncio
import os
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest
import pytest_asyncio

from tests import postgres as servers
from tests.postgres import Postgres, fresh
from tests.process import GUARD, NEED, Programs, Running
from tests.redis import RedisServer, running
from tests.telegram_town import TelegramTown, filed, wait_for
from tests.waiting import eventually
from tests.web_town import Patient, WebTown

RESIDENTS = 8


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    with running() as server:
        yield server


@pytest_asyncio.fixture
async def house(programs: Programs, postgres: Postgres, redis: RedisServer) -> AsyncIterator[Programs]:
    """Programs of one house on PostgreSQL and Redis."""
    async with fresh(postgres) as url:
        programs.settings |= {"database_url": url, "redis_url": redis.url, "gather_seconds": 0}
        yield programs
        await programs.close()


def members(fleet: Running) -> list[int]:
    """The process ids of a fleet's members."""
    leader = fleet.process.pid
    return [int(each) for each in Path(f"/proc/{leader}/task/{leader}/children").read_text().split()]


async def served(house: Programs, *arguments: str) -> tuple[Running, WebTown]:
    fleet = await house.start("serve", *arguments)
    await fleet.line("desk: ")
    return fleet, WebTown(house, await fleet.line("chat: "))


async def test_every_need_is_one_ticket_when_processes_die_under_load(house: Programs) -> None:
    fleet, town = await served(house, "--processes", "3")
    await eventually(lambda: len(members(fleet)) == 3, GUARD)
    people = []
    for _ in range(RESIDENTS):
        http = await town.opened.enter_async_context(httpx.AsyncClient(base_url=town.url, timeout=GUARD))
        await http.get("/")
        people.append(Patient(http))

    async def death() -> None:
        for victim in members(fleet)[:2]:
            await asyncio.sleep(1)
            os.kill(victim, signal.SIGKILL)

    numbers, _ = await asyncio.gather(asyncio.gather(*(person.asks(NEED) for person in people)), death())
    listed = await house.ask("tickets", "list")
    assert sorted(numbers) == sorted(each["number"] for each in listed)
    assert len(set(numbers)) == RESIDENTS
    for person, number in zip(people, numbers, strict=True):
        assert person.read.count(f"{number}") == person.lines[-1]["text"].count(number)
        assert [line["id"] for line in person.lines] == sorted({line["id"] for line in person.lines})
    await eventually(lambda: len(members(fleet)) == 3, GUARD)
    ended = await fleet.stop()
    assert ended.status == 0
    await town.opened.aclose()


async def test_nobody_goes_on_when_the_process_that_started_them_is_killed(house: Programs) -> None:
    fleet, _ = await served(house, "--processes", "2")
    left = members(fleet)
    await fleet.kill()
    await eventually(lambda: not any(Path(f"/proc/{each}/cmdline").exists() for each in left), GUARD)


async def test_the_others_go_on_when_one_dies_while_the_database_is_away(programs: Programs) -> None:
    folder = Path(tempfile.mkdtemp(prefix="lianzhu-away-"))
    with servers.running(folder, servers.SAFE) as server:
        async with fresh(server) as url:
            programs.settings |= {"database_url": url, "gather_seconds": 0}
            fleet, town = await served(programs, "--processes", "2")
            await eventually(lambda: len(members(fleet)) == 2, GUARD)
            server.stop()
            os.kill(members(fleet)[0], signal.SIGKILL)
            await fleet.until(lambda: [line for line in fleet.err if "ended with status 2" in line])
            server.start()
            await eventually(lambda: len(members(fleet)) == 2, GUARD)
            async with httpx.AsyncClient(base_url=town.url, timeout=GUARD) as http:
                await http.get("/")
                await Patient(http).asks(NEED)
            assert (await fleet.stop()).status == 0


@dataclass(frozen=True, slots=True)
class Asked:
    """A part of the house, as whoever looks after it asks it at its own port."""

    url: str
    loops: set[str]

    async def reads(self, path: str) -> httpx.Response:
        async with httpx.AsyncClient(timeout=GUARD) as http:
            return await http.get(f"{self.url}{path}")

    async def is_ready(self) -> bool:
        """Whether it tells of its own loops, and of no others."""
        ready = (await self.reads("/readyz")).json()
        return bool(ready["ok"]) and set(ready["parts"]) == {"database", "redis", *self.loops}


async def asked(house: Programs, loops: set[str], *arguments: str) -> Asked:
    """Start a part and find out where it answers."""
    started = await house.start("serve", *arguments)
    await started.line("lianzhu")
    told = await started.until(lambda: [line for line in started.out if line.startswith(("chat: ", "ready: "))])
    return Asked(told[0].split(" ")[1].removesuffix("readyz").rstrip("/"), loops)


async def test_a_need_goes_all_the_way_when_every_part_is_a_process_of_its_own(
    house: Programs, telegram_town: TelegramTown
) -> None:
    api = telegram_town.api
    house.settings |= {"telegram_token": api.token, "telegram_api": api.url}
    relay = await asked(house, {"relay", "relay-telegram"}, "--role", "relay", "--processes", "2")
    clocks = [await asked(house, {"gather", "clock"}, "--role", "clock") for _ in range(2)]
    web = await asked(house, set(), "--role", "web")
    resident = api.user()
    await filed(resident)
    assert [each["number"] for each in await house.ask("tickets", "list")] == ["LZ1001"]
    for part in (relay, *clocks, web):
        await eventually(part.is_ready, GUARD)
        assert (await part.reads("/healthz")).json() == {"ok": True}
        assert (await part.reads("/")).status_code == (200 if part is web else 404)
    assert 'lianzhu_sends_total{channel="telegram",result="sent"}' in (await relay.reads("/metrics")).text


async def test_updates_are_taken_by_the_next_process_when_the_poller_is_killed(
    house: Programs, telegram_town: TelegramTown
) -> None:
    api = telegram_town.api
    house.settings |= {"telegram_token": api.token, "telegram_api": api.url}
    first = await house.serve()
    second = await house.serve()
    resident = api.user()
    await resident.say("你好")
    await wait_for(resident, "联助")
    await first.kill()
    await filed(resident)
    assert not any("terminated by other getUpdates" in line for line in (*first.err, *second.err))


async def test_start_is_refused_when_sqlite_should_serve_several_processes(programs: Programs) -> None:
    for arguments in (("--processes", "2"), ("--role", "web")):
        ended = await programs.run("serve", *arguments)
        assert (ended.status, ended.out) == (2, "")
        assert "LIANZHU_DATABASE_URL=postgresql://" in ended.err
