"""What every test of whole processes uses."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.process import Programs


@pytest_asyncio.fixture
async def programs(tmp_path: Path) -> AsyncIterator[Programs]:
    """run_bot.py on a data folder that does not exist yet."""
    opened = Programs(tmp_path / "data")
    yield opened
    await opened.close()
