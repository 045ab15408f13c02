"""The file with the keys: one a line, the first seals, each with the time it was made. Its owner alone reads it."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from storage.seal import SealError, key_id, read_key, written

OTHERS = 0o077


@dataclass(frozen=True, slots=True)
class Key:
    """A key and when it was made (None where the file doesn't say)."""

    key: bytes
    made: datetime | None = None

    @property
    def id(self) -> str:
        return key_id(self.key)


def read(path: Path) -> list[Key]:
    """The keys of the file. Raises SealError for one that others may read, and for what is no key."""
    try:
        if path.stat().st_mode & OTHERS:
            raise SealError(f"others may read the key file {path}: run `chmod 600 {path}`")
        lines = path.read_text("ascii").splitlines()
        keys = [_key(line) for line in lines if line.strip() and not line.startswith("#")]
    except (OSError, UnicodeDecodeError, ValueError) as error:
        reason = getattr(error, "strerror", None) or "it is not a list of keys"
        raise SealError(f"cannot read the key file {path} ({reason}): put back your copy of it") from None
    if not keys:
        raise SealError(f"the key file {path} holds no key: put back your copy of it")
    return keys


def make(path: Path, key: Key) -> None:
    """A new file with one key, unless there is one by now. It is on the disk before this returns."""
    fresh = _beside(path, [key])
    try:
        os.link(fresh, path)
        _settle(path.parent)
    except FileExistsError:
        pass
    finally:
        fresh.unlink()


def replace(path: Path, keys: list[Key]) -> None:
    """The file with these keys instead, all at once."""
    _beside(path, keys).replace(path)
    _settle(path.parent)


class Watched:
    """What `KeyRing` asks for news: the file's keys when it has changed since the last look."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._seen = _stamp(path)

    def __call__(self) -> list[bytes] | None:
        stamp = _stamp(self._path)
        if stamp == self._seen:
            return None
        try:
            keys = [each.key for each in read(self._path)]
        except SealError:
            # Whoever is about to put it right must not stop a running program.
            return None
        self._seen = stamp
        return keys


def _key(line: str) -> Key:
    key, _, made = line.strip().partition(" ")
    return Key(read_key(key), datetime.fromisoformat(made.strip()) if made.strip() else None)


def _stamp(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_ino


def _beside(path: Path, keys: list[Key]) -> Path:
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    lines = [f"{written(each.key)} {each.made.isoformat()}" if each.made else written(each.key) for each in keys]
    fresh.unlink(missing_ok=True)
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as out:
        out.write("\n".join(lines) + "\n")
        out.flush()
        os.fsync(out.fileno())
    return fresh


def _settle(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
