"""What staff can do, and when they are away.

Revision ID: 0044
Revises: 0043
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    skills = sa.Column("skills", postgresql.ARRAY(sa.Text()), nullable=False, server_default="{}")
    op.add_column("app_user", skills)
    op.create_table(
        "staff_leave",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("written_at", AT, nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=False),
        sa.Column("withdrawn_at", AT, nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint("last_day >= first_day", name=op.f("ck_staff_leave_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_staff_leave_user_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["app_user.id"], name=op.f("fk_staff_leave_written_by_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["app_user.id"], name=op.f("fk_staff_leave_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_staff_leave")),
    )
    standing = sa.text("withdrawn_at is null")
    op.create_index("ix_staff_leave_standing", "staff_leave", ["last_day"], postgresql_where=standing)
    op.create_index(op.f("ix_staff_leave_user_id"), "staff_leave", ["user_id"])


def downgrade():
    op.drop_table("staff_leave")
    op.drop_column("app_user", "skills")
