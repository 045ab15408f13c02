"""What cannot work is said in one line with its remedy, and nothing is touched."""

from __future__ import annotations

import contextlib
import hashlib
import os
import socket
import sqlite3
from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest
import pytest_asyncio

from tests.process import Ended, Programs


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def made(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Path]:
    """A database as this release makes it."""
    newcomer = Programs(tmp_path_factory.mktemp("made") / "data")
    await newcomer.run("staff", "list")
    yield newcomer.database
    await newcomer.close()


def assert_refused(ended: Ended, *remedy: str) -> None:
    """One line on stderr with these words, nothing on stdout, exit status 2."""
    assert ended.status == 2, ended.err
    assert ended.out == ""
    assert len(ended.err.splitlines()) == 1, ended.err
    for words in ("lianzhu: ", *remedy):
        assert words in ended.err


@pytest.mark.parametrize("part", ["all", "relay"])
async def test_another_port_is_proposed_when_the_port_is_taken(newcomer: Programs, part: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        ended = await newcomer.run("serve", "--role", part, port=port)
    assert_refused(ended, f"127.0.0.1:{port}", "--port or LIANZHU_PORT", "each part needs its own")
    assert not newcomer.folder.exists()


def a_file(folder: Path) -> Path:
    folder.write_text("notes")
    return folder


def below_a_file(folder: Path) -> Path:
    folder.write_text("notes")
    return folder / "below"


def write_protected(folder: Path) -> Path:
    folder.mkdir()
    folder.chmod(0o500)
    return folder


# Root may write anywhere, so that a write-protected folder is nothing to root.
FOLDERS = [a_file, below_a_file, *([write_protected] if os.geteuid() else [])]


@pytest.mark.parametrize("make", FOLDERS, ids=lambda make: str(make.__name__))
async def test_another_folder_is_proposed_when_the_data_folder_cannot_be_used(
    newcomer: Programs, make: Callable[[Path], Path]
) -> None:
    folder = make(newcomer.folder)
    assert_refused(await newcomer.run("serve", data_dir=folder), str(folder), "--data-dir or LIANZHU_DATA_DIR")


@pytest.mark.parametrize(
    ("name", "value", "remedy"),
    [
        ("port", "abc", "Correct it or leave it out"),
        ("gather_seconds", "-1", "greater than or equal to 0"),
        ("database_url", "mysql://x", "for example postgresql://"),
        ("clocks_file", "/no/such/clocks.toml", "/no/such/clocks.toml: the file: it cannot be read"),
    ],
)
async def test_the_setting_is_named_when_it_cannot_be_used(
    newcomer: Programs, name: str, value: str, remedy: str
) -> None:
    newcomer.settings[name] = value
    ended = await newcomer.run("serve")
    assert_refused(ended, f"LIANZHU_{name.upper()}: ", remedy)
    assert not newcomer.folder.exists()


def changed_by(*statements: str) -> Callable[[Path, Path], None]:
    """Makes our own database and then does this to it."""

    def make(path: Path, ours: Path) -> None:
        path.write_bytes(ours.read_bytes())
        with contextlib.closing(sqlite3.connect(path)) as connection, connection:
            for statement in statements:
                connection.execute(statement)

    return make


def foreign(path: Path, ours: Path) -> None:
    with contextlib.closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("CREATE TABLE recipe (name TEXT)")


def no_database(path: Path, ours: Path) -> None:
    path.write_bytes(b"Dear diary, " * 2000)


DATABASES: dict[str, tuple[Callable[[Path, Path], None], tuple[str, ...]]] = {
    "a table is missing": (changed_by("DROP TABLE outbox"), ("half-migrated", "outbox", "Put back your last copy")),
    "a column is missing": (
        changed_by("ALTER TABLE staff DROP COLUMN trial"),
        ("half-migrated", "staff", "Put back your last copy"),
    ),
    "it has tables without a version": (changed_by("DELETE FROM alembic_version"), ("no version", "Put back")),
    "it belongs to another program": (foreign, ("not ours", "move the file away")),
    "it is no database": (no_database, ("not a database", "LIANZHU_DATABASE_URL")),
    "it is of a newer release": (
        changed_by("UPDATE alembic_version SET version_num = '9999'"),
        ("newer release", "9999", "Start that release"),
    ),
}


def contents(folder: Path) -> dict[str, str]:
    """Every file of a folder with the checksum of its bytes."""
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir()}


@pytest.mark.parametrize("kind", DATABASES)
async def test_the_database_is_refused_and_left_alone_when(newcomer: Programs, made: Path, kind: str) -> None:
    make, remedy = DATABASES[kind]
    newcomer.folder.mkdir()
    make(newcomer.database, made)
    before = contents(newcomer.folder)
    assert_refused(await newcomer.run("serve"), str(newcomer.database), *remedy)
    assert contents(newcomer.folder) == before
