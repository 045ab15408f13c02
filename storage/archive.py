"""The file of a backup: a tar archive, gzipped, that any tool can open and that proves itself whole.

Its members, in this order: `about.json` (what it is and who made it), `tables/<name>/<part>.jsonl` (a row a line),
`files/<path>` (the bytes of attachments), `sha256sums` (a line for each member before it, as `sha256sum -c` reads it),
`manifest.json` (the counts, and the digest of those sums). The manifest comes last, so what is cut off has none.
Nothing here ever holds more than one part in memory.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import re
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

FORMAT = "lianzhu-backup-1"
ABOUT, SUMS, MANIFEST = "about.json", "sha256sums", "manifest.json"
TABLE_PART = re.compile(r"tables/([a-z_]+)/[0-9]{6,}\.jsonl")
FILE = re.compile(r"files/((?:[A-Za-z0-9_-][A-Za-z0-9._-]*/)*[A-Za-z0-9_-][A-Za-z0-9._-]*)")
"""Paths of attachments: no way out of the folder can be written so."""
COMPRESSION = 5
CHUNK = 1024 * 1024
LONGEST_PAGE = 4 * 1024 * 1024
"""Bytes of `about.json` and `manifest.json` that are believed."""


class ArchiveError(Exception):
    """A backup that cannot be written or read. The message is one line with the remedy; nothing was changed."""


@dataclass(frozen=True, slots=True)
class About:
    """What made a backup: the release, its database's shape (`revision`) and kind ("sqlite", "postgresql"), and when
    (UTC, ISO 8601)."""

    release: str
    revision: str
    database: str
    made_at: str
    format: str = FORMAT


@dataclass(slots=True)
class Manifest:
    """What is in a backup: rows by table, the last id given by table, files, and files that were lost already."""

    about: About
    rows: dict[str, int] = field(default_factory=dict)
    last_ids: dict[str, int] = field(default_factory=dict)
    files: int = 0
    missing: int = 0
    sums: str = ""
    """sha256 of the member `sha256sums`."""


class Writer:
    """Adds members to a backup; each is hashed on its way."""

    def __init__(self, tar: tarfile.TarFile, sums: IO[bytes]) -> None:
        self._tar = tar
        self._sums = sums

    def add(self, name: str, content: bytes) -> None:
        self._put(name, io.BytesIO(content), len(content))
        self._note(name, hashlib.sha256(content).hexdigest())

    def add_file(self, name: str, path: Path) -> bool:
        """Add a file's bytes; False where it is not there (any more)."""
        try:
            source = path.open("rb")
        except OSError:
            return False
        with source:
            hashed = _Hashed(source)
            self._put(name, hashed, os.fstat(source.fileno()).st_size)
        self._note(name, hashed.digest)
        return True

    def finish(self, manifest: Manifest) -> None:
        """The sums and the manifest, which make the backup whole."""
        self._sums.seek(0)
        hashed = _Hashed(self._sums)
        self._put(SUMS, hashed, os.fstat(self._sums.fileno()).st_size)
        manifest.sums = hashed.digest
        page = json.dumps(asdict(manifest), indent=1).encode()
        self._put(MANIFEST, io.BytesIO(page), len(page))

    def _put(self, name: str, source: IO[bytes] | _Hashed, size: int) -> None:
        info = tarfile.TarInfo(name)
        info.size, info.mode = size, 0o600
        self._tar.addfile(info, source)
        _forget(self._tar)

    def _note(self, name: str, digest: str) -> None:
        self._sums.write(_line(name, digest))
        self._sums.flush()


