"""What a database holds, read by plain SQL: nothing here comes from the program or its libraries.

The tables' and columns' names are those of the migrations. What is sealed there is opened as is written of it: AES-GCM
over `1 | key id (4 bytes) | nonce (12) | ciphertext and tag`, with the table and column authenticated.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import asyncpg
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

Row = Mapping[str, Any]
Ask = Callable[[str], Awaitable[Iterable[Row]]]
INBOX = "SELECT id, channel, conversation, external_id, payload FROM inbox ORDER BY id"
OUTBOX = (
    "SELECT id, channel, conversation, payload, ticket, created_at, due_at, by_day, sent_at, parked_at, reference, "
    "delivery, error FROM outbox ORDER BY id"
)
TICKETS = "SELECT id, number, state, reporter, responsible, length FROM ticket ORDER BY id"
EVENTS = "SELECT ticket_id, position, type, at, actor, data FROM ticket_event ORDER BY ticket_id, position"
SEALED = {"inbox": "payload", "outbox": "payload", "ticket_event": "data"}
HEAD, NONCE = 5, 12
STAFF = "SELECT channel, conversation, staff_id FROM staff_address"


@dataclass(frozen=True, slots=True)
class Stored:
    """The rows of the tables that matter, oldest first."""

    inbox: list[Row]
    outbox: list[Row]
    tickets: list[Row]
    events: list[Row]
    staff: list[Row]

    def events_of(self, ticket: Row) -> list[Row]:
        return [event for event in self.events if event["ticket_id"] == ticket["id"]]

    def to(self, address: str) -> list[Row]:
        """What was put out for an address."""
        return [row for row in self.outbox if address_of(row) == address]

    def of(self, address: str) -> list[Row]:
        """What came in from an address."""
        return [row for row in self.inbox if address_of(row) == address]


async def read(url: str, key: bytes) -> Stored:
    """Everything, from an SQLite file or from postgresql://…, opened with the key it was sealed with."""
    if not url.startswith("postgresql"):
        connection = sqlite3.connect(f"file:{url}?mode=ro", uri=True)
        connection.row_factory = sqlite3.Row

        async def ask_file(query: str) -> Iterable[Row]:
            return [dict(row) for row in connection.execute(query)]

        try:
            return await _all(ask_file, AESGCM(key))
        finally:
            connection.close()
    server = await asyncpg.connect(url)
    try:
        return await _all(server.fetch, AESGCM(key))
    finally:
        await server.close()


async def _all(ask: Ask, cipher: AESGCM) -> Stored:
    inbox, outbox, tickets, events, staff = [list(await ask(each)) for each in (INBOX, OUTBOX, TICKETS, EVENTS, STAFF)]
    return Stored(
        _opened(inbox, "inbox", cipher),
        _opened(outbox, "outbox", cipher),
        tickets,
        _opened(events, "ticket_event", cipher),
        staff,
    )


def _opened(rows: Iterable[Row], table: str, cipher: AESGCM) -> list[Row]:
    column = SEALED[table]

    def plain(sealed: bytes) -> Any:
        nonce, rest = sealed[HEAD : HEAD + NONCE], sealed[HEAD + NONCE :]
        return json.loads(cipher.decrypt(nonce, rest, f"{table}.{column}".encode()))

    return [{**row, column: plain(row[column])} for row in rows]


def address_of(row: Row) -> str:
    return f"{row['channel']}:{row['conversation']}"


def text_of(row: Row) -> str:
    """What a row of the outbox says, under the name of whoever speaks, as people read it."""
    payload = row["payload"]
    author = payload.get("author", "")
    return f"{author}：\n{payload['text']}" if author else str(payload["text"])


def waits_for_morning(row: Row) -> bool:
    """Whether a message is held back for a time at which people are awake."""
    due = row["due_at"]
    moment = due if isinstance(due, datetime) else datetime.fromisoformat(due)
    return bool(row["by_day"]) and moment.replace(tzinfo=moment.tzinfo or UTC) > datetime.now(UTC)
