"""Somebody who asked for help, by themselves or as one of several."""

from __future__ import annotations

from dataclasses import dataclass

from casework.need import Need


@dataclass(frozen=True, slots=True)
class Reporter:
    """Somebody who asked, and for what: `need` is as they themselves said it. `number` is the ticket they came with."""

    address: str
    name: str
    language: str
    number: str
    need: Need
