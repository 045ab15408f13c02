"""Whether the keys at hand fit a database, and the secret inside it from which its keyed hashes come.

For every key that values may be sealed with, the table `secret` holds a value sealed with that very key.
"""

from __future__ import annotations

from sqlalchemy import Connection, LargeBinary, String, column, delete, insert, inspect, select, table

from storage.seal import SealError, UnknownKeyError, new_key
from storage.sealed import ring_of

PLACE = b"secret.value"
CHECK = "seal."
ROOT = "root"
_secret = table("secret", column("name", String), column("value", LargeBinary))
"""The table as it lies there: values sealed."""


def keys_of(connection: Connection) -> list[str]:
    """The ids of the keys that values of this database may be sealed with; empty for one that is not sealed yet."""
    if not inspect(connection).has_table("secret"):
        return []
    names = connection.execute(select(_secret.c.name).where(_secret.c.name.startswith(CHECK))).scalars()
    return sorted(name.removeprefix(CHECK) for name in names)


def refuse_other_keys(connection: Connection) -> None:
    """Raise SealError unless every key of the database is at hand and fits."""
    ring = ring_of(connection.dialect)
    for each in keys_of(connection):
        if each not in ring.keys:
            raise UnknownKeyError(each)
        value = connection.execute(select(_secret.c.value).where(_secret.c.name == CHECK + each)).scalar_one()
        if ring.open(bytes(value), PLACE) != each.encode():
            raise SealError(f"the key {each} does not fit: put back your copy of the key file")


def locked(connection: Connection) -> bool:
    """Whether `unlock` has something to write."""
    ring = ring_of(connection.dialect)
    return ring.current not in keys_of(connection) or _value(connection, ROOT) is None


def unlock(connection: Connection) -> None:
    """Note the current key as one of the database's, and take out the secret, made at the first time."""
    ring = ring_of(connection.dialect)
    if ring.current not in keys_of(connection):
        check = ring.seal(ring.current.encode(), PLACE)
        connection.execute(insert(_secret).values(name=CHECK + ring.current, value=check))
    held = _value(connection, ROOT)
    if held is None:
        held = ring.seal(new_key(), PLACE)
        connection.execute(insert(_secret).values(name=ROOT, value=held))
    ring.root(ring.open(held, PLACE))


def forget(connection: Connection, key_id: str) -> None:
    """Nothing is sealed with this key any more."""
    connection.execute(delete(_secret).where(_secret.c.name == CHECK + key_id))


def _value(connection: Connection, name: str) -> bytes | None:
    found = connection.execute(select(_secret.c.value).where(_secret.c.name == name)).scalar()
    return None if found is None else bytes(found)
