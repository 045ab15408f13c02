"""Trips of the mobile service

Revision: 0008, after 0007
"""

import sqlalchemy as sa
from alembic import op

from storage.column import Moment

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "trip",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("area", sa.String(length=12), nullable=False),
        sa.Column("area_name", sa.String(length=120), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("sets_out", sa.Time(), nullable=True),
        sa.Column("leader", sa.Integer(), nullable=False),
        sa.Column("leader_name", sa.String(length=80), nullable=False),
        sa.Column("made_by", sa.Integer(), nullable=False),
        sa.Column("start", sa.JSON(), nullable=False),
        sa.Column("stops", sa.JSON(), nullable=False),
        sa.Column("items", sa.JSON(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("created_at", Moment(), nullable=False),
        sa.ForeignKeyConstraint(["leader"], ["staff.id"], name=op.f("fk_trip_leader")),
        sa.ForeignKeyConstraint(["made_by"], ["staff.id"], name=op.f("fk_trip_made_by")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_trip")),
    )
    op.create_index("ix_trip_leader", "trip", ["leader", "day"])
    op.create_index("ix_trip_day", "trip", ["day"])


def downgrade() -> None:
    op.drop_table("trip")
