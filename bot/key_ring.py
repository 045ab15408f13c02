"""The keys of this installation: from the environment, from a file, or made at the very first start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select

from bot.settings import Settings
from storage import key_file, unlock
from storage.database import Database
from storage.key_file import Key
from storage.migrate import check
from storage.seal import KeyRing, SealError, new_key, read_key
from storage.sealed_file import key_of, seal_again
from storage.table import attachment

log = logging.getLogger(__name__)
ALL_SEALED = ".files-sealed-with"
"""Says that every file was once sealed with this key, so that a start need not look at all of them."""


async def ring_of(settings: Settings) -> KeyRing:
    """The keys. Without any, a first one is made, unless the database was sealed with one that is gone: SealError."""
    given = settings.key.get_secret_value()
    if given:
        try:
            return KeyRing([read_key(part.strip()) for part in given.split(",") if part.strip()])
        except SealError as error:
            raise SealError(f"LIANZHU_KEY: {error}") from None
    path = settings.key_path
    if not path.exists():
        await _begin(settings, path)
    watched = key_file.Watched(path)
    return KeyRing([each.key for each in key_file.read(path)], watched)


async def _begin(settings: Settings, path: Path) -> None:
    database = Database(settings.database, KeyRing([new_key()]))
    try:
        await check(database)
        async with database.read() as connection:
            needed = await connection.run_sync(unlock.keys_of)
    finally:
        await database.close()
    _refuse_lost(needed, path)
    try:
        key_file.make(path, Key(new_key(), datetime.now(UTC)))
    except OSError as error:
        raise SealError(f"cannot write the key file {path} ({error.strerror}): see LIANZHU_KEY_FILE") from None


def _refuse_lost(needed: Sequence[str], path: Path) -> None:
    # Another process, which starts at the same moment, may have made the file since it was looked for.
    if needed and not path.exists():
        raise SealError(
            f"it is sealed with the key {', '.join(needed)}, and there is no file {path}: put back your copy of that "
            "file, or name it with LIANZHU_KEY_FILE"
        )


@dataclass(frozen=True, slots=True)
class Sealing:
    """What became of the kept files: how many were sealed anew; those that could not be, by their path, and why."""

    changed: int
    failed: Mapping[str, str]


async def seal_at_start(database: Database, settings: Settings) -> None:
    """Seal what attachments still lie in plain, or under an older key, unless that was once done with this key."""
    marker = settings.data_dir / ALL_SEALED
    if marker.exists() and marker.read_text("ascii") == database.ring.current:
        return
    for relative, reason in (await seal_files(database, settings)).failed.items():
        log.warning("a kept file could not be sealed: %s: %s", relative, reason)


async def seal_files(database: Database, settings: Settings) -> Sealing:
    """Look at all attachments, and seal those that lie in plain or under an older key. It may be cut off and begun
    again at any time. What cannot be read is left as it is, and looked at again at the next start."""
    current, marker = database.ring.current, settings.data_dir / ALL_SEALED
    changed, failed = 0, {}
    for relative in await _kept(database):
        try:
            changed += await asyncio.to_thread(_seal_file, settings.files, relative, database.ring)
        except (OSError, SealError) as error:
            failed[relative] = reason_of(error)
    if failed:
        marker.unlink(missing_ok=True)
    else:
        marker.write_text(current, "ascii")
    return Sealing(changed, failed)


async def sealed_with(database: Database, settings: Settings, key: str) -> int:
    """How many kept files are sealed with this key, or may be: those that cannot be read."""
    paths = [settings.files / each for each in await _kept(database)]
    return await asyncio.to_thread(lambda: sum(_may_need(path, key) for path in paths))


def reason_of(error: OSError | SealError) -> str:
    """Why a file could not be sealed, in words."""
    return getattr(error, "strerror", None) or str(error)


async def _kept(database: Database) -> Sequence[str]:
    async with database.read() as connection:
        return (await connection.execute(select(attachment.c.path).where(attachment.c.path != ""))).scalars().all()


def _seal_file(folder: Path, relative: str, ring: KeyRing) -> bool:
    path = folder / relative
    try:
        if key_of(path) == ring.current:
            return False
        seal_again(path, ring, relative)
    except FileNotFoundError:
        return False
    return True


def _may_need(path: Path, key: str) -> bool:
    try:
        return key_of(path) == key
    except FileNotFoundError:
        return False
    except OSError:
        return True
