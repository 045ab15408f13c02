"""A small month, and a checker that sees what is broken on purpose."""

from __future__ import annotations

import shutil
import sqlite3
from pathlib import Path

import pytest

from benchmarks import month, month_check


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("month")
    assert month.main(["--people", "300", "--days", "7", "--tail", "10", "--rate", "4", "--folder", str(folder)]) == 0
    return folder


def broken(kept: Path, folder: Path, statement: str) -> list[str]:
    """What the checker says after a change of the rows."""
    shutil.copytree(kept, folder, dirs_exist_ok=True)
    with sqlite3.connect(folder / "month.sqlite") as database:
        assert database.execute(statement).rowcount > 0
    database.close()
    return month_check.check(folder)


def test_nobody_falls_through_when_a_small_month_is_run(kept: Path) -> None:
    assert month_check.check(kept) == []


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("DELETE FROM ticket_event WHERE type = 'asked-again'", "nothing happened"),
        (
            "INSERT INTO ticket_event (ticket_id, position, type, at, actor, audience, data) SELECT ticket_id, 999,"
            " type, '2027-02-01', actor, audience, data FROM ticket_event WHERE type = 'asked-again' LIMIT 1",
            "twice",
        ),
        (
            "UPDATE outbox SET due_at = '2026-09-22 19:00:00.000000' WHERE channel = 'webchat' AND urgent = 0",
            "at night",
        ),
        ("DELETE FROM ticket_event WHERE type = 'dispatched'", "with nobody"),
        ("UPDATE ticket_event SET at = '2026-09-01 00:00:00.000000' WHERE type = 'done'", "stands after"),
        ("DELETE FROM outbox WHERE channel = 'desk'", "nobody told"),
    ],
)
def test_checker_finds_it_when_rows_are_broken(kept: Path, tmp_path: Path, statement: str, said: str) -> None:
    assert any(said in line for line in broken(kept, tmp_path, statement))
