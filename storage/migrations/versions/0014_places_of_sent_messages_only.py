"""The index of places holds only messages that have one: asked for the few unsent messages of a channel, SQLite went
through it and with it through everything that was ever sent

Revision: 0014, after 0013
"""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

COLUMNS = ["channel", "conversation", "delivery"]
SENT = sa.text("delivery IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_outbox_delivery", "outbox")
    op.create_index("ix_outbox_delivery", "outbox", COLUMNS, sqlite_where=SENT, postgresql_where=SENT)


def downgrade() -> None:
    op.drop_index("ix_outbox_delivery", "outbox")
    op.create_index("ix_outbox_delivery", "outbox", COLUMNS)
