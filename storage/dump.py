"""Rows of every table as lines of JSON and back, the same for SQLite and PostgreSQL.

Tables are read as the database itself describes them and not as the code does: what is kept sealed stays sealed, and a
database of an older shape is read as it is. Rows stream; a part is never larger than PART_ROWS and about PART_BYTES.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any

from sqlalchemy import (
    JSON,
    Connection,
    Date,
    DateTime,
    Dialect,
    LargeBinary,
    MetaData,
    Table,
    Time,
    TypeDecorator,
    func,
    select,
    text,
)
from sqlalchemy.types import TypeEngine

from storage.table import ticket

PART_ROWS = 2000
PART_BYTES = 4 * 1024 * 1024
BYTES = "$base64"
"""Marks what is no text; nothing of ours has such a key."""
Row = dict[str, Any]


def tables_of(connection: Connection) -> list[Table]:
    """Our tables as they stand in the database; what others refer to comes first."""
    found = MetaData()
    found.reflect(connection, only=lambda name, _: name in ticket.metadata.tables)
    for table in found.tables.values():
        for column in table.columns:
            if isinstance(column.type, JSON):
                column.type.none_as_null = bool(column.nullable)
            if connection.dialect.name == "sqlite":
                column.type = _AsKept(column.type)
    return found.sorted_tables


class _AsKept(TypeDecorator[Any]):
    """The database's own type, but for bytes, which SQLite keeps in any column: what is sealed stays so."""

    impl = LargeBinary
    cache_ok = False

    def __init__(self, kind: TypeEngine[Any]) -> None:
        super().__init__()
        self.kind = kind

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return self.kind

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        return _but_bytes(self.kind.dialect_impl(dialect).bind_processor(dialect))

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        return _but_bytes(self.kind.dialect_impl(dialect).result_processor(dialect, coltype))


def _but_bytes(process: Callable[[Any], Any] | None) -> Callable[[Any], Any]:
    return lambda value: value if process is None or isinstance(value, bytes) else process(value)


def parts(connection: Connection, table: Table) -> Iterator[tuple[bytes, int]]:
    """The rows of a table in order of their keys, as parts of a bounded size with the number of rows in each."""
    query = select(table).order_by(*table.primary_key.columns)
    streamed = connection.execute(query, execution_options={"stream_results": True, "max_row_buffer": PART_ROWS})
    lines: list[bytes] = []
    size = 0
    for row in streamed.mappings():
        lines.append(line_of(dict(row)))
        size += len(lines[-1])
        if len(lines) >= PART_ROWS or size >= PART_BYTES:
            yield b"".join(lines), len(lines)
            lines, size = [], 0
    if lines:
        yield b"".join(lines), len(lines)


def line_of(row: Row) -> bytes:
    """A row as a line. Times are ISO 8601, those with a day in UTC; bytes are {BYTES: base64}."""
    return json.dumps(row, ensure_ascii=False, default=_plain, separators=(",", ":")).encode() + b"\n"


def insert(connection: Connection, table: Table, lines: Iterable[bytes]) -> int:
    """Put lines of `line_of` into a table; returns how many. Raises ValueError for a line that is no row of it."""
    readers = {column.name: _reader(column.type) for column in table.columns}
    rows = []
    for line in lines:
        plain = json.loads(line)
        if not isinstance(plain, dict) or plain.keys() != readers.keys():
            raise ValueError(table.name)
        rows.append({name: _value(plain[name], read) for name, read in readers.items()})
    if rows:
        connection.execute(table.insert(), rows)
    return len(rows)


def last_ids(connection: Connection, tables: Iterable[Table]) -> dict[str, int]:
    """The last id that each table gave, where the database remembers it beyond the rows that are left."""
    if connection.dialect.name == "sqlite":
        return {name: int(last) for name, last in _counted(connection).items()}
    return {
        table.name: int(last)
        for table, sequence in _sequences(connection, tables)
        if (last := connection.execute(text(f"SELECT last_value FROM {sequence} WHERE is_called")).scalar())  # noqa: S608 - a name the database gave
    }


def go_on(connection: Connection, tables: Iterable[Table], given: dict[str, int]) -> None:
    """Let ids go on after the largest there is and after the last that was `given`, so that none is given twice."""
    if connection.dialect.name == "sqlite":
        counted = _counted(connection)
        for name in (name for name in given if name in counted):
            values = {"name": name, "last": max(given[name], counted[name])}
            connection.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), values)
            connection.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :last)"), values)
        return
    for table, sequence in _sequences(connection, tables):
        [key] = table.primary_key.columns
        last = max(connection.execute(select(func.max(key))).scalar() or 0, given.get(table.name, 0))
        if last:
            connection.execute(text("SELECT setval(:sequence, :last)"), {"sequence": sequence, "last": last})


def _counted(connection: Connection) -> dict[str, int]:
    """SQLite's tables whose ids are never given again, each with the last."""
    made = connection.execute(
        text("SELECT name FROM sqlite_master WHERE type = 'table' AND sql LIKE '%AUTOINCREMENT%'")
    )
    names = dict.fromkeys(made.scalars(), 0)
    if names:
        rows = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
        names |= {row.name: row.seq for row in rows}
    return names


def _sequences(connection: Connection, tables: Iterable[Table]) -> Iterator[tuple[Table, str]]:
    """PostgreSQL's tables that count their ids, each with the name of what counts."""
    owned = text("SELECT pg_get_serial_sequence(:table, :column)")
    for table in tables:
        keys = list(table.primary_key.columns)
        if len(keys) == 1:
            name = connection.dialect.identifier_preparer.quote(table.name)
            found = connection.execute(owned, {"table": name, "column": keys[0].name}).scalar()
            if found:
                yield table, str(found)


def _plain(value: object) -> object:
    match value:
        case datetime():
            # SQLite keeps no zone; every time of ours is UTC.
            aware = value.replace(tzinfo=UTC) if value.tzinfo is None else value
            return aware.astimezone(UTC).isoformat()
        case date() | time():
            return value.isoformat()
        case bytes() | memoryview():
            return {BYTES: base64.b64encode(value).decode("ascii")}
        case Decimal():
            return float(value)
        case _:
            raise TypeError(type(value).__name__)


def _value(plain: Any, read: Callable[[Any], Any]) -> Any:
    if plain is None:
        return None
    if isinstance(plain, dict) and plain.keys() == {BYTES}:
        return base64.b64decode(plain[BYTES])
    return read(plain)


def _reader(kind: TypeEngine[Any]) -> Callable[[Any], Any]:
    match kind.kind if isinstance(kind, _AsKept) else kind:
        case DateTime() as own:
            return datetime.fromisoformat if own.timezone else _naive
        case Date():
            return date.fromisoformat
        case Time():
            return time.fromisoformat
        case _:
            return _same


def _naive(value: str) -> datetime:
    return datetime.fromisoformat(value).astimezone(UTC).replace(tzinfo=None)


def _same(value: Any) -> Any:
    return value
