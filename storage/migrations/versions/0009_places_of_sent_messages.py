"""The place that a sent message has in its conversation

Revision: 0009, after 0008
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("outbox", sa.Column("delivery", sa.Integer()))
    # Open pages resume from the row they have seen last; later messages count on from there.
    op.execute("UPDATE outbox SET delivery = id WHERE sent_at IS NOT NULL")
    op.create_index("ix_outbox_delivery", "outbox", ["channel", "conversation", "delivery"])


def downgrade() -> None:
    op.drop_index("ix_outbox_delivery", "outbox")
    op.drop_column("outbox", "delivery")
