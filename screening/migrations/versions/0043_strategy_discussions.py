"""Strategy discussions: called, held, who took part, what was decided, and what is to be done.

Revision ID: 0043
Revises: 0042
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0043"
down_revision = "0042"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "strategy_discussion",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("called_at", AT, nullable=False),
        sa.Column("called_by_id", sa.Uuid(), nullable=False),
        sa.Column("because", sa.Text(), nullable=False),
        sa.Column("planned_for", sa.Text()),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_strategy_discussion_contact_id")),
        sa.ForeignKeyConstraint(["called_by_id"], ["app_user.id"], name=op.f("fk_strategy_discussion_called_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy_discussion")),
        sa.UniqueConstraint("seq", name=op.f("uq_strategy_discussion_seq")),
    )
    op.create_index(op.f("ix_strategy_discussion_contact_id"), "strategy_discussion", ["contact_id"])
    op.create_table(
        "strategy_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("discussion_id", sa.Uuid(), nullable=False),
        sa.Column("held_at", AT, nullable=False),
        sa.Column("how", sa.Text(), nullable=False),
        sa.Column("took_part", JSON, nullable=False),
        sa.Column("missing", JSON, nullable=False),
        sa.Column("children", JSON, nullable=False),
        sa.Column("medical", sa.Text(), nullable=False),
        sa.Column("medical_words", sa.Text()),
        sa.Column("review_on", sa.Date()),
        sa.Column("corrected_because", sa.Text()),
        sa.Column("recorded_at", AT, nullable=False),
        sa.Column("recorded_by_id", sa.Uuid(), nullable=False),
        sa.CheckConstraint("how in ('meeting', 'video', 'telephone')", name=op.f("ck_strategy_record_how_is_known")),
        sa.CheckConstraint("medical in ('agreed', 'needed_not_agreed', 'not_needed', 'not_settled')",
                           name=op.f("ck_strategy_record_medical_is_known")),
        sa.ForeignKeyConstraint(["discussion_id"], ["strategy_discussion.id"],
                                name=op.f("fk_strategy_record_discussion_id")),
        sa.ForeignKeyConstraint(["recorded_by_id"], ["app_user.id"], name=op.f("fk_strategy_record_recorded_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy_record")),
        sa.UniqueConstraint("seq", name=op.f("uq_strategy_record_seq")),
    )
    op.create_index(op.f("ix_strategy_record_discussion_id"), "strategy_record", ["discussion_id"])
    op.create_table(
        "strategy_action",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("discussion_id", sa.Uuid(), nullable=False),
        sa.Column("record_id", sa.Uuid(), nullable=False),
        sa.Column("what", sa.Text(), nullable=False),
        sa.Column("who", sa.Text(), nullable=False),
        sa.Column("by_when", sa.Date(), nullable=False),
        sa.Column("done_at", AT),
        sa.Column("done_by_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["discussion_id"], ["strategy_discussion.id"],
                                name=op.f("fk_strategy_action_discussion_id")),
        sa.ForeignKeyConstraint(["record_id"], ["strategy_record.id"], name=op.f("fk_strategy_action_record_id")),
        sa.ForeignKeyConstraint(["done_by_id"], ["app_user.id"], name=op.f("fk_strategy_action_done_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_strategy_action")),
        sa.UniqueConstraint("seq", name=op.f("uq_strategy_action_seq")),
    )
    op.create_index(op.f("ix_strategy_action_discussion_id"), "strategy_action", ["discussion_id"])


def downgrade():
    for table in ("strategy_action", "strategy_record", "strategy_discussion"):
        op.drop_table(table)
