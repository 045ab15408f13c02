"""What people confided is encrypted before it reaches the disk, and nobody without the key reads or changes it.

AES-256-GCM (NIST SP 800-38D) with a random 96-bit nonce for every value; the standard allows 2**32 values under one key
before it must be changed. A sealed value is `1 | key id (4 bytes) | nonce (12) | ciphertext and tag (16)`, 33 bytes
longer than what it holds. The place it belongs to (table and column) is authenticated with it, so that a value moved to
another column is refused. Keyed hashes are HMAC-SHA256 under keys of their own, derived by HKDF (RFC 5869).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import time
from collections.abc import Callable, Mapping, Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from sqlalchemy.exc import SQLAlchemyError

VERSION = b"\x01"
KEY_BYTES = 32
ID_BYTES = 4
NONCE_BYTES = 12
HEAD = len(VERSION) + ID_BYTES
LEAST = HEAD + NONCE_BYTES + 16
LOOK_EVERY = 5.0
"""Seconds after which a running program looks whether there is a new key."""


class SealError(SQLAlchemyError):
    """A sealed value cannot be read, or there is no key to seal with. The message names the remedy, never the value."""


class UnknownKeyError(SealError):
    """A value was sealed with a key that is not here."""

    def __init__(self, key_id: str) -> None:
        super().__init__(f"the key {key_id} is missing: put it back into LIANZHU_KEY_FILE or LIANZHU_KEY")
        self.key_id = key_id


class KeyRing:
    """The keys at hand, each under its short id; values are sealed with the first. `renew` brings the keys as they are
    now, or None when nothing has changed: a running program asks it every few seconds, and when a key is unknown."""

    def __init__(self, keys: Sequence[bytes], renew: Callable[[], Sequence[bytes] | None] | None = None) -> None:
        self._renew = renew
        self._look_at = time.monotonic() + LOOK_EVERY
        self._root = b""
        self._subkeys: dict[str, bytes] = {}
        self._take(keys)

    def _take(self, keys: Sequence[bytes]) -> None:
        if not keys or any(len(key) != KEY_BYTES for key in keys):
            raise SealError(f"a key has {KEY_BYTES} bytes, and there must be one: make one with `run_bot.py keys new`")
        self.keys: Mapping[str, bytes] = {key_id(key): key for key in keys}
        self._ciphers = {bytes.fromhex(each): AESGCM(key) for each, key in self.keys.items()}
        head = VERSION + bytes.fromhex(key_id(keys[0]))
        # Both at once: files are sealed in threads of their own, and each of these may find a new key.
        self._sealing = head, self._ciphers[head[1:]]

    @property
    def current(self) -> str:
        """The id of the key that seals."""
        return self.head[1:].hex()

    @property
    def head(self) -> bytes:
        """What every value sealed with the current key begins with."""
        return self._sealing[0]

    def look(self) -> None:
        """Take new keys, if there are any."""
        self._look_at = time.monotonic() + LOOK_EVERY
        keys = self._renew() if self._renew else None
        if keys:
            self._take(keys)

    def seal(self, plain: bytes, place: bytes) -> bytes:
        """The sealed value, which only `open` with the same `place` reads."""
        if self._renew and time.monotonic() > self._look_at:
            self.look()
        nonce, (head, cipher) = os.urandom(NONCE_BYTES), self._sealing
        return head + nonce + cipher.encrypt(nonce, plain, place)

    def open(self, sealed: bytes, place: bytes) -> bytes:
        """The inverse of `seal`. Raises UnknownKeyError, and SealError for what was changed, moved, or never sealed."""
        if len(sealed) < LEAST or sealed[:1] != VERSION:
            raise SealError(f"a value of {place.decode()} is not sealed: put back your last copy of the database")
        cipher = self._ciphers.get(sealed[1:HEAD]) or self._found(sealed[1:HEAD])
        try:
            return cipher.decrypt(sealed[HEAD : HEAD + NONCE_BYTES], sealed[HEAD + NONCE_BYTES :], place)
        except InvalidTag:
            raise SealError(
                f"a value of {place.decode()} was changed from outside: put back your last copy of the database"
            ) from None

    def key_of(self, identifier: bytes) -> bytes:
        """The key with this id (4 bytes), for what has a format of its own. Raises UnknownKeyError."""
        self._found(identifier)
        return self.keys[identifier.hex()]

    def _found(self, identifier: bytes) -> AESGCM:
        if identifier not in self._ciphers:
            self.look()
        if identifier not in self._ciphers:
            raise UnknownKeyError(identifier.hex())
        return self._ciphers[identifier]

    def root(self, secret: bytes) -> None:
        """From now on `keyed` works. The secret is kept sealed in the database and outlives every key."""
        self._root, self._subkeys = secret, {}

    def keyed(self, purpose: str, content: bytes) -> str:
        """HMAC-SHA256 of the content (64 hexadecimal digits) under the key of this purpose."""
        key = self._subkeys.get(purpose)
        if key is None:
            if not self._root:
                raise SealError("the database is not unlocked: migrate it first")
            key = self._subkeys[purpose] = derived(self._root, purpose)
        return hmac.digest(key, content, "sha256").hex()


def new_key() -> bytes:
    return os.urandom(KEY_BYTES)


def key_id(key: bytes) -> str:
    """Eight hexadecimal digits that tell keys apart and say nothing of them."""
    return hashlib.sha256(b"lianzhu key id" + key).digest()[:ID_BYTES].hex()


def derived(key: bytes, purpose: str, salt: bytes | None = None) -> bytes:
    """A key of its own for one purpose."""
    return HKDF(SHA256(), KEY_BYTES, salt, f"lianzhu {purpose}".encode()).derive(key)


def written(key: bytes) -> str:
    """A key as a line of text."""
    return base64.b64encode(key).decode()


def read_key(text: str) -> bytes:
    """A key from base64 (also the URL's kind) or hexadecimal digits. Raises SealError."""
    try:
        if len(text) == KEY_BYTES * 2:
            return bytes.fromhex(text)
        padded = text.replace("-", "+").replace("_", "/") + "=" * (-len(text) % 4)
        key = base64.b64decode(padded, validate=True)
    except (ValueError, binascii.Error):
        key = b""
    if len(key) != KEY_BYTES:
        raise SealError(
            f"a key is {KEY_BYTES} bytes in base64 or hexadecimal digits: make one with `openssl rand -base64 32`"
        )
    return key
