"""When the first of a ticket's clocks runs out, and who was told of a ticket

Revision: 0005, after 0004
"""

import sqlalchemy as sa
from alembic import op

from storage.column import Moment

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

ENDED = ("closed", "cancelled")


def upgrade() -> None:
    op.add_column("ticket", sa.Column("due_at", Moment(), nullable=True))
    # What is open is looked at as soon as the program runs; its clocks are computed from the events then.
    ticket = sa.table("ticket", sa.column("state"), sa.column("due_at"), sa.column("created_at"))
    op.execute(ticket.update().where(ticket.c.state.not_in(ENDED)).values(due_at=ticket.c.created_at))
    op.create_index("ix_ticket_due", "ticket", ["urgent", "due_at"])
    op.create_index("ix_outbox_ticket", "outbox", ["ticket", "id"])


def downgrade() -> None:
    op.drop_index("ix_outbox_ticket", "outbox")
    op.drop_index("ix_ticket_due", "ticket")
    op.drop_column("ticket", "due_at")
