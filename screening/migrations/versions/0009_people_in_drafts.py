"""People of a draft as rows, and checks that are asked again.

Revision ID: 0009
Revises: 0008
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
PLACE = ["contact_id", "role", "position"]
ONCE = ["contact_id", "kind", "participation_id"]


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.execute("alter table participation add column if not exists left_out_at timestamptz")
    op.execute("alter table background_check add column if not exists replaced_at timestamptz")
    op.execute("alter table background_check add column if not exists about text")
    # Contacts are saved while the indexes are built; stopped half way, it can be run again.
    with op.get_context().autocommit_block():
        build("uq_participation_place", "participation", PLACE, "where left_out_at is null")
        op.execute("alter table participation drop constraint if exists uq_participation_contact_id_role_position")
        build(
            "uq_background_check_once_new", "background_check", ONCE, "nulls not distinct where replaced_at is null"
        )
        op.execute("drop index concurrently if exists uq_background_check_once")
        op.execute("alter index uq_background_check_once_new rename to uq_background_check_once")


def build(name, table, columns, which):
    # What an interrupted build left behind is no index.
    op.execute(f"drop index concurrently if exists {name}")
    op.execute(f"create unique index concurrently {name} on {table} ({', '.join(columns)}) {which}")


def downgrade():
    op.drop_index("uq_background_check_once", "background_check")
    op.execute("delete from background_check where replaced_at is not null")
    op.create_index("uq_background_check_once", "background_check", ONCE, unique=True, postgresql_nulls_not_distinct=True)
    op.drop_column("background_check", "about")
    op.drop_column("background_check", "replaced_at")
    op.drop_index("uq_participation_place", "participation")
    op.execute("delete from participation where left_out_at is not null")
    op.create_unique_constraint(op.f("uq_participation_contact_id_role_position"), "participation", PLACE)
    op.drop_column("participation", "left_out_at")
