"""What every test of whole processes uses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.fakes.bot_api import FakeBotApi
from tests.process import Programs
from tests.telegram_town import TelegramTown


@pytest_asyncio.fixture
async def newcomer(tmp_path: Path) -> AsyncIterator[Programs]:
    """run_bot.py on a data folder that does not exist yet."""
    opened = Programs(tmp_path / "data")
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def programs(tmp_path: Path, learned: Path) -> AsyncIterator[Programs]:
    """run_bot.py on a data folder with nothing in it but what was learned from the phrases."""
    opened = Programs(tmp_path / "data", learned)
    yield opened
    await opened.close()


@pytest_asyncio.fixture
async def telegram_town(programs: Programs) -> AsyncIterator[TelegramTown]:
    """run_bot.py with a Telegram of its own."""
    async with FakeBotApi() as api:
        yield TelegramTown(programs, api)
