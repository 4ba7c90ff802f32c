"""Calls that were begun and not sent: who was told when, and with what outcome they were ended.

Revision ID: 0021
Revises: 0020
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "late_draft",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("owner_told_at", AT),
        sa.Column("manager_told_at", AT),
        sa.Column("outcome", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("closed_at", AT),
        sa.Column("closed_by_id", sa.Uuid()),
        sa.CheckConstraint(
            "outcome in ('in_another_contact', 'no_worry', 'not_a_call')",
            name=op.f("ck_late_draft_outcome_is_known"),
        ),
        sa.CheckConstraint(
            "(closed_at is null) = (outcome is null) and (closed_at is null) = (reason is null)"
            " and (closed_at is null) = (closed_by_id is null)",
            name=op.f("ck_late_draft_closed_with_an_outcome"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_late_draft_contact_id")),
        sa.ForeignKeyConstraint(["closed_by_id"], ["app_user.id"], name=op.f("fk_late_draft_closed_by_id")),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_late_draft")),
    )
    op.create_index(
        "ix_late_draft_open", "late_draft", ["manager_told_at"], postgresql_where=sa.text("closed_at is null")
    )


def downgrade():
    op.drop_table("late_draft")
