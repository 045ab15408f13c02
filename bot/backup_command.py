"""run_bot.py backup and restore: everything that is kept, in one file."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from bot import key_ring
from bot.command import DataDir, run, settings_of, show
from bot.house import StartError, make_folder, utc_now
from bot.settings import Settings
from storage import backup, unlock
from storage.archive import ArchiveError, Manifest
from storage.database import Database, StorageError
from storage.migrate import MigrationError
from storage.seal import SealError

File = Annotated[Path, typer.Argument(help="The backup: one .tar.gz.")]
Replace = Annotated[bool, typer.Option("--replace", help="Delete what is there before.")]


def save(context: typer.Context, file: File, data_dir: DataDir = None) -> None:
    """Write database and files to one archive, also while the program runs."""
    settings = settings_of(context, None, data_dir)

    async def work() -> None:
        async with _database(settings) as database:
            release = version("lianzhu")
            kept = await backup.backup(database, settings.files, file, release, utc_now())
        show(f"{file}: {_counted(kept)}")
        if kept.missing:
            show(f"{kept.missing} files that the database names are not in {settings.files}: they are not in it")

    run(work())


def put_back(context: typer.Context, file: File, replace: Replace = False, data_dir: DataDir = None) -> None:
    """Put a backup into an empty database, SQLite or PostgreSQL, all or nothing. Stop the program first."""
    settings = settings_of(context, None, data_dir)

    async def work() -> None:
        make_folder(settings.data_dir)
        async with _database(settings) as database:
            kept = await backup.restore(database, settings.files, file, replace=replace)
            # Files of an older release are in plain, and sealed at the next start.
            (settings.data_dir / key_ring.ALL_SEALED).unlink(missing_ok=True)
            async with database.read() as connection:
                needed = set(await connection.run_sync(unlock.keys_of)) - set(database.ring.keys)
        show(f"restored {_counted(kept)}, of {kept.about.made_at}")
        for each in sorted(needed):
            show(f"it is sealed with the key {each}: put your copy of that key file to {settings.key_path} and start")

    run(work())


@asynccontextmanager
async def _database(settings: Settings) -> AsyncIterator[Database]:
    """The database as it is, without bringing it to another shape. What goes wrong is said in one line."""
    database = None
    try:
        database = Database(settings.database, await key_ring.ring_of(settings))
        yield database
    except (ArchiveError, backup.RestoreError, MigrationError, SealError) as error:
        raise StartError(str(error)) from None
    except (StorageError, OSError) as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        raise StartError(f"cannot use the database or its folder ({reason}): see that it runs and has room") from None
    finally:
        if database is not None:
            await database.close()


def _counted(kept: Manifest) -> str:
    return f"{sum(kept.rows.values())} rows of {len(kept.rows)} tables and {kept.files} files"