class _Hashed:
    """A stream that is hashed while it is read."""

    def __init__(self, source: IO[bytes]) -> None:
        self._source = source
        self._hash = hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        chunk = self._source.read(size)
        self._hash.update(chunk)
        return chunk

    @property
    def digest(self) -> str:
        return self._hash.hexdigest()


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new backup, readable for its owner alone, that stands under its name only once it is whole and on the disk.

    Raises ArchiveError where there is such a file already, or the disk does not take it.
    """
    if path.exists():
        raise ArchiveError(f"there is a file {path} already: choose another name, or move it away")
    part = path.with_name(f"{path.name}.part")
    try:
        with (
            os.fdopen(os.open(part, os.O_CREAT | os.O_TRUNC | os.O_WRONLY, 0o600), "wb") as raw,
            TemporaryFile() as sums,
        ):
            with tarfile.open(fileobj=raw, mode="w:gz", compresslevel=COMPRESSION) as tar:
                yield Writer(tar, sums)
            raw.flush()
            os.fsync(raw.fileno())
        part.replace(path)
    except OSError as error:
        raise ArchiveError(f"cannot write {path} ({error.strerror}): choose a folder with room to write to") from error
    finally:
        part.unlink(missing_ok=True)


def checked(path: Path) -> Manifest:
    """The manifest of a backup, once every byte of it has been read and agrees. Raises ArchiveError."""
    with _told_in_one_line(path), TemporaryFile() as sums:
        for name, content in _members(path):
            if name == SUMS:
                _compare(path, sums, content)
            elif name == MANIFEST:
                return _manifest(path, sums, content)
            else:
                sums.write(_line(name, _digest(content)))
    raise ArchiveError(f"{path} is cut off: its end is missing. Take another backup")


def members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    """Tables and files of a backup that has been checked."""
    return ((name, content) for name, content in _members(path) if name not in (ABOUT, SUMS, MANIFEST))


def _members(path: Path) -> Iterator[tuple[str, IO[bytes]]]:
    with tarfile.open(path, "r:gz") as tar:
        first = True
        while (info := tar.next()) is not None:
            content = tar.extractfile(info) if info.isreg() else None
            if content is None or (first and info.name != ABOUT) or not _known(info.name):
                raise ArchiveError(f"{path} is no backup of lianzhu ({info.name!r}): nothing was touched")
            first = False
            yield info.name, content
            _forget(tar)


@contextmanager
def _told_in_one_line(path: Path) -> Iterator[None]:
    try:
        yield
    except FileNotFoundError:
        raise ArchiveError(f"there is no file {path}: give the name of a backup") from None
    except (tarfile.TarError, EOFError, zlib.error) as error:
        raise ArchiveError(f"{path} is broken or no backup of lianzhu ({error}): take another") from error
    except OSError as error:  # of gzip too
        raise ArchiveError(f"cannot read {path} ({error.strerror or error}): take another backup") from error


def _known(name: str) -> bool:
    return name in (ABOUT, SUMS, MANIFEST) or bool(TABLE_PART.fullmatch(name) or FILE.fullmatch(name))


def _forget(tar: tarfile.TarFile) -> None:
    # It keeps a record of every member it has passed, of which there may be a million.
    tar.members = []  # type: ignore[attr-defined]


def _line(name: str, digest: str) -> bytes:
    return f"{digest}  {name}\n".encode()


def _digest(content: IO[bytes]) -> str:
    found = hashlib.sha256()
    while chunk := content.read(CHUNK):
        found.update(chunk)
    return found.hexdigest()


def _compare(path: Path, found: IO[bytes], wanted: IO[bytes]) -> None:
    found.seek(0)
    for line in wanted:
        if found.readline() != line:
            name = line.decode("utf-8", "replace").rstrip("\n").partition("  ")[2]
            raise ArchiveError(f"{path} is broken: {name} is not what was written. Take another backup")
    if found.readline():
        raise ArchiveError(f"{path} is broken: it holds more than was written. Take another backup")


def _manifest(path: Path, sums: IO[bytes], content: IO[bytes]) -> Manifest:
    sums.seek(0)
    try:
        plain = json.loads(content.read(LONGEST_PAGE))
        manifest = Manifest(**{**plain, "about": About(**plain["about"])})
    except (ValueError, TypeError, KeyError) as error:
        raise ArchiveError(f"{path} is broken: its manifest cannot be read. Take another backup") from error
    if manifest.about.format != FORMAT:
        raise ArchiveError(f"{path} is of another release ({manifest.about.release}): restore it with that one")
    if _digest(sums) != manifest.sums:
        raise ArchiveError(f"{path} is broken: its sums are not those of its manifest. Take another backup")
    return manifest
