"""Let a message that is written anew have a link anew: an outcome that replaces another is answered by its own.

The release before reads one link of a message, whichever it finds; it makes no second one.

Revision ID: 0062
Revises: 0061
"""

from alembic import op

revision = "0062"
down_revision = "0061"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.drop_constraint(op.f("uq_reply_link_message_id"), "reply_link")
    op.create_index(op.f("ix_reply_link_message_id"), "reply_link", ["message_id"])


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    op.drop_index(op.f("ix_reply_link_message_id"), "reply_link")
    # Nobody's link is taken away: where a message has two by now, this says so.
    op.create_unique_constraint(op.f("uq_reply_link_message_id"), "reply_link", ["message_id"])
