"""Who gets in to the desk and how long they stay: sessions, the second factor of officers, and what locks it.

One-time codes follow RFC 6238 (TOTP): steps of 30 seconds, six digits; its section 5.2 recommends one step of delay and
that a code counts once.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from casework.staff import Staff

SESSION_LIFE = timedelta(hours=12)
"""A working day; after it a new link is needed, however busy somebody was."""
IDLE_OFFICER, IDLE_WORKER = timedelta(minutes=30), timedelta(hours=2)
"""How long a desk that nobody touches stays open. A worker is out on visits, and sees few families' files; an officer
sees a whole area's."""
LINK_BY_CHAT = timedelta(minutes=10)
"""How long a link asked for in the chat is good: it stands in the chat's history."""
STEP = 30
"""Seconds of one code."""
DRIFT = 1
"""Steps before and after the present whose code counts as well: clocks of telephones are not exact."""
DIGITS = 6
TRIES = 5
"""Wrong codes within LOCK that lock the second factor for LOCK."""
LOCK = timedelta(minutes=15)
RECOVERY_CODES = 10


@dataclass(frozen=True, slots=True)
class Factor:
    """The second factor of one person. `last_step` is the step of the last code that counted, `wrong` when wrong codes
    came (UTC, those that still count), `enrolled` whether they have shown once that they can make codes."""

    enrolled: bool = False
    last_step: int = 0
    wrong: tuple[datetime, ...] = ()
    locked_until: datetime | None = None

    def locked(self, now: datetime) -> bool:
        return self.locked_until is not None and now < self.locked_until


def owes_second(by: Staff) -> bool:
    """Whether a link alone is not enough for this person: officers see a whole area. Made-up staff of a trial owe
    nothing: they exist only until real staff is added, and have no telephone."""
    return by.officer and not by.trial


def idle_life(by: Staff) -> timedelta:
    """How long this person's session lives without anything done in it."""
    return IDLE_OFFICER if by.officer else IDLE_WORKER


def step_of(now: datetime) -> int:
    """The number of the step that a moment lies in."""
    return int(now.timestamp()) // STEP


def counting_step(factor: Factor, code: str, now: datetime, code_at: Callable[[int], str]) -> int | None:
    """The step whose code this is, None if it is none or has counted before. `code_at` gives the code of a step."""
    present = step_of(now)
    steps = [step for step in range(present - DRIFT, present + DRIFT + 1) if step > factor.last_step]
    # Every one is compared, so that the time taken tells nothing.
    found = [step for step in steps if hmac.compare_digest(code_at(step).encode(), code.encode())]
    return found[0] if found else None


def after_right(factor: Factor, step: int) -> Factor:
    """A code counted: it never does again, and earlier mistakes are forgotten."""
    return Factor(enrolled=True, last_step=max(step, factor.last_step))


def after_wrong(factor: Factor, now: datetime) -> Factor:
    """A code did not count. At the last try of a quarter of an hour the factor locks."""
    wrong = (*(at for at in factor.wrong if now - at < LOCK), now)
    if len(wrong) < TRIES:
        return replace(factor, wrong=wrong)
    return replace(factor, wrong=(), locked_until=now + LOCK)
