"""Backup while the program runs, and restore, into either database: one moment of all tables and the files they name.

Row for row and not page for page, so that a backup of the embedded database may be restored into PostgreSQL and the
other way round, needs no tools of the database, and outlives its version.
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Collection
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import IO

from sqlalchemy import Connection, MetaData, Table, inspect, select

from storage import dump, lock
from storage.archive import ABOUT, FILE, TABLE_PART, About, ArchiveError, Manifest, checked, members, writing
from storage.archive import Writer as ArchiveWriter
from storage.database import Database, StorageError
from storage.migrate import SCHEMA, known_revisions, revision_of, upgrade

VERSIONS = "alembic_version"
OURS = ("ticket", "outbox")
"""Tables by which a database of any release is known."""


class RestoreError(Exception):
    """A backup that cannot be put back. The message is one line with the remedy; the database is as it was."""


async def backup(database: Database, folder: Path, path: Path, release: str, now: datetime) -> Manifest:
    """Write the database and the attachments in `folder` to the archive `path`, as they are at one moment.

    People go on talking meanwhile: a file is there before the row that names it, so whatever the rows of that moment
    name can be copied after them. Raises ArchiveError, StorageError.
    """
    async with database.read() as connection:
        with writing(path) as archive:
            return await connection.run_sync(_write, archive, folder, release, now)


def _write(connection: Connection, archive: ArchiveWriter, folder: Path, release: str, now: datetime) -> Manifest:
    revision = revision_of(connection)
    if revision is None:
        raise ArchiveError("there is no database to back up yet: start the program once, or give its --data-dir")
    manifest = Manifest(About(release, revision, connection.dialect.name, now.isoformat()))
    archive.add(ABOUT, json.dumps(asdict(manifest.about), indent=1).encode())
    tables = dump.tables_of(connection)
    manifest.last_ids = dump.last_ids(connection, tables)
    for table in tables:
        manifest.rows[table.name] = 0
        for number, (content, count) in enumerate(dump.parts(connection, table), 1):
            archive.add(f"tables/{table.name}/{number:06}.jsonl", content)
            manifest.rows[table.name] += count
    _write_files(connection, archive, folder, manifest)
    archive.finish(manifest)
    return manifest


def _write_files(connection: Connection, archive: ArchiveWriter, folder: Path, manifest: Manifest) -> None:
    path = SCHEMA.tables["attachment"].c.path
    named = connection.execute(
        select(path).where(path != "").order_by(path), execution_options={"stream_results": True}
    )
    for relative in named.scalars():
        name = f"files/{relative}"
        if FILE.fullmatch(name) and archive.add_file(name, folder / relative):
            manifest.files += 1
        else:
            manifest.missing += 1


async def restore(database: Database, folder: Path, path: Path, *, replace: bool = False) -> Manifest:
    """Put a backup into the database and its attachments into `folder`: all rows in one transaction, then the files.

    A backup of an older shape is brought to this release's. With `replace` what was there before is deleted. Raises
    ArchiveError, RestoreError (where something is there already without `replace`), StorageError.
    """
    manifest = checked(path)
    if manifest.about.revision not in known_revisions():
        raise RestoreError(
            f"{path} was made by a newer release ({manifest.about.release}, version {manifest.about.revision}): "
            "restore it with that one"
        )
    fresh = folder.with_name(f"{folder.name}.restoring")
    shutil.rmtree(fresh, ignore_errors=True)
    try:
        async with database.write() as connection:
            await lock.alone(connection, "migrate")
            await connection.run_sync(_make_room, folder, replace)
            await connection.run_sync(_fill, path, manifest, fresh)
        _move_in(fresh, folder)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)
    return manifest


def _make_room(connection: Connection, folder: Path, replace: bool) -> None:
    there = set(inspect(connection).get_table_names())
    if there and not {VERSIONS, *OURS} <= there:
        raise RestoreError("the database is not one of lianzhu: choose another with LIANZHU_DATABASE_URL")
    if not replace and (_holds_something(connection) or (folder.exists() and any(folder.iterdir()))):
        raise RestoreError(
            "the database or the folder of files is not empty: restore into an empty data folder, or add --replace, "
            "which deletes what is there"
        )
    old = MetaData()
    # Also what a newer release added.
    old.reflect(connection)
    old.drop_all(connection)


def _holds_something(connection: Connection) -> bool:
    return any(connection.execute(select(table).limit(1)).first() for table in dump.tables_of(connection))


def _fill(connection: Connection, path: Path, manifest: Manifest, fresh: Path) -> None:
    upgrade(connection, manifest.about.revision)
    tables = {table.name: table for table in dump.tables_of(connection)}
    lacking = manifest.rows.keys() - tables.keys()
    if lacking:
        raise RestoreError(f"{path} holds tables that its version does not have ({', '.join(sorted(lacking))})")
    # What a migration put there by itself comes with the backup too.
    for table in reversed(tables.values()):
        connection.execute(table.delete())
    rows = _fill_tables(connection, path, tables, fresh)
    _compare(path, manifest.rows, rows)
    dump.go_on(connection, tables.values(), manifest.last_ids)
    upgrade(connection)


def _fill_tables(connection: Connection, path: Path, tables: dict[str, Table], fresh: Path) -> dict[str, int]:
    rows = dict.fromkeys(tables, 0)
    for name, content in members(path):
        part, file = TABLE_PART.fullmatch(name), FILE.fullmatch(name)
        if part:
            rows[part[1]] += _insert(connection, path, tables[part[1]], content)
        elif file:
            _extract(content, fresh / file[1])
    return rows


def _insert(connection: Connection, path: Path, table: Table, content: IO[bytes]) -> int:
    try:
        return dump.insert(connection, table, content)
    except ValueError as error:
        raise RestoreError(f"{path} has rows of {table.name} that its version does not have: take another") from error
    except StorageError as error:
        reason = type(getattr(error, "orig", None) or error).__name__
        raise RestoreError(
            f"the database did not take the rows of {table.name} ({reason}): it was left alone"
        ) from error


def _extract(content: IO[bytes], target: Path) -> None:
    target.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with target.open("xb") as out:
        shutil.copyfileobj(content, out)


def _compare(path: Path, wanted: dict[str, int], found: dict[str, int]) -> None:
    wrong: Collection[str] = [name for name, count in found.items() if wanted.get(name, 0) != count]
    if wrong:
        raise RestoreError(f"{path} does not hold as many rows of {', '.join(wrong)} as it says: take another backup")


def _move_in(fresh: Path, folder: Path) -> None:
    old = folder.with_name(f"{folder.name}.replaced")
    shutil.rmtree(old, ignore_errors=True)
    if folder.exists():
        folder.rename(old)
    if fresh.exists():
        fresh.rename(folder)
    shutil.rmtree(old, ignore_errors=True)
