"""What every test may use: the catalogue, learned once, and a town with a bot in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import pytest_asyncio
from filelock import FileLock
from hypothesis import HealthCheck, settings

from catalogue.catalogue import Catalogue
from storage.database import Database
from storage.migrate import migrate
from tests.keys import database_of
from tests.postgres import Postgres, folder_of, fresh, running
from tests.talk import Town, make_blank, open_town

DATABASES = ("sqlite", "postgresql")
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
    parser.addoption(
        "--database",
        action="append",
        choices=DATABASES,
        help="run what needs a database on this one only; without it on SQLite and on PostgreSQL",
    )


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever talks with a database talks with both, unless it names the one it is about."""
    named = [mark.args[0] for mark in metafunc.definition.iter_markers("parametrize")]
    if "database_url" in metafunc.fixturenames and "database_url" not in named:
        chosen = metafunc.config.getoption("--database") or DATABASES
        metafunc.parametrize("database_url", chosen, indirect=True)


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
    """The address of an empty database: SQLite in the test's folder (""), or a PostgreSQL's."""
    if request.param == "sqlite":
        yield ""
        return
    async with fresh(request.getfixturevalue("postgres")) as url:
        yield url


@pytest_asyncio.fixture
async def database(tmp_path: Path, database_url: str) -> AsyncIterator[Database]:
    """An empty database."""
    opened = database_of(database_url or f"sqlite+aiosqlite:///{tmp_path / 'lianzhu.db'}")
    await migrate(opened)
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def blank(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite database in which nothing has happened yet: copying it is quicker than migrating each one."""
    folder = tmp_path_factory.mktemp("blank")
    with ThreadPoolExecutor() as threads:
        threads.submit(asyncio.run, make_blank(folder)).result()
    return folder / "lianzhu.db"


@pytest_asyncio.fixture
async def town(tmp_path: Path, catalogue: Catalogue, database_url: str, blank: Path) -> AsyncIterator[Town]:
    """A bot that answers at once: nobody waits for the rest of a need."""
    if not database_url:
        shutil.copy(blank, tmp_path)
    async with open_town(tmp_path, catalogue, gather_seconds=0, database_url=database_url) as opened:
        yield opened
