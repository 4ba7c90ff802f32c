"""Who is at work in which team, and who is the manager on call.

Revision ID: 0036
Revises: 0035
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "rota_shift",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("starts_at", TIME, nullable=False),
        sa.Column("ends_at", TIME, nullable=False),
        sa.Column("phone", sa.Text(), nullable=True),
        sa.Column("written_at", TIME, nullable=False),
        sa.Column("written_by_id", sa.Uuid(), nullable=True),
        sa.Column("withdrawn_at", TIME, nullable=True),
        sa.Column("withdrawn_by_id", sa.Uuid(), nullable=True),
        sa.CheckConstraint(
            "kind in ('on_duty', 'lead', 'on_call_manager')", name=op.f("ck_rota_shift_kind_is_known")
        ),
        sa.CheckConstraint("ends_at > starts_at", name=op.f("ck_rota_shift_ends_after_it_starts")),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_rota_shift_team_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_rota_shift_user_id")),
        sa.ForeignKeyConstraint(["written_by_id"], ["app_user.id"], name=op.f("fk_rota_shift_written_by_id")),
        sa.ForeignKeyConstraint(["withdrawn_by_id"], ["app_user.id"], name=op.f("fk_rota_shift_withdrawn_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_rota_shift")),
        sa.UniqueConstraint("seq", name=op.f("uq_rota_shift_seq")),
    )
    standing = sa.text("withdrawn_at is null")
    once = ["team_id", "user_id", "kind", "starts_at", "ends_at"]
    op.create_index("uq_rota_shift_once", "rota_shift", once, unique=True, postgresql_where=standing)
    op.create_index("ix_rota_shift_standing", "rota_shift", ["ends_at", "starts_at"], postgresql_where=standing)
    op.create_index(op.f("ix_rota_shift_user_id"), "rota_shift", ["user_id"])


def downgrade():
    op.drop_table("rota_shift")
