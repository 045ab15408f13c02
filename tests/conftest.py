"""What every test may use: the catalogue, learned once, and a town with a bot in it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock

from catalogue.catalogue import Catalogue
from tests.talk import Town, open_town


@pytest.fixture(scope="session")
def learned(pytestconfig: pytest.Config) -> Path:
    """A folder with what is learned from the phrases, by the first run after one of them has changed."""
    assert pytestconfig.cache is not None
    folder = pytestconfig.cache.mkdir("learned")
    with FileLock(folder / "lock"):
        Catalogue.load(folder)
    return folder


@pytest.fixture(scope="session")
def catalogue(learned: Path) -> Catalogue:
    return Catalogue.load(learned)


@pytest_asyncio.fixture
async def town(tmp_path: Path, catalogue: Catalogue) -> AsyncIterator[Town]:
    """A bot that answers at once: nobody waits for the rest of a need."""
    async with open_town(tmp_path, catalogue, gather_seconds=0) as opened:
        yield opened
