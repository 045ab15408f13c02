"""The tables. Times are UTC; JSON is plain. Addresses are a channel's name and the conversation's id inside it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    Boolean,
    Column,
    Date,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    Time,
    TypeDecorator,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class Moment(TypeDecorator[datetime]):
    """An aware UTC datetime. SQLite keeps no zone, so it is put back on when read."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return None if value is None else value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def _address() -> tuple[Column[Any], Column[Any]]:
    return Column("channel", String(16), nullable=False), Column("conversation", String(80), nullable=False)


conversation = Table(
    "conversation",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("conversation", String(80), primary_key=True),
    Column("state", JSON, nullable=False),
    Column("language", String(16), nullable=False, default="zh"),
    Column("name", String(80), nullable=False, default=""),
    Column("gathered", JSON, nullable=False),  # ids of inbox rows that wait for the rest of a need
    Column("flush_at", Moment),
    Index("ix_conversation_flush_at", "flush_at"),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", Integer, primary_key=True),
    *_address(),
    Column("external_id", String(80), nullable=False),
    Column("at", Moment, nullable=False),
    Column("payload", JSON, nullable=False),
    UniqueConstraint("channel", "conversation", "external_id"),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", String(40), nullable=False, unique=True),
    *_address(),
    Column("payload", JSON, nullable=False),
    Column("urgent", Boolean, nullable=False, default=False),
    Column("ticket", String(20), nullable=False, default=""),
    Column("created_at", Moment, nullable=False),
    Column("due_at", Moment, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("claimed_until", Moment),
    Column("sent_at", Moment),
    Column("reference", String(80), nullable=False, default=""),
    Column("parked_at", Moment),
    Column("error", Text, nullable=False, default=""),
    Index("ix_outbox_address", "channel", "conversation", "id"),
    Index("ix_outbox_ticket", "ticket", "id"),
)
_unsent = (outbox.c.sent_at.is_(None)) & (outbox.c.parked_at.is_(None))
Index(
    "ix_outbox_unsent",
    outbox.c.channel,
    outbox.c.conversation,
    outbox.c.id,
    sqlite_where=_unsent,
    postgresql_where=_unsent,
)

ticket = Table(
    "ticket",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(20), nullable=False, unique=True),
    Column("state", String(16), nullable=False),
    Column("urgent", Boolean, nullable=False),
    Column("place", String(12), nullable=False),
    Column("responsible", Integer, ForeignKey("staff.id")),
    Column("reporter", String(100), nullable=False),
    Column("created_at", Moment, nullable=False),
    Column("length", Integer, nullable=False),  # events so far; two writers of one length collide
    Column("due_at", Moment),  # when the first of its clocks runs out
    Index("ix_ticket_due", "urgent", "due_at"),
    Column("family", String(32), nullable=False, server_default=""),  # a digest of the beneficiary's name and place
    Index("ix_ticket_reporter", "reporter", "id"),
    Index("ix_ticket_responsible", "responsible", "state"),
    Index("ix_ticket_responsible_created_at", "responsible", "created_at"),
    Index("ix_ticket_family", "family"),
    Index("ix_ticket_state_place", "state", "place"),
    Index("ix_ticket_place", "place", "created_at"),
)

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
    Column("data", JSON, nullable=False),
    UniqueConstraint("ticket_id", "position"),
)

staff = Table(
    "staff",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(80), nullable=False),
    Column("role", String(16), nullable=False),
    Column("area", String(12), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("trial", Boolean, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("agency", String(80), nullable=False, server_default=""),
    Column("skills", JSON, nullable=False, server_default="[]"),
    sqlite_autoincrement=True,  # an id once given is never given to another person
)

staff_shift = Table(
    "staff_shift",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("weekdays", JSON, nullable=False),  # 1 (Monday) to 7
    Column("start", Time, nullable=False),  # Beijing time, as is the end
    Column("end", Time, nullable=False),
    Column("holidays", Boolean, nullable=False),
    Column("skills", JSON, nullable=False),
    Index("ix_staff_shift_staff_id", "staff_id"),
)

staff_swap = Table(
    "staff_swap",
    metadata,
    Column("day", Date, primary_key=True),  # in Beijing
    Column("away", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("stand_in", Integer, ForeignKey("staff.id"), nullable=False),
)

staff_absence = Table(
    "staff_absence",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("first", Moment, nullable=False),
    Column("last", Moment, nullable=False),  # away until just before
    Column("reason", String(200), nullable=False),
    Column("substitute", Integer, ForeignKey("staff.id")),
    Index("ix_staff_absence_staff_id", "staff_id"),
    Index("ix_staff_absence_last", "last"),
)

staff_address = Table(
    "staff_address",
    metadata,
    Column("channel", String(16), primary_key=True),
    Column("conversation", String(80), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Index("ix_staff_address_staff_id", "staff_id"),
)

one_time_link = Table(
    "one_time_link",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
    Column("used_at", Moment),
)

desk_session = Table(
    "desk_session",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("staff_id", Integer, ForeignKey("staff.id"), nullable=False),
    Column("expires_at", Moment, nullable=False),
)

attachment = Table(
    "attachment",
    metadata,
    Column("id", String(32), primary_key=True),
    *_address(),
    Column("kind", String(16), nullable=False),
    Column("source", String(300), nullable=False),
    Column("mime", String(80), nullable=False),
    Column("name", String(120), nullable=False),
    Column("size", Integer, nullable=False),
    Column("seconds", Integer, nullable=False),
    Column("latitude", Float),
    Column("longitude", Float),
    Column("created_at", Moment, nullable=False),
    Column("path", String(120), nullable=False, default=""),
    Column("fetch_at", Moment),  # when to fetch the bytes from the channel; null when there is nothing to fetch
    Column("attempts", Integer, nullable=False, default=0),
    Index("ix_attachment_fetch_at", "fetch_at"),
)

lesson = Table(
    "lesson",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("at", Moment, nullable=False),
    Column("text", Text, nullable=False),  # without names, places and numbers
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

volunteer = Table(
    "volunteer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String(100), nullable=False, unique=True),
    Column("name", String(80), nullable=False),
    Column("place", String(12), nullable=False),
    Column("place_name", String(120), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("phone", String(40), nullable=False),
    Column("likes", String(200), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Moment, nullable=False),
    Index("ix_volunteer_place", "place"),
)

volunteer_elder = Table(
    "volunteer_elder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("volunteer_id", Integer, ForeignKey("volunteer.id"), nullable=False),
    Column("name", String(80), nullable=False),
    Column("place", String(12), nullable=False),
    Column("place_name", String(120), nullable=False),
    Column("landmark", String(200), nullable=False),
    Column("phone", String(40), nullable=False),
    Column("age", Integer),
    Column("relation", String(40), nullable=False),
    Column("note", String(200), nullable=False),
    Index("ix_volunteer_elder_volunteer_id", "volunteer_id"),
)

volunteer_hour = Table(
    "volunteer_hour",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("volunteer_id", Integer, ForeignKey("volunteer.id"), nullable=False),
    Column("ticket", String(20), nullable=False),
    Column("at", Moment, nullable=False),
    Column("minutes", Integer, nullable=False),
    Column("confirmed", Boolean, nullable=False),
    UniqueConstraint("volunteer_id", "ticket"),
    Index("ix_volunteer_hour_volunteer_id_at", "volunteer_id", "at"),
)

secret = Table(
    "secret",
    metadata,
    Column("name", String(40), primary_key=True),
    Column("value", LargeBinary, nullable=False),
)
