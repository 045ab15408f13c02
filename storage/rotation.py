"""Sealing everything anew with the current key while the program runs, and asking what still needs an old one.

It may be cut off and begun again at any time: what is sealed with the current key already is left alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

from sqlalchemy import Column, LargeBinary, Table, bindparam, func, or_, select, tuple_, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.seal import HEAD, VERSION, KeyRing
from storage.sealed import Sealed, sealed_columns
from storage.table import secret
from storage.unlock import CHECK

AT_ONCE = 200
"""Rows in one transaction, so that nobody who writes to the bot waits long."""


def tables() -> list[Table]:
    """Those with sealed columns."""
    return [table for table in secret.metadata.sorted_tables if sealed_columns(table)]


async def seal_anew(database: Database) -> AsyncIterator[tuple[str, int]]:
    """Go through all tables; yields each table's name and how many rows were sealed anew."""
    for table in tables():
        changed, after = 0, None
        while True:
            async with database.write() as connection:
                rows, after = await _page(connection, table, after)
                changed += await _write(connection, database.ring, table, rows)
            if after is None:
                break
        yield table.name, changed


async def uses(connection: AsyncConnection, key_id: str) -> dict[str, int]:
    """By table, in how many rows something is sealed with this key."""
    found = {}
    for table in tables():
        with_it = or_(*(_head(column) == VERSION + bytes.fromhex(key_id) for column in sealed_columns(table)))
        query = select(func.count()).select_from(table).where(with_it)
        if table is secret:
            query = query.where(~secret.c.name.startswith(CHECK))
        if count := int((await connection.execute(query)).scalar_one()):
            found[table.name] = count
    return found


async def _page(
    connection: AsyncConnection, table: Table, after: tuple[Any, ...] | None
) -> tuple[list[dict[str, Any]], tuple[Any, ...] | None]:
    """The next rows as they lie there, and after which the following ones come (None: these were the last)."""
    keys = list(table.primary_key.columns)
    raw = [type_coerce(column, LargeBinary).label(column.name) for column in sealed_columns(table)]
    query = select(*keys, *raw).order_by(*keys).limit(AT_ONCE).with_for_update()
    if table is secret:
        query = query.where(~secret.c.name.startswith(CHECK))
    if after is not None:
        query = query.where(tuple_(*keys) > after)
    rows = [dict(row._mapping) for row in (await connection.execute(query)).all()]
    following = tuple(rows[-1][key.name] for key in keys) if len(rows) == AT_ONCE else None
    return rows, following


async def _write(connection: AsyncConnection, ring: KeyRing, table: Table, rows: list[dict[str, Any]]) -> int:
    ring.look()
    sealed = [column.name for column in sealed_columns(table)]
    stale = [row for row in rows if any(row[name] and bytes(row[name])[:HEAD] != ring.head for name in sealed)]
    if stale:
        keys = list(table.primary_key.columns)
        # A statement over the whole row: executed for many, it must name the same columns each time.
        same = [key == bindparam(f"key_{key.name}") for key in keys]
        values = {column: bindparam(f"new_{column.name}", type_=LargeBinary) for column in sealed_columns(table)}
        changed = [
            {f"key_{key.name}": row[key.name] for key in keys}
            | {f"new_{name}": _again(ring, row[name], table.c[name]) for name in sealed}
            for row in stale
        ]
        await connection.execute(update(table).where(*same).values(values), changed)
    return len(stale)


def _again(ring: KeyRing, value: Any, column: Column[Any]) -> bytes | None:
    assert isinstance(column.type, Sealed)
    place = column.type.place.encode()
    return None if value is None else ring.seal(ring.open(bytes(value), place), place)


def _head(column: Column[Any]) -> Any:
    return func.substr(type_coerce(column, LargeBinary), 1, HEAD, type_=LargeBinary)
