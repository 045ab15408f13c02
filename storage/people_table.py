"""The tables of the people who help: staff with their duty and their ways in, volunteers."""

from __future__ import annotations

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Time,
    UniqueConstraint,
    false,
)

from storage.column import Moment, metadata
from storage.sealed import SealedJSON, SealedText

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
    Column("reason", SealedText("staff_absence.reason"), nullable=False),
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
    Column("seen_at", Moment, nullable=False),
    Column("passed", Boolean, nullable=False, server_default=false()),  # the second factor was shown
    Index("ix_desk_session_staff_id", "staff_id"),
)

second_factor = Table(
    "second_factor",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("secret", SealedText("second_factor.secret"), nullable=False),
    Column("enrolled", Boolean, nullable=False),
    Column("last_step", BigInteger, nullable=False),
    Column("wrong", JSON, nullable=False),  # moments of wrong codes
    Column("locked_until", Moment),
)

recovery_code = Table(
    "recovery_code",
    metadata,
    Column("staff_id", Integer, ForeignKey("staff.id"), primary_key=True),
    Column("code_hash", String(64), primary_key=True),
)

volunteer = Table(
    "volunteer",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("address", String(100), nullable=False, unique=True),
    Column("name", SealedText("volunteer.name"), nullable=False),
    Column("place", String(12), nullable=False),
    Column("place_name", String(120), nullable=False),
    Column("languages", JSON, nullable=False),
    Column("phone", SealedText("volunteer.phone"), nullable=False),
    Column("likes", SealedText("volunteer.likes"), nullable=False),
    Column("state", String(16), nullable=False),
    Column("since", Moment, nullable=False),
    Index("ix_volunteer_place", "place"),
)

volunteer_elder = Table(
    "volunteer_elder",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("volunteer_id", Integer, ForeignKey("volunteer.id"), nullable=False),
    Column("name", SealedText("volunteer_elder.name"), nullable=False),
    Column("place", String(12), nullable=False),
    Column("place_name", String(120), nullable=False),
    Column("landmark", SealedText("volunteer_elder.landmark"), nullable=False),
    Column("phone", SealedText("volunteer_elder.phone"), nullable=False),
    Column("age", SealedJSON("volunteer_elder.age")),
    Column("relation", SealedText("volunteer_elder.relation"), nullable=False),
    Column("note", SealedText("volunteer_elder.note"), nullable=False),
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
