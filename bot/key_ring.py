"""The keys of this installation: from the environment, from a file, or made at the very first start."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
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


async def seal_files(database: Database, settings: Settings) -> int:
    """Seal what attachments still lie in plain, or under an older key; returns how many. It may be cut off and begun
    again at any time."""
    folder, marker = settings.files, settings.data_dir / ALL_SEALED
    if marker.exists() and marker.read_text("ascii") == database.ring.current:
        return 0
    async with database.read() as connection:
        paths = (await connection.execute(select(attachment.c.path).where(attachment.c.path != ""))).scalars().all()
    changed = 0
    for relative in paths:
        changed += await asyncio.to_thread(_seal_file, folder, relative, database.ring)
    marker.write_text(database.ring.current, "ascii")
    return changed


async def sealed_with(database: Database, settings: Settings, key: str) -> int:
    """How many kept files are sealed with this key."""
    async with database.read() as connection:
        paths = (await connection.execute(select(attachment.c.path).where(attachment.c.path != ""))).scalars().all()
    kept = [path for path in (settings.files / each for each in paths) if path.exists()]
    return await asyncio.to_thread(lambda: sum(key_of(path) == key for path in kept))


def _seal_file(folder: Path, relative: str, ring: KeyRing) -> bool:
    path = folder / relative
    try:
        if key_of(path) == ring.current:
            return False
        seal_again(path, ring, relative)
    except OSError as error:
        log.warning("a kept file could not be sealed: %s", error.strerror)
        return False
    return True
