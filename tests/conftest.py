"""What every test may use: the catalogue, learned once, and a town with a bot in it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock
from hypothesis import HealthCheck, settings

from catalogue.catalogue import Catalogue
from tests.postgres import Postgres, folder_of, fresh, running
from tests.talk import Town, open_town

settings.register_profile(
    "ci", max_examples=25, stateful_step_count=20, deadline=None, derandomize=True, database=None,
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
"""The same examples every time, so that a change fails for what it changed."""
settings.register_profile(
    "long", settings.get_profile("ci"), max_examples=2000, stateful_step_count=40, derandomize=False
)
"""Other examples every time, for a night: `--hypothesis-profile=long`."""
settings.load_profile("ci")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--postgresql", action="store_true", help="run every town on PostgreSQL instead of SQLite")


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


@pytest.fixture(scope="session")
def postgres(testrun_uid: str) -> Iterator[Postgres]:
    """A running PostgreSQL, the same for all processes of a run."""
    with running(folder_of(testrun_uid)) as server:
        yield server


@pytest_asyncio.fixture
async def database_url(request: pytest.FixtureRequest) -> AsyncIterator[str]:
    """The address of an empty database: SQLite in the test's folder (""), or with --postgresql a PostgreSQL's."""
    if not request.config.getoption("--postgresql"):
        yield ""
        return
    async with fresh(request.getfixturevalue("postgres")) as url:
        yield url


@pytest_asyncio.fixture
async def town(tmp_path: Path, catalogue: Catalogue, database_url: str) -> AsyncIterator[Town]:
    """A bot that answers at once: nobody waits for the rest of a need."""
    async with open_town(tmp_path, catalogue, gather_seconds=0, database_url=database_url) as opened:
        yield opened
