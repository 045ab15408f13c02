"""Several reporters of a ticket

Revision: 0004, after 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "ticket_reporter",
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.String(length=100), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_ticket_reporter_ticket_id")),
        sa.PrimaryKeyConstraint("ticket_id", "address", name=op.f("pk_ticket_reporter")),
    )
    op.create_index("ix_ticket_reporter_address", "ticket_reporter", ["address", "ticket_id"], unique=False)
    op.create_index("ix_ticket_place", "ticket", ["place", "created_at"], unique=False)
    op.execute("INSERT INTO ticket_reporter (ticket_id, address) SELECT id, reporter FROM ticket")


def downgrade() -> None:
    op.drop_index("ix_ticket_place", table_name="ticket")
    op.drop_index("ix_ticket_reporter_address", table_name="ticket_reporter")
    op.drop_table("ticket_reporter")
