"""A clock that jumps an hour forward and back again: a machine that wakes up, a server of time that is wrong."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
import pytest_asyncio

from bot.message import Address, Outcome, Reply, Sent
from bot.senders.relay import HOLD
from bot.senders.relays import Relays
from catalogue.catalogue import Catalogue
from storage import outbox, session
from tests.talk import Town, open_town, types

HOUR = timedelta(hours=1)
NEED = "我妈八十了在木垒照壁山乡，要人上门做饭"


class Line:
    """A channel that remembers what it carried."""

    def __init__(self) -> None:
        self.texts: list[str] = []

    async def send(self, address: Address, reply: Reply, key: str) -> Outcome:
        self.texts.append(reply.text)
        return Sent(str(len(self.texts)))

    async def close(self) -> None:
        """Nothing to close."""


def relay(town: Town, line: Line) -> Relays:
    return town.app.relay({"telegram": line})


@pytest_asyncio.fixture
async def patient(tmp_path: Path, catalogue: Catalogue, database_url: str) -> AsyncIterator[Town]:
    """A bot that waits two seconds for the rest of a need."""
    async with open_town(tmp_path, catalogue, gather_seconds=2, database_url=database_url) as opened:
        await opened.hire()
        yield opened


async def test_an_answer_leaves_at_once_when_the_clock_goes_back_an_hour(town: Town) -> None:
    line = Line()
    await town.hire()
    await town.resident("1", "telegram").says(NEED)
    town.clock.at -= HOUR
    await relay(town, line).drain()
    assert any("助餐" in text for text in line.texts)


async def test_a_claim_of_the_dead_comes_back_when_the_clock_went_back_after_it(town: Town) -> None:
    line = Line()
    await town.hire()
    await town.resident("1", "telegram").says(NEED)
    async with town.app.database.write() as connection:
        assert await outbox.claim(connection, ["telegram"], town.clock(), HOLD, 10)
    town.clock.at -= HOUR
    await relay(town, line).drain()
    assert any("助餐" in text for text in line.texts)


async def test_what_waits_for_the_morning_goes_on_waiting_when_the_clock_goes_back(town: Town) -> None:
    line, address = Line(), Address("telegram", "1")
    async with town.app.database.write() as connection:
        later = outbox.Leave(town.clock() + 8 * HOUR, by_day=True)
        await outbox.put(connection, address, [Reply("早上好")], town.clock(), leave=later)
    town.clock.at -= HOUR
    await relay(town, line).drain()
    assert line.texts == []


async def test_gathered_messages_are_answered_when_the_clock_goes_back_an_hour(patient: Town) -> None:
    resident = await patient.resident().says(NEED, more=None)
    assert resident.heard == []
    patient.clock.at -= HOUR
    await patient.later(seconds=1)
    assert "助餐" in resident.text


@pytest.mark.parametrize("jumps", [(HOUR, -HOUR), (-HOUR, HOUR), (HOUR, -HOUR, HOUR, -HOUR)])
async def test_a_ticket_goes_all_the_way_once_when_the_clock_jumps_between_its_steps(
    town: Town, jumps: tuple[timedelta, ...]
) -> None:
    worker = town.worker(await town.hire())
    resident = town.resident()
    steps = (
        lambda: resident.says(NEED),
        lambda: resident.presses("确认提交"),
        lambda: worker.presses("接单"),
        lambda: worker.presses("完成"),
        lambda: worker.says("做了午饭"),
        lambda: resident.presses("解决了"),
        lambda: resident.presses("5 分"),
    )
    for number, step in enumerate(steps):
        await step()
        await town.later(seconds=1)
        town.clock.at += jumps[number % len(jumps)]
        await town.later(seconds=1)
    happened = types(await town.ticket())
    for kind in ("filed", "dispatched", "accepted", "done", "solved", "rated"):
        assert happened.count(kind) == 1, happened


async def test_reminders_come_once_when_the_clock_goes_back_after_them(town: Town) -> None:
    worker = town.worker(await town.hire())
    await town.resident().says("救命，我爸从房顶摔下来，头上流血不止，在木垒照壁山乡")
    await town.later(minutes=12)
    assert "还没人接" in worker.text
    town.clock.at -= HOUR
    for _ in range(6):
        await town.later(minutes=10)
    assert types(await town.ticket()).count("reminded") == 1


async def test_a_worker_stays_signed_in_when_the_clock_goes_back(town: Town) -> None:
    worker = await town.hire()
    async with town.app.database.write() as connection:
        token = await session.open_session(connection, worker.id, town.clock())
    town.clock.at -= HOUR
    async with town.app.database.read() as connection:
        found = await session.find(connection, token, town.clock())
    assert found is not None
    assert found.staff == worker
