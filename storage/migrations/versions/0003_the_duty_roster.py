"""The duty roster: agencies and skills, shifts, swaps, absences; and the key of a family for continuity

Revision: 0003, after 0002. Tickets from before have no key: they are recognised by who reported them.
"""

import sqlalchemy as sa
from alembic import op

from storage.column import Moment

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("staff", sa.Column("agency", sa.String(length=80), server_default="", nullable=False))
    op.add_column("staff", sa.Column("skills", sa.JSON(), server_default="[]", nullable=False))
    op.add_column("ticket", sa.Column("family", sa.String(length=32), server_default="", nullable=False))
    op.create_index("ix_ticket_family", "ticket", ["family"])
    op.create_index("ix_ticket_responsible_created_at", "ticket", ["responsible", "created_at"])
    op.create_table(
        "staff_shift",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("weekdays", sa.JSON(), nullable=False),
        sa.Column("start", sa.Time(), nullable=False),
        sa.Column("end", sa.Time(), nullable=False),
        sa.Column("holidays", sa.Boolean(), nullable=False),
        sa.Column("skills", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_shift_staff_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_shift")),
    )
    op.create_index("ix_staff_shift_staff_id", "staff_shift", ["staff_id"])
    op.create_table(
        "staff_swap",
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("away", sa.Integer(), nullable=False),
        sa.Column("stand_in", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["away"], ["staff.id"], name=op.f("fk_staff_swap_away")),
        sa.ForeignKeyConstraint(["stand_in"], ["staff.id"], name=op.f("fk_staff_swap_stand_in")),
        sa.PrimaryKeyConstraint("day", "away", name=op.f("pk_staff_swap")),
    )
    op.create_table(
        "staff_absence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("first", Moment(), nullable=False),
        sa.Column("last", Moment(), nullable=False),
        sa.Column("reason", sa.String(length=200), nullable=False),
        sa.Column("substitute", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_staff_absence_staff_id")),
        sa.ForeignKeyConstraint(["substitute"], ["staff.id"], name=op.f("fk_staff_absence_substitute")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_absence")),
    )
    op.create_index("ix_staff_absence_staff_id", "staff_absence", ["staff_id"])
    op.create_index("ix_staff_absence_last", "staff_absence", ["last"])


def downgrade() -> None:
    for name in ("staff_absence", "staff_swap", "staff_shift"):
        op.drop_table(name)
    for name in ("ix_ticket_responsible_created_at", "ix_ticket_family"):
        op.drop_index(name, "ticket")
    for table, column in (("ticket", "family"), ("staff", "skills"), ("staff", "agency")):
        op.drop_column(table, column)
