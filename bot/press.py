"""Buttons that cannot be forged: a key carries a signature for the one conversation it was offered to, and the day."""

from __future__ import annotations

import base64
import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta

from bot.message import Address, Button

SHORTEST_PART = 2
"""Characters that suffice to name a button by a part of its label, where no other button has them."""
SIGNATURE = 10
"""Characters of the signature: 60 bits, and a wrong guess is refused and recorded."""
DAY = 3
"""Characters, before those of the signature, of the day on which a button was made: days since FIRST_DAY to the base
36, which lasts until 2147. Telegram allows 64 bytes in all."""
FIRST_DAY = date(2020, 1, 1)
ALWAYS = None
FRAME = 30
"""Days for which a button of a question lives. Its serial says as well whether the question is still asked."""
LIVES: Mapping[str, int | None] = {
    # What only shows something, or begins something that asks again.
    **dict.fromkeys(("open", "look", "mine", "list", "help", "hotlines", "new", "person", "want", "language"), ALWAYS),
    **dict.fromkeys(("elders", "elder", "volunteer", "none", "data", "fix", "take", "who-saw"), ALWAYS),
    # What answers a question that stands in the talk of the day.
    "alarm": 2,
    # What cannot be undone is pressed on the day it was asked, or asked for again.
    **dict.fromkeys(("forget", "forgotten"), 2),
    **dict.fromkeys(("intake", "forward", "bot"), 7),
    **dict.fromkeys(("back", "cancel"), 30),
    # What happens to a ticket: its state decides too, but nobody means today what they were asked in spring.
    **dict.fromkeys(("accept", "pass", "ask", "talk", "hush", "plan", "done", "contact", "helper", "counsel"), 90),
    **dict.fromkeys(
        ("arrived", "visited", "skipped", "moved", "code", "callback", "same", "differ", "apart", "basis"), 90
    ),
    **dict.fromkeys(("add", "drop", "calm", "solved", "unsolved"), 90),
    "rate": 180,
    **dict.fromkeys(("came", "kin"), 60),
    "mood": 30,
    **dict.fromkeys(("help-yes", "help-no", "volunteer-stop", "volunteer-left"), 30),
    "help-done": 60,
    **dict.fromkeys(("volunteer-yes", "volunteer-no"), 90),
    # Who did not sign in says so at once; later the button could only be pressed by mistake.
    "end-sessions": 7,
}
"""Days for which the button of an action lives; ALWAYS for what can do no harm. Another action lives as a FRAME."""


class Signer:
    """Signs `base` as `base.day+signature`, both for one conversation. `now` gives an aware time."""

    def __init__(self, secret: bytes, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self._secret = secret
        self._now = now

    def __call__(self, address: Address, base: str) -> str:
        day = _in_base_36((self._now().date() - FIRST_DAY).days)
        return f"{base}.{day}{self._signature(address, f'{base}.{day}')}"

    def read(self, address: Address, key: str) -> str | None:
        """What a pressed key means, or None when it was not made for this conversation. Keys made before buttons had a
        day are read as well."""
        base, _, rest = key.rpartition(".")
        day, signature = rest[:-SIGNATURE], rest[-SIGNATURE:]
        signed = f"{base}.{day}" if day else base
        whole = bool(base) and len(day) in (0, DAY)
        known = hmac.compare_digest(signature.encode(), self._signature(address, signed).encode())
        return base if whole and known else None

    def over(self, key: str) -> bool:
        """Whether the time of a key that was read is over. Of one without a day nobody knows, so it is."""
        base, _, rest = key.rpartition(".")
        life = life_of(base)
        if life is None:
            return False
        day = rest[:-SIGNATURE]
        made = FIRST_DAY + timedelta(days=int(day, 36)) if day else date.min
        return (self._now().date() - made).days > life

    def _signature(self, address: Address, signed: str) -> str:
        digest = hmac.digest(self._secret, f"{address}|{signed}".encode(), "sha256")
        return base64.urlsafe_b64encode(digest)[:SIGNATURE].decode()


def life_of(base: str) -> int | None:
    """The days for which a button lives, by what it means."""
    return FRAME if "~" in base else LIVES.get(base.partition(":")[0], FRAME)


def _in_base_36(number: int) -> str:
    digits = ""
    for _ in range(DAY):
        number, last = divmod(number, 36)
        digits = "0123456789abcdefghijklmnopqrstuvwxyz"[last] + digits
    return digits


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
