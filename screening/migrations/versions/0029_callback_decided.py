"""When a person decided that a promised call is rung again, and what they decided although it stood against it.

Revision ID: 0029
Revises: 0028
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None

KNOWN = "ck_callback_although_is_known"


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("callback", sa.Column("decided_at", postgresql.TIMESTAMP(timezone=True)))
    op.add_column("callback", sa.Column("rung_although", sa.Text()))
    # No row is looked at under this lock: 0034 does that.
    op.execute(
        f"alter table callback add constraint {KNOWN} "
        "check (rung_although in ('caller_alleged', 'call_safe')) not valid"
    )


def downgrade():
    op.drop_column("callback", "rung_although")
    op.drop_column("callback", "decided_at")
