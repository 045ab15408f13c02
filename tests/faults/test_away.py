"""The database is away: nothing is acknowledged that was not kept, and everything arrives when it is back."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from tests import postgres
from tests.browser import browser, eventually, free_port, need_browser
from tests.fakes.bot_api import FakeBotApi
from tests.fakes.bot_user import FakeUser
from tests.pages import press, reads, says
from tests.postgres import Postgres
from tests.process import CONFIRM, NEED, Programs, Running, types
from tests.telegram_town import wait_for

PATIENCE = 90.0
AWAY = 3.0
"""Seconds for which the database is away, at least."""


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A PostgreSQL of our own, which nobody else misses."""
    with postgres.running(Path(tempfile.mkdtemp(prefix="lianzhu-away-")), postgres.SAFE) as running:
        yield running


@pytest_asyncio.fixture
async def house(programs: Programs, server: Postgres) -> AsyncIterator[Programs]:
    async with postgres.fresh(server) as url:
        programs.settings |= {"database_url": url, "gather_seconds": 0}
        await programs.hire()
        yield programs
        await programs.close()


async def test_the_chat_says_so_and_keeps_what_was_typed_when_the_database_is_away(
    house: Programs, server: Postgres
) -> None:
    need_browser()
    running = await house.serve()
    chat = await running.line("chat: ")
    with browser() as resident:

        def typed_while_away() -> None:
            resident.get(chat)
            eventually(lambda: reads(resident, "您好，我是联助"), PATIENCE)
            server.stop()
            try:
                says(resident, NEED)
                eventually(lambda: reads(resident, "没送出去，正在重试"), PATIENCE)
                assert reads(resident, NEED)
                resident.refresh()
                eventually(lambda: reads(resident, NEED), PATIENCE)
            finally:
                server.start()
            eventually(lambda: reads(resident, "听明白了"), PATIENCE)
            assert not reads(resident, "正在重试")
            press(resident, CONFIRM)
            eventually(lambda: reads(resident, "LZ1001"), PATIENCE)

        await asyncio.to_thread(typed_while_away)
    assert running.process.returncode is None
    ticket = await house.ticket()
    assert types(ticket) == ["filed", "dispatched"]
    assert ticket["need"]["words"] == [NEED]


@pytest.mark.parametrize("way", ["polling", "webhook"])
async def test_updates_come_again_when_the_database_was_away(house: Programs, server: Postgres, way: str) -> None:
    port = free_port()
    hook = {"telegram_webhook": f"http://127.0.0.1:{port}"} if way == "webhook" else {}
    async with FakeBotApi() as api:
        house.settings |= {"telegram_token": api.token, "telegram_api": api.url, "port": port, **hook}
        running = await house.serve()
        resident = api.user(name="古丽")
        await resident.say("你好")
        await wait_for(resident, "联助")
        await asyncio.to_thread(server.stop)
        try:
            await resident.say(NEED)
            await asyncio.sleep(AWAY)
            assert [update["message"]["text"] for update in api.pending] == [NEED]
        finally:
            await asyncio.to_thread(server.start)
        await answered_once(resident, running)
        await house.close()


async def answered_once(resident: FakeUser, running: Running) -> None:
    await wait_for(resident, "助餐")
    await resident.press(CONFIRM)
    await wait_for(resident, "LZ1001")
    assert len([message for message in resident.messages if "助餐" in message.text and "您看对吗" in message.text]) == 1
    assert running.process.returncode is None
