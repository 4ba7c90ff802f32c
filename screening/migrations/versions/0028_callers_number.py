"""The caller's number in one form, by which earlier contacts from it are found.

Revision ID: 0028
Revises: 0027
"""

from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    # May be run again where the index failed. The numbers are filled in by 0034, of rows written meanwhile too.
    op.execute("alter table referrer add column if not exists phone_e164 text")
    with op.get_context().autocommit_block():
        # Callers are looked up while somebody is on the line: no lock is held while this is made. One that failed
        # stands there and is of no use.
        op.execute("drop index concurrently if exists ix_referrer_phone_e164")
        op.create_index("ix_referrer_phone_e164", "referrer", ["phone_e164"], postgresql_concurrently=True)


def downgrade():
    op.drop_index("ix_referrer_phone_e164", "referrer")
    op.drop_column("referrer", "phone_e164")
