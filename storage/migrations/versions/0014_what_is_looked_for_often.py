"""Indexes of what is looked for often. That of places holds only messages that have one: asked for the few unsent
messages of a channel, SQLite went through it and with it through everything that was ever sent. Messages that were given
up have one of their own, and so have the copies that people took along

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
PARKED = sa.text("parked_at IS NOT NULL")


def upgrade() -> None:
    op.drop_index("ix_outbox_delivery", "outbox")
    op.create_index("ix_outbox_delivery", "outbox", COLUMNS, sqlite_where=SENT, postgresql_where=SENT)
    op.create_index("ix_outbox_parked", "outbox", ["id"], sqlite_where=PARKED, postgresql_where=PARKED)
    op.create_index("ix_attachment_mime", "attachment", ["mime", "created_at"])


def downgrade() -> None:
    op.drop_index("ix_attachment_mime", "attachment")
    op.drop_index("ix_outbox_parked", "outbox")
    op.drop_index("ix_outbox_delivery", "outbox")
    op.create_index("ix_outbox_delivery", "outbox", COLUMNS)
