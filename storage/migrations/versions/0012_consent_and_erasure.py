"""On what ground personal data is kept, when it is to go, and what was erased

Revision: 0012, after 0011
"""

import sqlalchemy as sa
from alembic import op

from storage.column import Moment

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

ENDED = ("closed", "cancelled")


def upgrade() -> None:
    op.create_table(
        "consent_wording",
        sa.Column("digest", sa.String(length=16), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("since", Moment(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_consent_wording")),
    )
    op.create_table(
        "consent",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("ticket_id", sa.Integer(), nullable=False),
        sa.Column("given_by", sa.String(length=120), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("whose", sa.String(length=8), nullable=False),
        sa.Column("basis", sa.String(length=16), nullable=False),
        sa.Column("article", sa.String(length=40), nullable=False),
        sa.Column("how", sa.String(length=16), nullable=False),
        sa.Column("wording", sa.String(length=16), nullable=False),
        sa.Column("language", sa.String(length=16), nullable=False),
        sa.ForeignKeyConstraint(["ticket_id"], ["ticket.id"], name=op.f("fk_consent_ticket_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consent")),
    )
    op.create_index("ix_consent_ticket_id", "consent", ["ticket_id"])
    op.create_table(
        "erasure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("at", Moment(), nullable=False),
        sa.Column("ordered_by", sa.String(length=120), nullable=False),
        sa.Column("why", sa.String(length=40), nullable=False),
        sa.Column("subject", sa.String(length=40), nullable=False),
        sa.Column("what", sa.JSON(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_erasure")),
    )
    op.create_table(
        "doomed_file",
        sa.Column("path", sa.String(length=120), nullable=False),
        sa.PrimaryKeyConstraint("path", name=op.f("pk_doomed_file")),
    )
    op.add_column("conversation", sa.Column("tidy_at", Moment(), nullable=True))
    op.create_index("ix_conversation_tidy_at", "conversation", ["tidy_at"])
    op.add_column("ticket", sa.Column("ended_at", Moment(), nullable=True))
    op.add_column("ticket", sa.Column("tidied", sa.Integer(), nullable=False, server_default="0"))
    op.add_column("ticket", sa.Column("erase_asked", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.create_index("ix_ticket_tidied", "ticket", ["tidied", "ended_at"])
    op.create_index("ix_ticket_erase_asked", "ticket", ["erase_asked", "ended_at"])
    op.create_index("ix_attachment_address", "attachment", ["channel", "conversation"])
    op.create_index("ix_attachment_created_at", "attachment", ["created_at"])
    _look_at_everything_once()


def _look_at_everything_once() -> None:
    ticket = sa.table("ticket", sa.column("id"), sa.column("state"), sa.column("ended_at", Moment()))
    event = sa.table("ticket_event", sa.column("ticket_id"), sa.column("at", Moment()))
    last = sa.select(sa.func.max(event.c.at)).where(event.c.ticket_id == ticket.c.id).scalar_subquery()
    op.execute(ticket.update().where(ticket.c.state.in_(ENDED)).values(ended_at=last))
    conversation = sa.table(
        "conversation", sa.column("channel"), sa.column("conversation"), sa.column("tidy_at", Moment())
    )
    inbox = sa.table("inbox", sa.column("channel"), sa.column("conversation"), sa.column("at", Moment()))
    same = (inbox.c.channel == conversation.c.channel) & (inbox.c.conversation == conversation.c.conversation)
    heard = sa.select(sa.func.max(inbox.c.at)).where(same).scalar_subquery()
    # The moment of the last word: looked at in the first night, and again when it is really due.
    op.execute(conversation.update().values(tidy_at=heard))


def downgrade() -> None:
    op.drop_index("ix_attachment_created_at", "attachment")
    op.drop_index("ix_attachment_address", "attachment")
    op.drop_index("ix_ticket_erase_asked", "ticket")
    op.drop_index("ix_ticket_tidied", "ticket")
    for column in ("erase_asked", "tidied", "ended_at"):
        op.drop_column("ticket", column)
    op.drop_index("ix_conversation_tidy_at", "conversation")
    op.drop_column("conversation", "tidy_at")
    for table in ("doomed_file", "erasure", "consent", "consent_wording"):
        op.drop_table(table)
