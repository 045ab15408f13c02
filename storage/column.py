"""What all tables share. Times are UTC; JSON is plain; an address is a channel and the conversation in it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    DateTime,
    Dialect,
    MetaData,
    String,
    TypeDecorator,
)

MOST_ROWS = 2**31
"""Ids of rows stay below this on PostgreSQL; its driver raises for more."""

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is put back on when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def may_be_row(row_id: int) -> bool:
    """Whether a number from outside can be the id of a row."""
    return 0 < row_id < MOST_ROWS


def lies_in(place: Column[Any], area: str) -> ColumnElement[bool]:
    """Whether a place's code begins with that of `area`, asked so that a plain index serves."""
    return between(place, area, beyond(area))


def between(place: Column[Any], area: object, end: object) -> ColumnElement[bool]:
    """The same with both ends given, for a statement that is built once."""
    return (place >= area) & (place < end)


def beyond(area: str) -> str:
    """The first code behind those that begin with that of `area`."""
    return str(int(area) + 1)


def address() -> tuple[Column[Any], Column[Any]]:
    """The two columns of an address."""
    return Column("channel", String(16), nullable=False), Column("conversation", String(80), nullable=False)
