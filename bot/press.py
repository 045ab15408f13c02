"""Buttons that cannot be forged: a key carries a signature for the one conversation it was offered to."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Sequence

from bot.message import Address, Button

SHORTEST_PART = 2
"""Characters that suffice to name a button by a part of its label, where no other button has them."""
SIGNATURE = 10
"""Characters of the signature: 60 bits, and a wrong guess is refused and recorded."""


class Signer:
    """Signs `base` as `base.signature`; Telegram allows 64 bytes in all."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret

    def __call__(self, address: Address, base: str) -> str:
        return f"{base}.{self._signature(address, base)}"

    def read(self, address: Address, key: str) -> str | None:
        """What a pressed key means, or None when it was not made for this conversation."""
        base, _, signature = key.rpartition(".")
        return (
            base if base and hmac.compare_digest(signature.encode(), self._signature(address, base).encode()) else None
        )

    def _signature(self, address: Address, base: str) -> str:
        digest = hmac.new(self._secret, f"{address}|{base}".encode(), hashlib.sha256).digest()
        return base64.urlsafe_b64encode(digest)[:SIGNATURE].decode()


def meant(text: str, offered: Sequence[Sequence[Button]]) -> str | None:
    """The key of the button that a typed text means: its label, its key without the signature (or only
    the action, the first that fits), a part of its label that no other has, or its number.

    `offered` are the buttons of the last messages, newest first. A number counts only for the newest.
    """
    wanted = text.strip()
    for buttons in offered:
        for button in buttons:
            base = button.key.rpartition(".")[0]
            plain = base.partition("~")[0]
            if wanted in (button.key, button.label, base, plain, plain.partition(":")[0]):
                return button.key
    if not offered:
        return None
    newest = offered[0]
    containing = [button.key for button in newest if len(wanted) >= SHORTEST_PART and wanted in button.label]
    if len(containing) == 1:
        return containing[0]
    if not (wanted.isascii() and wanted.isdigit()):
        return None
    begins = [button.key for button in newest if button.label.split(maxsplit=1)[0].rstrip(".、") == wanted]
    by_place = [newest[int(wanted) - 1].key] if 1 <= int(wanted) <= len(newest) and len(wanted) < 3 else []
    return next(iter([*begins, *by_place]), None)
