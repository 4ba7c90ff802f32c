"""Keep what was said of a baby whom only an answer tells of, and that somebody taken for a child is 18.

Revision ID: 0065
Revises: 0064
"""

import sqlalchemy as sa
from alembic import op

revision = "0065"
down_revision = "0064"
branch_labels = None
depends_on = None

SOMEBODY = "(person_id is null) <> (said_id is null)"


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("known_child", sa.Column("unborn", sa.Boolean(), nullable=False, server_default=sa.text("false")))
    # Rows that stand are not looked at under this lock: what was allowed before is allowed still.
    _check("is_somebody", f"unborn and person_id is null or {SOMEBODY}")
    _check("answer_is_known", "answer in ('included', 'left_out', 'grown_up')")


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    _check("answer_is_known", "answer in ('included', 'left_out')")
    _check("is_somebody", SOMEBODY)
    op.drop_column("known_child", "unborn")


def _check(name: str, condition: str) -> None:
    op.drop_constraint(op.f(f"ck_known_child_{name}"), "known_child")
    op.execute(f"alter table known_child add constraint ck_known_child_{name} check ({condition}) not valid")
