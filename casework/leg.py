"""A ticket's place on a trip, as its events say it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any


@dataclass(frozen=True, slots=True)
class Leg:
    """`trip` is the trip's id, `sets_out` (UTC) when its leader starts; None where only the day is agreed.

    While a ticket has one, its visit is agreed for a day: nobody can say at what hour the car stops at which door.
    """

    trip: int
    sets_out: datetime | None = None


def leg_of(data: Mapping[str, Any]) -> Leg:
    """From the data of an event `trip` or `trip-moved`."""
    at = data.get("sets_out")
    return Leg(int(data["trip"]), datetime.fromisoformat(at) if at else None)
