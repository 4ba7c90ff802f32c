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
    op.add_column("participation", sa.Column("left_out_at", AT))
    op.create_index(
        "uq_participation_place", "participation", PLACE, unique=True, postgresql_where=sa.text("left_out_at is null")
    )
    op.drop_constraint(op.f("uq_participation_contact_id_role_position"), "participation")
    op.add_column("background_check", sa.Column("replaced_at", AT))
    op.add_column("background_check", sa.Column("about", sa.Text()))
    op.drop_index("uq_background_check_once", "background_check")
    op.create_index(
        "uq_background_check_once",
        "background_check",
        ONCE,
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("replaced_at is null"),
    )


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
