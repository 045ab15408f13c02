"""Sealed files: photographs, recordings, and a copy of the database that was made before it was sealed.

The construction is STREAM (Hoang, Reyhanitabar, Rogaway, Vizar: Online Authenticated-Encryption and its Nonce-Reuse
Misuse-Resistance, 2015): pieces of 64 KiB, each AES-256-GCM under a key of the file's own (HKDF, random salt), the
nonce being the piece's number and whether it is the last; so pieces cannot be changed, swapped, or cut off. A file is
`LZ1 | key id (4 bytes) | salt (16) | pieces`. Its name is authenticated with it.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from storage.seal import ID_BYTES, KeyRing, SealError, derived, new_key

MAGIC = b"LZ1"
SALT = 16
PIECE = 64 * 1024
TAG = 16
HEADER = len(MAGIC) + ID_BYTES + SALT


class Writer:
    """Seals what is written to it piece by piece; `close` writes the last piece, without which nothing can be read."""

    def __init__(self, out: BinaryIO, ring: KeyRing, name: str) -> None:
        # A file may be the first that is sealed for hours, and a key that has been replaced since must get no new one.
        ring.look()
        identifier, salt = bytes.fromhex(ring.current), new_key()[:SALT]
        self._out, self._name, self._held, self._number = out, name.encode(), bytearray(), 0
        self._cipher = AESGCM(derived(ring.key_of(identifier), "file", salt))
        out.write(MAGIC + identifier + salt)

    def write(self, content: bytes) -> None:
        self._held += content
        # The last piece is marked as such, so one is always held back.
        while len(self._held) > PIECE:
            self._piece(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]

    def close(self) -> None:
        self._piece(bytes(self._held), last=True)

    def _piece(self, content: bytes, *, last: bool) -> None:
        self._out.write(self._cipher.encrypt(_nonce(self._number, last=last), content, self._name))
        self._number += 1


def pieces(path: Path, ring: KeyRing, name: str) -> Iterator[bytes]:
    """The file's content. Raises SealError where it was changed, cut off or renamed, OSError where it can't be read."""
    with path.open("rb") as source:
        head = source.read(HEADER)
        if len(head) < HEADER or not head.startswith(MAGIC):
            raise SealError(f"{path.name} is not sealed: put back your last copy of it")
        key = ring.key_of(head[len(MAGIC) : len(MAGIC) + ID_BYTES])
        cipher, number = AESGCM(derived(key, "file", head[-SALT:])), 0
        held = source.read(PIECE + TAG)
        while True:
            following = source.read(PIECE + TAG)
            try:
                yield cipher.decrypt(_nonce(number, last=not following), held, name.encode())
            except InvalidTag:
                raise SealError(f"{path.name} was changed or cut off: put back your last copy of it") from None
            if not following:
                return
            held, number = following, number + 1


def key_of(path: Path) -> str:
    """The id of the key a file is sealed with; empty for one that is not sealed."""
    with path.open("rb") as source:
        head = source.read(HEADER)
    sealed = len(head) == HEADER and head.startswith(MAGIC)
    return head[len(MAGIC) : len(MAGIC) + ID_BYTES].hex() if sealed else ""


def seal_again(path: Path, ring: KeyRing, name: str, target: Path | None = None) -> None:
    """The file sealed with the current key, whether it was sealed before or not; as `target`, or in its own place. At
    any moment one of the two is whole."""
    content = pieces(path, ring, name) if key_of(path) else _plain(path)
    fresh = path.with_name(f".{path.name}.sealing")
    try:
        with fresh.open("wb") as out:
            writer = Writer(out, ring, name)
            for piece in content:
                writer.write(piece)
            writer.close()
    except BaseException:
        fresh.unlink(missing_ok=True)
        raise
    fresh.chmod(0o600)
    fresh.replace(target or path)
    if target is not None and target != path:
        path.unlink()


def _plain(path: Path) -> Iterator[bytes]:
    with path.open("rb") as source:
        while piece := source.read(PIECE):
            yield piece


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(11, "big") + (b"\x01" if last else b"\x00")
