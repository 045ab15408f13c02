"""An index in the order in which messages leave: with a long line of them the relay sorted it for every handful.
And one of the clocks that run: the next to run out was looked for among all tickets there have ever been

Revision: 0013, after 0012
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

UNSENT = sa.text("sent_at IS NULL AND parked_at IS NULL")
RUNNING = sa.text("due_at IS NOT NULL")


def upgrade() -> None:
    op.create_index(
        "ix_outbox_next", "outbox", [sa.text("urgent DESC"), "id"], sqlite_where=UNSENT, postgresql_where=UNSENT
    )
    op.create_index("ix_ticket_due_at", "ticket", ["due_at"], sqlite_where=RUNNING, postgresql_where=RUNNING)


def downgrade() -> None:
    op.drop_index("ix_ticket_due_at", "ticket")
    op.drop_index("ix_outbox_next", "outbox")
