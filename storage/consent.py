"""What people agreed to, a row for each kind of data, written with the event that says it; and the wordings shown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncConnection

from casework.consent import digest
from storage.privacy_table import consent, consent_wording

FIELDS = ("kind", "whose", "basis", "article", "how", "wording", "language")


async def keep(connection: AsyncConnection, events: Sequence[Mapping[str, Any]]) -> None:
    """The grounds in the data of these rows of events."""
    rows = [
        {
            "ticket_id": event["ticket_id"],
            "given_by": event["actor"],
            "at": event["at"],
            **{name: ground.get(name, "") for name in FIELDS},
        }
        for event in events
        for ground in event["data"].get("grounds", ())
    ]
    if rows:
        await connection.execute(insert(consent), rows)


async def register(connection: AsyncConnection, shown: Mapping[tuple[str, str], str], now: datetime) -> None:
    """Keep the wordings of this release, by kind and language, so that a digest can be read in years to come."""
    known = set((await connection.execute(select(consent_wording.c.digest))).scalars())
    rows = {
        digest(text): {"digest": digest(text), "kind": kind, "language": language, "text": text, "since": now}
        for (kind, language), text in shown.items()
    }
    fresh = [row for key, row in rows.items() if key not in known]
    if fresh:
        await connection.execute(insert(consent_wording), fresh)


async def of_ticket(connection: AsyncConnection, ticket_id: int) -> list[dict[str, Any]]:
    """Everything agreed to for a ticket, oldest first, with the words that were shown."""
    query = (
        select(consent, consent_wording.c.text)
        .outerjoin(consent_wording, consent_wording.c.digest == consent.c.wording)
        .where(consent.c.ticket_id == ticket_id)
        .order_by(consent.c.id)
    )
    return [dict(row._mapping) for row in (await connection.execute(query)).all()]
