"""By when whoever accepted work decides it: an accepted referral or second view climbs the ladder, too.

Revision ID: 0058
Revises: 0057
"""

import sqlalchemy as sa
from alembic import op

revision = "0058"
down_revision = "0057"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("queue_item", sa.Column("decide_due_at", sa.DateTime(timezone=True)))
    # What is held now has no moment of its own: the contact's clock is the one that its holder was shown.
    op.execute(
        "update queue_item set decide_due_at = due_at where state = 'accepted' and step in ('referral', 'second_person')"
    )


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    op.drop_column("queue_item", "decide_due_at")
