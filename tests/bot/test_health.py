"""How the process does, as machines ask: alive, ready, and in numbers."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

import httpx
import pytest
from fastapi import FastAPI

from bot import exposition, metric
from bot.handlers import probe
from bot.health import Health, Part, Pulse
from bot.message import Address, Incoming, Outcome, Reply, Retry, Sent, Undeliverable
from bot.senders.relay import Relay
from bot.server import build_web
from storage import outbox
from tests.talk import Town

NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"


@asynccontextmanager
async def machine(town: Town, host: str = "127.0.0.1") -> AsyncIterator[httpx.AsyncClient]:
    """Somebody at `host` who asks over HTTP."""
    web = httpx.ASGITransport(build_web(town.app, None, asyncio.Event()), client=(host, 5))
    async with httpx.AsyncClient(transport=web, base_url="http://127.0.0.1:8080") as client:
        yield client


async def numbers(town: Town) -> dict[str, float]:
    """Every number by its name and labels."""
    async with machine(town) as client:
        page = (await client.get("/metrics")).text
    rows = [line.rsplit(" ", 1) for line in page.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, value in rows}


async def test_it_lives_and_is_ready_when_all_is_well(town: Town) -> None:
    town.app.pulse.beat("relay", 30)
    async with machine(town) as client:
        assert (await client.get("/healthz")).json() == {"ok": True}
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["ok"]) == (200, True)
    assert ready.json()["parts"] == {"database": {"ok": True}, "relay": {"ok": True}}


async def test_it_is_not_ready_when_the_database_is_of_another_shape(town: Town) -> None:
    async with town.app.database.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0003'")
    async with machine(town) as client:
        ready = await client.get("/readyz")
        assert (await client.get("/healthz")).status_code == 200
    assert ready.status_code == 503
    assert "is at version 0003" in ready.json()["parts"]["database"]["wrong"]


async def test_it_goes_on_when_a_newer_release_has_brought_the_database_further(town: Town) -> None:
    async with town.app.database.write() as connection:
        await connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    async with machine(town) as client:
        assert (await client.get("/readyz")).status_code == 200


async def test_it_is_not_ready_when_the_database_is_away(town: Town) -> None:
    async with town.app.database.write() as connection:
        await connection.exec_driver_sql("DROP TABLE alembic_version")
    async with machine(town) as client:
        ready = await client.get("/readyz")
    assert (ready.status_code, ready.json()["parts"]["database"]["ok"]) == (503, False)


async def test_the_part_is_named_when_a_loop_has_stopped_turning() -> None:
    now = 100.0
    pulse = Pulse(lambda: now)
    pulse.beat("relay", 30)
    pulse.beat("clock", 120)
    now = 140.0
    assert [(part.name, part.ok) for part in pulse.parts()] == [("relay", False), ("clock", True)]
    assert "10 s" in pulse.parts()[0].wrong
    pulse.beat("relay", 30)
    assert all(part.ok for part in pulse.parts())


async def test_it_is_ready_when_only_a_soft_part_is_ill() -> None:
    async def away() -> str:
        raise ConnectionRefusedError

    health = Health(Pulse(), {"redis": away}, frozenset({"redis"}))
    web = FastAPI()
    web.include_router(probe.router(health.parts, nothing))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://bot") as client:
        ready = await client.get("/readyz")
    assert ready.status_code == 200
    assert ready.json()["parts"]["redis"] == {"ok": False, "wrong": "cannot be used (ConnectionRefusedError)"}


async def nothing() -> bytes:
    return b""


async def test_one_question_reaches_the_database_when_many_ask_at_once() -> None:
    asked = 0

    async def check() -> str:
        nonlocal asked
        asked += 1
        await asyncio.sleep(0)
        return ""

    health = Health(Pulse(), {"database": check})
    answers = await asyncio.gather(*(health.parts() for _ in range(50)))
    assert (asked, answers[0]) == (1, [Part("database")])


@pytest.mark.parametrize(
    ("host", "headers", "status"),
    [
        ("127.0.0.1", {}, 200),
        ("::1", {}, 200),
        ("203.0.113.7", {}, 403),
        ("127.0.0.1", {"X-Forwarded-For": "127.0.0.1"}, 403),
        ("127.0.0.1", {"Forwarded": "for=127.0.0.1"}, 403),
        ("127.0.0.1", {"X-Forwarded-Proto": "https"}, 403),
        ("127.0.0.1", {"Host": "chat.example.org"}, 403),
        ("203.0.113.7", {"Authorization": "Bearer "}, 403),
    ],
)
async def test_numbers_are_for_this_machine_when_no_token_is_set(
    town: Town, host: str, headers: dict[str, str], status: int
) -> None:
    async with machine(town, host) as client:
        assert (await client.get("/metrics", headers=headers)).status_code == status


@pytest.mark.parametrize(("shown", "status"), [("Bearer 密7", 403), ("Bearer s3", 200), ("s3", 403), ("", 403)])
async def test_numbers_are_for_whoever_shows_the_token_when_one_is_set(shown: str, status: int) -> None:
    async def all_well() -> list[Part]:
        return []

    web = FastAPI()
    web.include_router(probe.router(all_well, nothing, "s3"))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(web), base_url="http://bot") as client:
        assert (await client.get("/metrics", headers={"Authorization": shown.encode()})).status_code == status


async def test_what_came_and_what_waits_is_counted_when_a_need_was_filed(town: Town) -> None:
    before = await numbers(town)
    await town.hire()
    resident = town.resident()
    await town.app.inbox.receive(Incoming(resident.address, "m1", town.clock(), NEED))
    await resident.presses("确认提交")
    after = await numbers(town)

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    assert grown('lianzhu_messages_total{channel="webchat",kind="text"}') == 1
    assert grown('lianzhu_handling_seconds_count{channel="webchat"}') == 1
    assert after['lianzhu_open_tickets{state="dispatched",urgent="no"}'] == 1
    assert after['lianzhu_outbox_messages{channel="desk",state="due",urgent="no"}'] >= 1
    assert after['lianzhu_outbox_oldest_seconds{channel="desk",urgent="no"}'] > 0
    assert after["lianzhu_house_readable"] == 1


class Channel:
    """A channel that answers as it is told."""

    def __init__(self, *outcomes: Outcome) -> None:
        self._outcomes = list(outcomes)

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        return self._outcomes.pop(0)

    async def close(self) -> None:
        """Nothing to close."""


async def test_what_became_of_messages_is_counted_when_they_are_sent(town: Town) -> None:
    before = await numbers(town)
    async with town.app.database.write() as connection:
        for who in ("a", "b", "c"):
            await outbox.put(connection, Address("telegram", who), [Reply("您好")], town.clock(), urgent=True)
    channel = Channel(Sent(), Retry("429 from Telegram", 60), Undeliverable("blocked"))
    await Relay(town.app.database, {"telegram": channel}, town.clock, asyncio.Event()).drain()
    after = await numbers(town)

    def grown(name: str) -> float:
        return after.get(name, 0) - before.get(name, 0)

    for result in ("sent", "retry", "parked"):
        assert grown(f'lianzhu_sends_total{{channel="telegram",result="{result}"}}') == 1
    assert grown('lianzhu_throttled_total{where="telegram"}') == 1
    assert grown('lianzhu_delivery_seconds_count{urgent="yes"}') == 1
    assert after['lianzhu_outbox_messages{channel="telegram",state="held",urgent="yes"}'] == 1


async def test_a_clock_that_nobody_looks_at_is_seen_when_it_ran_out(town: Town) -> None:
    await town.hire()
    resident = await town.resident().says(NEED)
    await resident.presses("确认提交")
    assert not [name for name in await numbers(town) if name.startswith("lianzhu_clocks_overdue")]
    town.clock.at += timedelta(days=7)
    late = await numbers(town)
    assert late['lianzhu_clocks_overdue{urgent="no"}'] == 1
    assert late["lianzhu_clock_lag_seconds"] > 3600
    await town.later()
    assert (await numbers(town))["lianzhu_clock_lag_seconds"] == 0


async def test_numbers_of_the_process_are_shown_when_the_database_is_away(town: Town) -> None:
    async with town.app.database.write() as connection:
        await connection.exec_driver_sql("ALTER TABLE outbox RENAME TO gone")
    shown = await numbers(town)
    assert shown["lianzhu_house_readable"] == 0
    assert "lianzhu_clock_lag_seconds" not in shown


async def test_every_number_has_its_name_in_the_list_when_it_is_shown(town: Town) -> None:
    exposition.look(town.app.database)
    async with machine(town) as client:
        shown = set(re.findall(r"^# TYPE (lianzhu_\w+) ", (await client.get("/metrics")).text, re.MULTILINE))
    made = {name for name in metric.names() if not name.endswith("_created")}
    assert {name for name in shown if not name.endswith("_created")} == made
