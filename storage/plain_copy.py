"""Copies of the embedded database made before an upgrade. What they hold in plain is sealed, whatever becomes of it."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

from storage.seal import KeyRing
from storage.sealed_file import key_of, seal_again

log = logging.getLogger(__name__)
SEALED = ".sealed"


def make(path: Path, revision: str, ring: KeyRing, *, plain: bool) -> None:
    """A copy beside the database; with `plain` (values in it are not sealed yet) the copy is sealed as a whole."""
    copy = path.with_name(f"{path.name}.before-{revision}")
    source, target = sqlite3.connect(path), sqlite3.connect(copy)
    try:
        source.backup(target)
    finally:
        source.close()
        target.close()
    copy.chmod(0o600)
    if plain:
        _seal(copy, ring)


def seal_all(path: Path, ring: KeyRing) -> None:
    """Seal the copies that earlier releases, or a start that was cut off, left in plain."""
    for copy in path.parent.glob(f"{path.name}.before-*"):
        if not copy.name.endswith((SEALED, "-journal", "-wal", "-shm")) and not _values_sealed(copy):
            _seal(copy, ring)


def wipe(path: Path) -> None:
    """Rewrite the file, so that what was overwritten does not stay in its unused pages or in the write-ahead log."""
    connection = sqlite3.connect(path, isolation_level=None, timeout=15)
    try:
        connection.execute("VACUUM")
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    except sqlite3.Error as error:
        log.warning("old pages of the database could not be wiped (%s): stop the program and run `VACUUM` on it", error)
    finally:
        connection.close()


def sealed_copies(path: Path) -> list[Path]:
    """Copies that were sealed as a whole."""
    return [each for each in path.parent.glob(f"{path.name}.before-*{SEALED}") if key_of(each)]


def seal_anew(copy: Path, ring: KeyRing) -> None:
    """A sealed copy with the current key."""
    if key_of(copy) != ring.current:
        seal_again(copy, ring, copy.name)


def _seal(copy: Path, ring: KeyRing) -> None:
    target = copy.with_name(copy.name + SEALED)
    seal_again(copy, ring, target.name, target)


def _values_sealed(copy: Path) -> bool:
    connection = sqlite3.connect(f"file:{copy}?mode=ro", uri=True)
    try:
        return connection.execute("SELECT 1 FROM secret WHERE name LIKE 'seal.%'").fetchone() is not None
    except sqlite3.Error:
        return False
    finally:
        connection.close()
