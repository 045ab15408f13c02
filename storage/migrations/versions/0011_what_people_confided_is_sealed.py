"""What people confided is sealed; who looked and who decided stands in an audit chain

Revision: 0011, after 0010
"""

import json
from collections.abc import Callable
from typing import Any

import sqlalchemy as sa
from alembic import op

from storage.column import Moment
from storage.sealed import ring_of
from storage.unlock import CHECK, ROOT, unlock

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

PAGE = 500
KEYS: dict[str, tuple[str, ...]] = {
    "second_factor": ("staff_id",),
    "conversation": ("channel", "conversation"),
    "secret": ("name",),
}
"""Where the primary key is not `id`."""
SEALED: dict[str, dict[str, sa.types.TypeEngine[Any]]] = {
    "conversation": {"state": sa.JSON(), "name": sa.String(80)},
    "inbox": {"payload": sa.JSON()},
    "outbox": {"payload": sa.JSON()},
    "ticket_event": {"data": sa.JSON()},
    "trip": {"start": sa.JSON(), "stops": sa.JSON(), "items": sa.JSON(), "reason": sa.String(200)},
    "attachment": {
        "source": sa.String(300),
        "name": sa.String(120),
        "latitude": sa.Float(),
        "longitude": sa.Float(),
    },
    "lesson": {"text": sa.Text()},
    "second_factor": {"secret": sa.Text()},
    "secret": {"value": sa.LargeBinary()},
    "staff_absence": {"reason": sa.String(200)},
    "volunteer": {"name": sa.String(80), "phone": sa.String(40), "likes": sa.String(200)},
    "volunteer_elder": {
        "name": sa.String(80),
        "landmark": sa.String(200),
        "phone": sa.String(40),
        "age": sa.Integer(),
        "relation": sa.String(40),
        "note": sa.String(200),
    },
}
"""Columns with what they were before."""


def upgrade() -> None:
    bind = op.get_bind()
    ring = ring_of(bind.dialect)
    _change_types(bind, to_bytes=True)
    for name, columns in SEALED.items():
        for column in columns:
            place = f"{name}.{column}".encode()
            _rewrite(bind, name, column, lambda value, place=place: ring.seal(_bytes(value), place))
    unlock(bind)
    for key, family in bind.execute(sa.text("SELECT id, family FROM ticket WHERE family != ''")).all():
        keyed = ring.keyed("family", family.encode())[:32]
        bind.execute(sa.text("UPDATE ticket SET family = :keyed WHERE id = :key"), {"keyed": keyed, "key": key})
    _audit()


def downgrade() -> None:
    op.drop_table("audit")
    bind = op.get_bind()
    ring = ring_of(bind.dialect)
    bind.execute(
        sa.text("DELETE FROM secret WHERE name = :root OR name LIKE :check"), {"root": ROOT, "check": CHECK + "%"}
    )
    for name, columns in SEALED.items():
        for column, kind in columns.items():
            place = f"{name}.{column}".encode()
            _rewrite(bind, name, column, lambda value, p=place, k=kind: _plain(bind, ring.open(bytes(value), p), k))
    _change_types(bind, to_bytes=False)
    # The keyed hash cannot be turned back: of older tickets it is forgotten who has served whom.
    bind.execute(sa.text("UPDATE ticket SET family = ''"))


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("actor", sa.String(length=120), nullable=False),
        sa.Column("action", sa.String(length=40), nullable=False),
        sa.Column("object", sa.String(length=120), nullable=False),
        sa.Column("purpose", sa.String(length=40), nullable=False),
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("nonce", sa.String(length=16), nullable=False),
        sa.Column("own", sa.String(length=64), nullable=False),
        sa.Column("seq", sa.Integer(), nullable=True),
        sa.Column("prev", sa.String(length=64), nullable=False),
        sa.Column("hash", sa.String(length=64), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_audit")),
        sa.UniqueConstraint("seq", name=op.f("uq_audit_seq")),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_object", "audit", ["object", "id"])
    unlinked = sa.text("seq IS NULL")
    op.create_index("ix_audit_unlinked", "audit", ["id"], sqlite_where=unlinked, postgresql_where=unlinked)


def _change_types(bind: sa.Connection, *, to_bytes: bool) -> None:
    # SQLite keeps in a column what it is given, whatever its type says.
    if bind.dialect.name == "sqlite":
        return
    for name, columns in SEALED.items():
        for column, kind in columns.items():
            if isinstance(kind, sa.LargeBinary):
                continue
            before = kind.compile(bind.dialect)
            target, using = (
                ("BYTEA", f"convert_to({column}::text, 'UTF8')")
                if to_bytes
                else (before, f"convert_from({column}, 'UTF8')::{before}")
            )
            op.execute(f"ALTER TABLE {name} ALTER COLUMN {column} TYPE {target} USING {using}")


def _rewrite(bind: sa.Connection, name: str, column: str, change: Callable[..., object]) -> None:
    keys: list[sa.ColumnClause[Any]] = [sa.column(each) for each in KEYS.get(name, ("id",))]
    value: sa.ColumnClause[Any] = sa.column(column)
    where = sa.table(name, *keys, value)
    last: tuple[Any, ...] | None = None
    while True:
        query = sa.select(*keys, value).where(value.is_not(None)).select_from(where).order_by(*keys).limit(PAGE)
        if last is not None:
            query = query.where(sa.tuple_(*keys) > sa.tuple_(*(sa.literal(each) for each in last)))
        rows = bind.execute(query).all()
        if not rows:
            return
        for *key, held in rows:
            same = sa.and_(*(each == part for each, part in zip(keys, key, strict=True)))
            bind.execute(sa.update(where).where(same).values({column: change(held)}))
        last = tuple(rows[-1])[: len(keys)]


def _bytes(value: Any) -> bytes:
    if isinstance(value, (bytes, memoryview)):
        return bytes(value)
    if isinstance(value, str):
        return value.encode("utf-8", "surrogatepass")
    return json.dumps(value).encode()


def _plain(bind: sa.Connection, content: bytes, kind: object) -> object:
    if isinstance(kind, sa.LargeBinary) or bind.dialect.name != "sqlite":
        return content
    text = content.decode("utf-8", "surrogatepass")
    return json.loads(text) if isinstance(kind, (sa.Float, sa.Integer)) else text
