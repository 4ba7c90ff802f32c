"""What a handler says while a call goes on: their own view before the level unfolds, and what need not be proposed.

Revision ID: 0026
Revises: 0025
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
STAGE = "ck_own_view_stage_is_known"


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "cue_set_aside",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("set_aside_by_id", sa.Uuid(), nullable=False),
        sa.Column("set_aside_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_cue_set_aside_contact_id")),
        sa.ForeignKeyConstraint(["set_aside_by_id"], ["app_user.id"], name=op.f("fk_cue_set_aside_set_aside_by_id")),
        sa.PrimaryKeyConstraint("contact_id", "question", name=op.f("pk_cue_set_aside")),
    )
    op.add_column("own_view", sa.Column("score", JSON))
    # Wider than before: what stands there fits it. No row is looked at under this lock: 0034 does that.
    op.drop_constraint(op.f(STAGE), "own_view", type_="check")
    op.execute(
        f"alter table own_view add constraint {STAGE} check (stage in ('call', 'contact', 'team')) not valid"
    )


def downgrade():
    op.drop_column("own_view", "score")
    op.drop_table("cue_set_aside")
