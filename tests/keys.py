"""Keys for databases in tests."""

from __future__ import annotations

from storage.database import Database
from storage.seal import KeyRing

KEY = bytes(range(32))


def database_of(url: str) -> Database:
    """A database under the same key every time."""
    return Database(url, KeyRing([KEY]))
