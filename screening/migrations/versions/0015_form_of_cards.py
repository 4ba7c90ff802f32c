"""In which form a person's card was written, so that cards of an older release are known and can be written anew.

Revision ID: 0015
Revises: 0014
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade():
    # With no default: the table is not rewritten, and cards of before are of no known form.
    op.add_column("person_card", sa.Column("form", sa.Integer(), nullable=True))


def downgrade():
    op.drop_column("person_card", "form")
