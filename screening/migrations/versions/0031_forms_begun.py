"""A professional's form that was begun and not sent: the contacts that it became.

Revision ID: 0031
Revises: 0030
"""

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("web_form", sa.Column("begun", sa.Integer(), server_default="0", nullable=False))
    op.add_column("web_form", sa.Column("begun_digest", sa.LargeBinary()))
    op.add_column("web_form", sa.Column("begun_contact_id", sa.Uuid()))
    op.create_foreign_key("fk_web_form_begun_contact_id_contact", "web_form", "contact", ["begun_contact_id"], ["id"])


def downgrade():
    for name in ("begun_contact_id", "begun_digest", "begun"):
        op.drop_column("web_form", name)
