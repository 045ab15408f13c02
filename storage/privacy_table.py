"""The tables of the rights people have over their data: what they agreed to, and what was erased."""

from __future__ import annotations

from sqlalchemy import JSON, Column, ForeignKey, Index, Integer, String, Table, Text

from storage.column import Moment, metadata
from storage.table import ticket

consent_wording = Table(
    "consent_wording",
    metadata,
    Column("digest", String(16), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Column("text", Text, nullable=False),
    Column("since", Moment, nullable=False),  # when this wording was first in use here
)

consent = Table(
    "consent",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey(ticket.c.id), nullable=False),
    Column("given_by", String(120), nullable=False),  # the actor of the event
    Column("at", Moment, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("whose", String(8), nullable=False),
    Column("basis", String(16), nullable=False),
    Column("article", String(40), nullable=False),
    Column("how", String(16), nullable=False),
    Column("wording", String(16), nullable=False),
    Column("language", String(16), nullable=False),
    Index("ix_consent_ticket_id", "ticket_id"),
)

erasure = Table(
    "erasure",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("ordered_by", String(120), nullable=False),  # an actor, never the address of whoever asked to be forgotten
    Column("why", String(40), nullable=False),
    Column("subject", String(40), nullable=False),
    Column("what", JSON, nullable=False),
)

doomed_file = Table(
    "doomed_file",
    metadata,
    Column("path", String(120), primary_key=True),  # of bytes whose row has gone already
)
