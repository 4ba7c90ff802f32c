"""What a strategy discussion agreed is waited for, too, until it is done.

Revision ID: 0047
Revises: 0046
"""

from alembic import op

revision = "0047"
down_revision = "0046"
branch_labels = None
depends_on = None

NAME = "ck_awaited_kind_is_known"
BEFORE = (
    "agreement",
    "returned",
    "step_down",
    "another_authority",
    "strategy_discussion",
    "strategy_review",
    "assessment",
    "initial_conference",
)


def upgrade():
    _allow((*BEFORE, "strategy_action"))


def downgrade():
    op.execute("delete from awaited_try using awaited where awaited_id = awaited.id and kind = 'strategy_action'")
    op.execute("delete from awaited where kind = 'strategy_action'")
    _allow(BEFORE)


def _allow(kinds):
    op.execute("set local lock_timeout = '2s'")
    op.drop_constraint(op.f(NAME), "awaited", type_="check")
    words = ", ".join(f"'{kind}'" for kind in kinds)
    # No row is looked at under this lock: the next migration does that.
    op.execute(f"alter table awaited add constraint {NAME} check (kind in ({words})) not valid")
