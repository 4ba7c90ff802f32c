"""The professionals' form on the web.

Revision ID: 0024
Revises: 0023
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0024"
down_revision = "0023"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.create_table(
        "web_form",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("sealed", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("asked_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("mailed_at", AT),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("sent_at", AT),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_web_form_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_web_form")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_web_form_token_hash")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_web_form_contact_id")),
    )


def downgrade():
    op.drop_table("web_form")
