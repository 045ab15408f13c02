"""Columns whose values are sealed on their way to the database and opened on their way back.

The keys belong to the engine, found by its dialect (each engine has its own): two databases with different keys live in
one process, and neither queries nor tables know of them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import Column, ColumnElement, Dialect, LargeBinary, Table, TypeDecorator, type_coerce
from sqlalchemy.engine import Engine

from storage.seal import KeyRing, SealError

_rings: WeakKeyDictionary[Dialect, KeyRing] = WeakKeyDictionary()


def give_ring(engine: Engine, ring: KeyRing) -> None:
    """What goes through this engine is sealed with these keys."""
    _rings[engine.dialect] = ring


def ring_of(dialect: Dialect) -> KeyRing:
    """The keys of an engine. Raises SealError for one that was given none."""
    try:
        return _rings[dialect]
    except KeyError:
        raise SealError("this engine has no keys: open the database by storage.database.Database") from None


class Sealed(TypeDecorator[Any]):
    """Bytes in the database. `place` is the table and column, which a value cannot leave."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, place: str) -> None:
        super().__init__()
        self.place = place

    def plain(self, value: Any) -> bytes:
        """What is sealed of a value."""
        return bytes(value)

    def value(self, plain: bytes) -> Any:
        """The inverse of `plain`."""
        return plain

    def bind_processor(self, dialect: Dialect) -> Callable[[Any], Any]:
        ring, place = ring_of(dialect), self.place.encode()
        return lambda value: None if value is None else ring.seal(self.plain(value), place)

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        ring, place = ring_of(dialect), self.place.encode()

        def opened(value: Any) -> Any:
            if value is None:
                return None
            # SQLite keeps what it is given: text here is a value that was never sealed.
            return self.value(ring.open(b"" if isinstance(value, (str, int, float)) else bytes(value), place))

        return opened


class SealedBytes(Sealed):
    """Bytes, sealed."""

    cache_ok = True


class SealedText(Sealed):
    """Text, sealed."""

    cache_ok = True

    def plain(self, value: Any) -> bytes:
        return str(value).encode()

    def value(self, plain: bytes) -> str:
        return plain.decode()


class SealedJSON(Sealed):
    """Plain JSON (numbers and lists too), sealed."""

    cache_ok = True

    def plain(self, value: Any) -> bytes:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")

    def value(self, plain: bytes) -> Any:
        return json.loads(plain.decode("utf-8", "surrogatepass"))


def sealed_columns(table: Table) -> list[Column[Any]]:
    """Those of a table's columns that are sealed."""
    return [column for column in table.columns if isinstance(column.type, Sealed)]


class OrError(TypeDecorator[Any]):
    """A sealed value, or the SealError of one that cannot be opened."""

    impl = LargeBinary
    cache_ok = True

    def __init__(self, sealed: Sealed) -> None:
        super().__init__()
        self.sealed = sealed

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], Any]:
        opened = self.sealed.result_processor(dialect, coltype)

        def opened_or_error(value: Any) -> Any:
            try:
                return opened(value)
            except SealError as error:
                return error

        return opened_or_error


def or_error(table: Table) -> list[ColumnElement[Any]]:
    """A table's columns, to be read where one value that cannot be opened must not hold up the rows beside it."""
    return [
        type_coerce(column, OrError(column.type)).label(column.name) if isinstance(column.type, Sealed) else column
        for column in table.columns
    ]
