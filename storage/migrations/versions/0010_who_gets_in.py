"""Sessions with their last activity and their second factor, and the second factor itself

Revision: 0010, after 0009
"""

import sqlalchemy as sa
from alembic import op

from storage.column import Moment

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # Whoever is signed in stays so until their session is over; idleness counts from the next one.
    op.add_column("desk_session", sa.Column("seen_at", Moment(), nullable=True))
    op.execute(sa.text("UPDATE desk_session SET seen_at = expires_at"))
    with op.batch_alter_table("desk_session") as table:
        table.alter_column("seen_at", existing_type=Moment(), nullable=False)
        table.add_column(sa.Column("passed", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.create_index("ix_desk_session_staff_id", ["staff_id"])
    op.create_table(
        "second_factor",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("secret", sa.Text(), nullable=False),
        sa.Column("enrolled", sa.Boolean(), nullable=False),
        sa.Column("last_step", sa.BigInteger(), nullable=False),
        sa.Column("wrong", sa.JSON(), nullable=False),
        sa.Column("locked_until", Moment(), nullable=True),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_second_factor_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", name=op.f("pk_second_factor")),
    )
    op.create_table(
        "recovery_code",
        sa.Column("staff_id", sa.Integer(), nullable=False),
        sa.Column("code_hash", sa.String(length=64), nullable=False),
        sa.ForeignKeyConstraint(["staff_id"], ["staff.id"], name=op.f("fk_recovery_code_staff_id")),
        sa.PrimaryKeyConstraint("staff_id", "code_hash", name=op.f("pk_recovery_code")),
    )


def downgrade() -> None:
    op.drop_table("recovery_code")
    op.drop_table("second_factor")
    with op.batch_alter_table("desk_session") as table:
        table.drop_index("ix_desk_session_staff_id")
        table.drop_column("passed")
        table.drop_column("seen_at")
