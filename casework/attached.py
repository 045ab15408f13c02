"""Which files came with a ticket."""

from __future__ import annotations

from collections.abc import Iterable

from casework.ticket import Event


def files_of(events: Iterable[Event]) -> list[str]:
    """The ids of every file that these events brought, in the need or said in the thread, each once, oldest first."""
    found: dict[str, None] = {}
    for event in events:
        needs = [event.data.get("need", {}), *(each["need"] for each in event.data.get("reporters", ()))]
        for told in (*needs, event.data):
            found |= dict.fromkeys(told.get("attachments", ()))
    return list(found)
