"""What the tests of whole processes use."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest_asyncio

from tests.process import Programs


@pytest_asyncio.fixture
async def programs(tmp_path: Path, learned: Path) -> AsyncIterator[Programs]:
    """run_bot.py on a data folder with nothing in it but what was learned from the phrases."""
    opened = Programs(tmp_path / "data", learned)
    yield opened
    await opened.close()
