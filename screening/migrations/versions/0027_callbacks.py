"""Calls that were promised, and each time that they were tried.

Revision ID: 0027
Revises: 0026
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "callback",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer()),
        *(sa.Column(name, sa.Text()) for name in
          ("to_whom", "number", "safe_times", "may_be_said", "voicemail", "note", "by_when")),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("next_at", AT, nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("to_decide_because", sa.Text()),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("round", sa.Integer(), nullable=False),
        sa.Column("raised_to", sa.Text()),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("promised_by_id", sa.Uuid(), nullable=False),
        sa.Column("promised_at", AT, nullable=False),
        sa.Column("ended_at", AT),
        sa.Column("ended_by_id", sa.Uuid()),
        sa.Column("ended_because", sa.Text()),
        sa.CheckConstraint("state in ('open', 'to_decide', 'reached', 'stopped')",
                           name=op.f("ck_callback_state_is_known")),
        sa.CheckConstraint("raised_to in ('owner', 'team', 'duty_manager')", name=op.f("ck_callback_ladder_is_known")),
        sa.CheckConstraint("state <> 'stopped' or ended_because is not null",
                           name=op.f("ck_callback_stopped_has_a_reason")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_callback_contact_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_callback_owner_id")),
        sa.ForeignKeyConstraint(["promised_by_id"], ["app_user.id"], name=op.f("fk_callback_promised_by_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["app_user.id"], name=op.f("fk_callback_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback")),
        sa.UniqueConstraint("seq", name=op.f("uq_callback_seq")),
        sa.UniqueConstraint("contact_id", "place", name=op.f("uq_callback_contact_id_place")),
    )
    op.create_index(op.f("ix_callback_contact_id"), "callback", ["contact_id"])
    op.create_index(op.f("ix_callback_owner_id"), "callback", ["owner_id"])
    op.create_index(
        "ix_callback_owed", "callback", ["next_at", "seq"],
        postgresql_where=sa.text("state in ('open', 'to_decide')"),
    )
    op.create_table(
        "callback_try",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("callback_id", sa.Uuid(), nullable=False),
        sa.Column("tried_at", AT, nullable=False),
        sa.Column("tried_by_id", sa.Uuid(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("note", sa.Text()),
        sa.CheckConstraint("outcome in ('reached', 'no_answer', 'wrong_number', 'not_safe')",
                           name=op.f("ck_callback_try_outcome_is_known")),
        sa.ForeignKeyConstraint(["callback_id"], ["callback.id"], name=op.f("fk_callback_try_callback_id")),
        sa.ForeignKeyConstraint(["tried_by_id"], ["app_user.id"], name=op.f("fk_callback_try_tried_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_callback_try")),
        sa.UniqueConstraint("seq", name=op.f("uq_callback_try_seq")),
    )
    op.create_index(op.f("ix_callback_try_callback_id"), "callback_try", ["callback_id"])


def downgrade():
    op.drop_table("callback_try")
    op.drop_table("callback")
