"""What is added to a contact after it was sent.

Revision ID: 0017
Revises: 0016
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "contact_addition",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("version", sa.Integer()),
        sa.Column("body", sa.LargeBinary()),
        sa.Column("changes", JSON, nullable=False),
        sa.Column("added_at", AT, nullable=False),
        sa.Column("added_by_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_contact_addition_contact_id")),
        sa.ForeignKeyConstraint(["added_by_id"], ["app_user.id"], name=op.f("fk_contact_addition_added_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_contact_addition")),
        sa.UniqueConstraint("seq", name=op.f("uq_contact_addition_seq")),
        sa.UniqueConstraint("contact_id", "version", name=op.f("uq_contact_addition_contact_id_version")),
    )
    op.create_index("ix_contact_addition_contact_id_seq", "contact_addition", ["contact_id", "seq"])


def downgrade():
    op.drop_table("contact_addition")
