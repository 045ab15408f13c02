"""Tickets and their events as rows."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Any

from casework.clock import next_due
from casework.dossier import asked_by
from casework.need import Need
from casework.pace import Pace
from casework.ticket import Event, State, Ticket
from storage.seal import KeyRing


def event_rows(ticket_id: int, length: int, events: Sequence[Event]) -> list[dict[str, Any]]:
    """Rows of events that follow after `length` others."""
    return [
        {
            "ticket_id": ticket_id,
            "position": length + offset,
            "type": event.type,
            "at": event.at,
            "actor": event.actor,
            "audience": event.audience.value,
            "data": dict(event.data),
        }
        for offset, event in enumerate(events)
    ]


def columns(ticket_now: Ticket, pace: Pace, ring: KeyRing) -> dict[str, object]:
    """What is kept of a ticket beside its thread, so that it is found without reading that."""
    due = next_due(ticket_now, pace)
    return {
        "due_at": due.at if due else None,
        "state": ticket_now.state.value,
        "urgent": ticket_now.urgent,
        "place": ticket_now.need.place,
        "responsible": ticket_now.responsible,
        "length": len(ticket_now.events),
        "family": family_key(ticket_now.need, ring),
        "ended_at": ticket_now.last.at if ticket_now.state in (State.CLOSED, State.CANCELLED) else None,
        "erase_asked": bool(asked_by(ticket_now)),
    }


def family_key(need: Need, ring: KeyRing) -> str:
    """A key for one beneficiary's tickets, whoever reports them; empty while they have no name. Names can be guessed,
    so it is a keyed hash (of a plain one, which is what older tickets had)."""
    name = need.beneficiary.name.strip()
    if not name:
        return ""
    plain = hashlib.sha256(f"{name} {need.place}".encode()).hexdigest()[:32]
    return ring.keyed("family", plain.encode())[:32]
