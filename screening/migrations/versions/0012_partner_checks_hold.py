"""That a check's references hold, and the index of what each partner still has to answer, without holding up contacts.

Stopped half way, it can be run again.

Revision ID: 0012
Revises: 0011
"""

from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

REFERENCES = ("partner_id", "person_id", "asked_by_id", "chaser_id", "kept_by_id")
INDEX = "ix_background_check_partner"


def upgrade():
    with op.get_context().autocommit_block():
        for name in REFERENCES:
            op.execute(f"alter table background_check validate constraint fk_background_check_{name}")
        # What an interrupted build left behind is no index.
        op.execute(f"drop index concurrently if exists {INDEX}")
        op.execute(
            f"create index concurrently {INDEX} on background_check (partner_id) where outcome is null"
        )


def downgrade():
    op.execute(f"drop index if exists {INDEX}")
