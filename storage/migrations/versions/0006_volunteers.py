"""Volunteers, the elders in their care, and their hours

Revision: 0006, after 0005
"""

import sqlalchemy as sa
from alembic import op

from storage.column import Moment

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "volunteer",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("place_name", sa.String(length=120), nullable=False),
        sa.Column("languages", sa.JSON(), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("likes", sa.String(length=200), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer")),
        sa.UniqueConstraint("address", name=op.f("uq_volunteer_address")),
    )
    op.create_index("ix_volunteer_place", "volunteer", ["place"])
    op.create_table(
        "volunteer_elder",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=80), nullable=False),
        sa.Column("place", sa.String(length=12), nullable=False),
        sa.Column("place_name", sa.String(length=120), nullable=False),
        sa.Column("landmark", sa.String(length=200), nullable=False),
        sa.Column("phone", sa.String(length=40), nullable=False),
        sa.Column("age", sa.Integer(), nullable=True),
        sa.Column("relation", sa.String(length=40), nullable=False),
        sa.Column("note", sa.String(length=200), nullable=False),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_elder_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_elder")),
    )
    op.create_index("ix_volunteer_elder_volunteer_id", "volunteer_elder", ["volunteer_id"])
    op.create_table(
        "volunteer_hour",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("volunteer_id", sa.Integer(), nullable=False),
        sa.Column("ticket", sa.String(length=20), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("confirmed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["volunteer_id"], ["volunteer.id"], name=op.f("fk_volunteer_hour_volunteer_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_volunteer_hour")),
        sa.UniqueConstraint("volunteer_id", "ticket", name=op.f("uq_volunteer_hour_volunteer_id_ticket")),
    )
    op.create_index("ix_volunteer_hour_volunteer_id_at", "volunteer_hour", ["volunteer_id", "at"])


def downgrade() -> None:
    op.drop_table("volunteer_hour")
    op.drop_table("volunteer_elder")
    op.drop_table("volunteer")
