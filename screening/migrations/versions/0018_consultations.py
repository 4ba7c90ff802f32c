"""What a handler asks a social worker on duty about a call, and the page that follows it.

Revision ID: 0018
Revises: 0017
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
# Whoever follows a call sees what is typed, and what is added once it was sent.
TOPICS = {"consultation": "consultation", "draft": "draft", "contact_addition": "draft"}


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "consultation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("question", sa.Text(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("asked_by_id", sa.Uuid(), nullable=False),
        sa.Column("out_of_hours", sa.Boolean(), nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("answered_at", AT),
        sa.Column("answered_by_id", sa.Uuid()),
        sa.CheckConstraint(
            "(answer is null) = (answered_by_id is null) and (answer is null) = (answered_at is null)",
            name=op.f("ck_consultation_answered_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_consultation_contact_id")),
        sa.ForeignKeyConstraint(["asked_by_id"], ["app_user.id"], name=op.f("fk_consultation_asked_by_id")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["app_user.id"], name=op.f("fk_consultation_answered_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_consultation")),
        sa.UniqueConstraint("seq", name=op.f("uq_consultation_seq")),
    )
    op.create_index("ix_consultation_contact_id_seq", "consultation", ["contact_id", "seq"])
    op.create_index(op.f("ix_consultation_answered_at"), "consultation", ["answered_at"])
    for table, topic in TOPICS.items():
        op.execute(
            f"create trigger tell_of_topic after insert or update or delete on {table} "
            f"for each statement execute function tell_of_topic('{topic}')"
        )


def downgrade():
    for table in ("draft", "contact_addition"):
        op.execute(f"drop trigger tell_of_topic on {table}")
    op.drop_table("consultation")
