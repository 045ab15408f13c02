"""How long something is, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from locales.text import Say

UNITS = (("days", timedelta(days=1)), ("hours", timedelta(hours=1)), ("minutes", timedelta(minutes=1)))


def span(length: timedelta, say: Say) -> str:
    """A length of time in its largest whole unit; less than a minute counts as one."""
    for name, unit in UNITS:
        if length >= unit:
            return say(f"desk.span.{name}", count=length // unit)
    return say("desk.span.minutes", count=1)


def age(at: datetime, now: datetime, say: Say) -> str:
    """How long ago a moment was."""
    passed = now - at
    return say("desk.age.now") if passed < timedelta(minutes=1) else say("desk.age.ago", span=span(passed, say))
