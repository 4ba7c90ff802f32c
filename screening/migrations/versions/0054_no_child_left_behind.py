"""A team's contact ends once each of its children is decided, those who came to be known after the referral, too.

Revision ID: 0054
Revises: 0053
"""

from alembic import op

revision = "0054"
down_revision = "0053"
branch_labels = None
depends_on = None

FUNCTION = "refuse_undecided()"
BEFORE = """                and (not made.needs_second_person or made.confirmed_by_id is not null)
            )
        );
    elsif old.state <> 'closed' then"""
# Whoever was decided at first and not referred needs no decision of the team's.
AFTER = """                and (not made.needs_second_person or made.confirmed_by_id is not null)
            )
        ) or exists (
            select from participation child
            where child.contact_id = new.id and child.role = 'child' and child.left_out_at is null and not exists (
                select from decision made
                where made.contact_id = new.id and made.child_id = child.id and made.corrected_by_id is null
                and (not made.needs_second_person or made.confirmed_by_id is not null)
            )
        );
    elsif old.state <> 'closed' then"""


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
