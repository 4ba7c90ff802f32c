"""E-mail that came in, what was attached to it, and what was refused.

Revision ID: 0016
Revises: 0015
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.create_table(
        "email",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("came_at", AT, nullable=False),
        sa.Column("opened_at", AT),
        sa.Column("opened_by_id", sa.Uuid()),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_email_contact_id")),
        sa.ForeignKeyConstraint(["opened_by_id"], ["app_user.id"], name=op.f("fk_email_opened_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email")),
        sa.UniqueConstraint("seq", name=op.f("uq_email_seq")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_email_contact_id")),
        sa.UniqueConstraint("key", name=op.f("uq_email_key")),
    )
    op.create_table(
        "email_attachment",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("email_id", sa.Uuid(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("scanned_at", AT),
        sa.CheckConstraint(
            "state in ('held', 'cleared', 'refused')", name=op.f("ck_email_attachment_state_is_known")
        ),
        sa.ForeignKeyConstraint(["email_id"], ["email.id"], name=op.f("fk_email_attachment_email_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_email_attachment")),
    )
    op.create_index(op.f("ix_email_attachment_email_id"), "email_attachment", ["email_id"])
    op.create_table(
        "refused_email",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("came_at", AT, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_refused_email")),
        sa.UniqueConstraint("seq", name=op.f("uq_refused_email_seq")),
    )
    op.create_index(op.f("ix_refused_email_came_at"), "refused_email", ["came_at"])


def downgrade():
    for table in ("email_attachment", "email", "refused_email"):
        op.drop_table(table)
