"""Keys and the audit at the command line, as somebody who looks after the machine uses them."""

from __future__ import annotations

import asyncio
import json
import sqlite3
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot import key_ring
from bot.cli import cli
from bot.message import Address, Attachment
from bot.settings import Settings
from storage import attachment
from storage.database import Database
from storage.seal import KeyRing
from storage.sealed_file import key_of, pieces, seal_again

Run = Callable[..., str]
PHOTO = b"photograph" * 10_000


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a command over one data folder; returns what it says and checks how it ends."""
    monkeypatch.chdir(tmp_path)

    def run(*words: str, ends: int = 0) -> str:
        ended = CliRunner().invoke(cli, ["--data-dir", str(tmp_path / "data"), *words])
        assert ended.exit_code == ends, ended.output
        return ended.output

    return run


@pytest.fixture
def key_path(tmp_path: Path) -> Path:
    return tmp_path / "data" / "key"


def older(key_path: Path) -> None:
    """The newest key was made long ago."""
    key_path.write_text("".join(f"{line.split()[0]} 2026-01-01T00:00:00+00:00\n" for line in key_path.open()))


def hired(run: Run) -> str:
    return run("staff", "add", "--name", "王芳", "--role", "worker", "--area", "652328").strip()


def test_the_key_is_for_its_owner_alone_when_the_first_start_makes_it(run: Run, key_path: Path) -> None:
    hired(run)
    assert key_path.stat().st_mode & 0o777 == 0o600
    key_path.chmod(0o644)
    assert f"chmod 600 {key_path}" in run("staff", "list", ends=2)


def test_the_start_is_refused_with_a_remedy_when_the_key_is_gone(run: Run, key_path: Path) -> None:
    hired(run)
    key_path.rename(key_path.with_name("elsewhere"))
    told = run("staff", "list", ends=2)
    assert "put back your copy" in told
    assert len(told.strip().splitlines()) == 1
    assert not key_path.exists()


def test_the_start_is_refused_with_a_remedy_when_the_key_is_another(
    run: Run, key_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hired(run)
    monkeypatch.setenv("LIANZHU_KEY", "ab" * 32)
    assert "is missing: put it back" in run("staff", "list", ends=2)
    monkeypatch.setenv("LIANZHU_KEY", "too short")
    assert "LIANZHU_KEY: a key is 32 bytes" in run("staff", "list", ends=2)


def test_all_is_readable_without_the_old_key_when_it_was_changed(run: Run, key_path: Path, tmp_path: Path) -> None:
    hired(run)
    old = run("keys", "list").split()[0]
    assert "is the key that seals" in run("keys", "drop", old, ends=2)
    new = run("keys", "new").split()[0]
    assert "wait a minute" in run("keys", "drop", old, ends=2)
    older(key_path)
    assert "is still used" in run("keys", "drop", old, ends=2)
    run("keys", "rotate")
    assert "secret: 0 rows" in run("keys", "rotate")
    assert "is dropped" in run("keys", "drop", old)
    assert [line.split()[:2] for line in run("keys", "list").splitlines()] == [[new, "current"]]
    assert "王芳" in run("staff", "list")
    with sqlite3.connect(tmp_path / "data" / "lianzhu.db") as raw:
        heads = {row[0][1:5].hex() for row in raw.execute("select value from secret")}
    assert heads == {new}


class Idle:
    """A process that has been running since before the key was changed, and has not sealed anything since."""

    def __init__(self, data_dir: Path) -> None:
        self.settings = Settings(data_dir=data_dir, _env_file=None)  # type: ignore[call-arg]  # settings by name
        self.ring = asyncio.run(key_ring.ring_of(self.settings))

    def keeps(self, chunks: AsyncIterator[bytes]) -> Path:
        """A photograph comes in; returns where it lies."""
        return self.settings.files / asyncio.run(self._keep(chunks))

    async def _keep(self, chunks: AsyncIterator[bytes]) -> str:
        now, database = datetime.now(UTC), Database(self.settings.database, self.ring)
        path, _ = await attachment.write_bytes(self.settings.files, chunks, now, self.ring)
        async with database.write() as connection:
            await attachment.keep(connection, Address("webchat", "r1"), Attachment("photo"), now, path=path)
        await database.close()
        return path

    def reads(self, path: Path) -> bytes:
        return b"".join(pieces(path, self.ring, str(path.relative_to(self.settings.files))))


@pytest.fixture
def idle(run: Run, tmp_path: Path) -> Idle:
    hired(run)
    return Idle(tmp_path / "data")


async def at_once() -> AsyncIterator[bytes]:
    yield PHOTO


def changed(run: Run, key_path: Path) -> None:
    """The key is changed, and a minute passes."""
    run("keys", "new")
    older(key_path)
    run("keys", "rotate")


def test_the_old_key_is_dropped_when_an_idle_process_has_kept_a_file_since(
    run: Run, key_path: Path, idle: Idle
) -> None:
    old = idle.ring.current
    changed(run, key_path)
    photo = idle.keeps(at_once())
    assert "is dropped" in run("keys", "drop", old)
    assert idle.reads(photo) == PHOTO


def test_the_old_key_is_dropped_when_a_file_was_coming_in_meanwhile(run: Run, key_path: Path, idle: Idle) -> None:
    async def slowly() -> AsyncIterator[bytes]:
        yield PHOTO
        await asyncio.to_thread(changed, run, key_path)
        yield PHOTO

    old = idle.ring.current
    photo = idle.keeps(slowly())
    assert "is dropped" in run("keys", "drop", old)
    assert idle.reads(photo) == PHOTO * 2


def test_files_are_looked_at_anew_when_all_were_sealed_before(run: Run, key_path: Path, idle: Idle) -> None:
    old, keys = idle.ring.current, list(idle.ring.keys.values())
    changed(run, key_path)
    photo = idle.keeps(at_once())
    before = KeyRing([*keys, *idle.ring.keys.values()])
    seal_again(photo, before, str(photo.relative_to(idle.settings.files)))
    assert "still used (files 1)" in run("keys", "drop", old, ends=2)
    assert "files: 1" in run("keys", "rotate")
    assert "is dropped" in run("keys", "drop", old)


@pytest.mark.parametrize("damage", ["unreadable", "cut off"])
def test_a_file_that_cannot_be_sealed_is_named_and_the_rest_goes_on(
    run: Run, key_path: Path, idle: Idle, damage: str
) -> None:
    old, bad, good = idle.ring.current, idle.keeps(at_once()), idle.keeps(at_once())
    marker = idle.settings.data_dir / key_ring.ALL_SEALED
    if damage == "unreadable":
        bad.unlink()
        bad.mkdir()
    else:
        bad.write_bytes(bad.read_bytes()[:-1])
    run("keys", "new")
    older(key_path)
    told = run("keys", "rotate", ends=2)
    assert bad.name in told
    assert good.name not in told
    assert not marker.exists()
    assert key_of(good) != old
    assert "still used (files 1)" in run("keys", "drop", old, ends=2)
    assert [each.name for each in bad.parent.iterdir() if each.name.startswith(".")] == []
    bad.rmdir() if bad.is_dir() else bad.unlink()
    run("keys", "rotate")
    assert marker.read_text() == key_of(good)
    assert "is dropped" in run("keys", "drop", old)


def test_who_gave_a_command_is_told_when_the_audit_is_asked(run: Run) -> None:
    person = hired(run)
    run("staff", "remove", person)
    told = [json.loads(line) for line in run("audit", "list", "--object", f"staff:{person}", "--json").splitlines()]
    assert [each["action"] for each in told] == ["staff.add", "staff.remove"]
    assert all(each["actor"].startswith("command-line:") for each in told)


def test_the_audit_is_whole_until_somebody_changes_it(run: Run, tmp_path: Path) -> None:
    hired(run)
    told = run("audit", "verify")
    assert "whole: 1 entries" in told
    head = told.splitlines()[-1].removeprefix("head: ")
    assert "whole" in run("audit", "verify", "--head", head)
    with sqlite3.connect(tmp_path / "data" / "lianzhu.db") as raw:
        raw.execute("update audit set actor = 'nobody'")
    assert "entry 1: " in run("audit", "verify", ends=1)
