"""A contact that is written again as it was has not ended anew: a late answer to a check may be kept with it.

Revision ID: 0052
Revises: 0051
"""

from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

FUNCTION = "refuse_undecided()"
BEFORE = "if new.state not in ('decided', 'closed') or new.received_at is null then"
AFTER = "if new.state = old.state or new.state not in ('decided', 'closed') or new.received_at is null then"


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    _written_anew(BEFORE, AFTER)


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    _written_anew(AFTER, BEFORE)


def _written_anew(old, new):
    old, new = (words.replace("'", "''") for words in (old, new))
    op.execute(
        f"do $do$ begin execute replace(pg_get_functiondef('{FUNCTION}'::regprocedure), '{old}', '{new}'); end $do$"
    )
