"""The second look of the people index: names by year of birth, how common each is, and cards without what is protected.

Nothing has written to `name_token` or `person_card` before this.

Revision ID: 0007
Revises: 0006
"""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade():
    op.create_table(
        "person_token",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("born_year", sa.SmallInteger(), nullable=False),
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "born_year", "person_number", name=op.f("pk_person_token")),
    )
    op.add_column("person_card", sa.Column("whole_card", sa.Text()))
    op.drop_table("name_token")
    op.create_table(
        "name_token",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("given", sa.Integer(), nullable=False),
        sa.Column("family", sa.Integer(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_name_token")),
        sa.UniqueConstraint("seq", name=op.f("uq_name_token_seq")),
    )


def downgrade():
    op.drop_table("name_token")
    op.create_table(
        "name_token",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_name_token")),
    )
    op.drop_column("person_card", "whole_card")
    op.drop_table("person_token")
