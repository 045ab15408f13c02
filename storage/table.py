"""The tables of what is said and asked: conversations, messages, files, tickets and the trips to them."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    Time,
    UniqueConstraint,
    false,
)

from storage.column import Moment, address, metadata
from storage.people_table import staff
from storage.sealed import SealedBytes, SealedJSON, SealedText

conversation = Table(
    "conversation",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("conversation", String(80), primary_key=True),
    Column("state", SealedJSON("conversation.state"), nullable=False),
    Column("language", String(16), nullable=False, default="zh"),
    Column("name", SealedText("conversation.name"), nullable=False, default=""),
    Column("gathered", JSON, nullable=False),  # ids of inbox rows that wait for the rest of a need
    Column("flush_at", Moment),
    Column("tidy_at", Moment),  # when to look whether it is to be forgotten
    Index("ix_conversation_flush_at", "flush_at"),
    Index("ix_conversation_tidy_at", "tidy_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    *address(),
    Column("external_id", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("payload", SealedJSON("inbox.payload"), nullable=False),
    UniqueConstraint("channel", "conversation", "external_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(40), nullable=False, unique=True),
    *address(),
    Column("payload", SealedJSON("outbox.payload"), nullable=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("ticket", String(20), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("by_day", Boolean, nullable=False, default=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_until", Moment),
    Column("sent_at", Moment),
    Column("delivery", Integer),  # grows with every message of a conversation as it is sent
    Column("reference", String(80), nullable=False, default=""),
    Column("parked_at", Moment),
    Column("error", Text, nullable=False, default=""),
    Index("ix_outbox_address", "channel", "conversation", "id"),
    Index("ix_outbox_ticket", "ticket", "id"),
)
HAS_PLACE = outbox.c.delivery.is_not(None)
Index(
    "ix_outbox_delivery",
    outbox.c.channel,
    outbox.c.conversation,
    outbox.c.delivery,
    sqlite_where=HAS_PLACE,
    postgresql_where=HAS_PLACE,
)
PARKED = outbox.c.parked_at.is_not(None)
Index("ix_outbox_parked", outbox.c.id, sqlite_where=PARKED, postgresql_where=PARKED)
UNSENT = (outbox.c.sent_at.is_(None)) & (outbox.c.parked_at.is_(None))
"""Messages that have still to go: neither sent nor given up."""
Index(
    "ix_outbox_unsent",
    outbox.c.channel,
    outbox.c.conversation,
    outbox.c.id,
    sqlite_where=UNSENT,
    postgresql_where=UNSENT,
)
Index(
    "ix_outbox_next",  # the order in which the relay takes them
    outbox.c.urgent.desc(),
    outbox.c.id,
    sqlite_where=UNSENT,
    postgresql_where=UNSENT,
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("place", String(12), nullable=False),
    Column("responsible", Integer, ForeignKey(staff.c.id)),
    Column("reporter", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("length", Integer, nullable=False),  # events so far; two writers of one length collide
    Column("due_at", Moment),  # when the first of its clocks runs out
    Index("ix_ticket_due", "urgent", "due_at"),
    Column("family", String(32), nullable=False, server_default=""),  # a keyed hash of the beneficiary's name and place
    Column("ended_at", Moment),  # its last event, once it has ended by itself and is not merged
    Column("tidied", Integer, nullable=False, server_default="0"),  # how much was erased, see storage.erasure
    Column("erase_asked", Boolean, nullable=False, server_default=false()),
    Index("ix_ticket_tidied", "tidied", "ended_at"),
    Index("ix_ticket_erase_asked", "erase_asked", "ended_at"),
    Index("ix_ticket_reporter", "reporter", "id"),
    Index("ix_ticket_responsible", "responsible", "state"),
    Index("ix_ticket_responsible_created_at", "responsible", "created_at"),
    Index("ix_ticket_family", "family"),
    Index("ix_ticket_state_place", "state", "place"),
    Index("ix_ticket_place", "place", "created_at"),
)

RUNNING = ticket.c.due_at.is_not(None)
"""Tickets with a clock that runs: few, however many there have been."""
Index("ix_ticket_due_at", ticket.c.due_at, sqlite_where=RUNNING, postgresql_where=RUNNING)

ticket_reporter = Table(
    "ticket_reporter",
    metadata,
    Column("ticket_id", Integer, ForeignKey("ticket.id"), primary_key=True),
    Column("address", String(100), primary_key=True),  # of everybody who asked and still wants it
    Index("ix_ticket_reporter_address", "address", "ticket_id"),
)

ticket_event = Table(
    "ticket_event",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("ticket_id", Integer, ForeignKey("ticket.id"), nullable=False),
    Column("position", Integer, nullable=False),
    Column("type", String(24), nullable=False),
    Column("at", Moment, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("audience", String(8), nullable=False),
    Column("data", SealedJSON("ticket_event.data"), nullable=False),
    UniqueConstraint("ticket_id", "position"),
)

trip = Table(
    "trip",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("area", String(12), nullable=False),
    Column("area_name", String(120), nullable=False),
    Column("day", Date, nullable=False),  # in Beijing, as is the hour of setting out
    Column("sets_out", Time),
    Column("leader", Integer, ForeignKey(staff.c.id), nullable=False),
    Column("leader_name", String(80), nullable=False),
    Column("made_by", Integer, ForeignKey(staff.c.id), nullable=False),
    Column("start", SealedJSON("trip.start"), nullable=False),  # latitude and longitude
    Column("stops", SealedJSON("trip.stops"), nullable=False),  # in order: ticket, place, point and how it is known
    Column("items", SealedJSON("trip.items"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", SealedText("trip.reason"), nullable=False),
    Column("created_at", Moment, nullable=False),
    Index("ix_trip_leader", "leader", "day"),
    Index("ix_trip_day", "day"),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(32), primary_key=True),
    *address(),
    Column("kind", String(16), nullable=False),
    Column("source", SealedText("attachment.source"), nullable=False),
    Column("mime", String(80), nullable=False),
    Column("name", SealedText("attachment.name"), nullable=False),
    Column("size", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("latitude", SealedJSON("attachment.latitude")),
    Column("longitude", SealedJSON("attachment.longitude")),
    Column("created_at", Moment, nullable=False),
    Column("path", String(120), nullable=False, default=""),
    Column("fetch_at", Moment),  # when to fetch the bytes from the channel; null when there is nothing to fetch
    Column("attempts", Integer, nullable=False, default=0),
    Index("ix_attachment_fetch_at", "fetch_at"),
    Index("ix_attachment_address", "channel", "conversation"),
    Index("ix_attachment_created_at", "created_at"),
    Index("ix_attachment_mime", "mime", "created_at"),
)

lesson = Table(
    "lesson",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("text", SealedText("lesson.text"), nullable=False),  # without names, places and numbers
    Column("language", String(16), nullable=False),
    Column("offered", JSON, nullable=False),
    Column("chosen", JSON, nullable=False),
)

attachment_reader = Table(
    "attachment_reader",
    metadata,
    Column("attachment_id", String(32), ForeignKey("attachment.id"), primary_key=True),
    Column("channel", String(16), primary_key=True),
    Column("conversation", String(80), primary_key=True),
)

secret = Table(
    "secret",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", SealedBytes("secret.value"), nullable=False),
)

audit = Table(
    "audit",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("actor", String(120), nullable=False),
    Column("action", String(40), nullable=False),
    Column("object", String(120), nullable=False),
    Column("purpose", String(40), nullable=False),
    Column("digest", String(64), nullable=False),  # keyed, of what was written
    Column("nonce", String(16), nullable=False),  # random, so that an entry copied is seen as a copy
    Column("own", String(64), nullable=False),  # keyed, of the columns above
    Column("seq", Integer, unique=True),  # its place in the chain, null until it is linked
    Column("prev", String(64), nullable=False, default=""),
    Column("hash", String(64), nullable=False, default=""),
    Index("ix_audit_object", "object", "id"),
    sqlite_autoincrement=True,
)
UNLINKED = audit.c.seq.is_(None)
"""Entries that are not part of the chain yet."""
Index("ix_audit_unlinked", audit.c.id, sqlite_where=UNLINKED, postgresql_where=UNLINKED)
