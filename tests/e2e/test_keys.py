"""Keys and the audit at the command line, as somebody who looks after the machine uses them."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import cli

Run = Callable[..., str]


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
