"""A display on a wall: a session of nobody, with who left it there beside.

Its `user_id` is null, so a release that does not know displays takes it for a browser that nobody is signed in at.

Revision ID: 0061
Revises: 0060
"""

import sqlalchemy as sa
from alembic import op

revision = "0061"
down_revision = "0060"
branch_labels = None
depends_on = None

CHECKS = {
    "ck_web_session_display_whole": "num_nulls(display_id, left_by_id) in (0, 2)",
    "ck_web_session_display_nobodys": "display_id is null or user_id is null",
}


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("web_session", sa.Column("display_id", sa.Uuid()))
    op.add_column("web_session", sa.Column("left_by_id", sa.Uuid()))
    op.execute("alter table web_session add constraint uq_web_session_display_id unique (display_id)")
    op.create_foreign_key("fk_web_session_left_by_id", "web_session", "app_user", ["left_by_id"], ["id"])
    # All of its rows are looked at: they are the sessions of the last minutes.
    for name, check in CHECKS.items():
        op.execute(f"alter table web_session add constraint {name} check ({check})")


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    op.execute("delete from web_session where display_id is not null")
    op.drop_column("web_session", "left_by_id")
    op.drop_column("web_session", "display_id")
