"""What is not known of a contact and why, what was promised, and how to speak with everybody in it.

Revision ID: 0013
Revises: 0012
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
TEXT = sa.Text()
ADDED = {
    "participation": {"due_in_part": TEXT, "communication": TEXT, "not_known": JSON, "views": JSON},
    "referrer": {"language": TEXT, "interpreter": TEXT, "communication": TEXT, "not_known": JSON},
    "contact": {"promises": JSON},
}


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    for table, columns in ADDED.items():
        for name, kind in columns.items():
            op.add_column(table, sa.Column(name, kind))
    op.create_table(
        "missing_fact",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("participation_id", sa.Uuid()),
        sa.Column("field", TEXT, nullable=False),
        sa.Column("why", TEXT, nullable=False),
        sa.Column("words", TEXT),
        sa.Column("said_at", AT, nullable=False),
        sa.Column("noted_by_id", sa.Uuid()),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("found_at", AT),
        sa.Column("found_by_id", sa.Uuid()),
        sa.Column("found_words", TEXT),
        sa.CheckConstraint(
            "why in ('not_asked', 'unknown', 'refused', 'not_safe_to_ask', 'unreadable')",
            name=op.f("ck_missing_fact_why_is_known"),
        ),
        sa.CheckConstraint(
            "(found_at is null) = (found_by_id is null)", name=op.f("ck_missing_fact_found_by_somebody")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_missing_fact")),
        sa.UniqueConstraint("seq", name=op.f("uq_missing_fact_seq")),
        *references(),
    )
    op.create_index(
        "uq_missing_fact_open",
        "missing_fact",
        ["contact_id", "field"],
        unique=True,
        postgresql_where=sa.text("found_at is null"),
    )


def references():
    to = {
        "contact_id": "contact.id",
        "participation_id": "participation.id",
        "noted_by_id": "app_user.id",
        "found_by_id": "app_user.id",
    }
    return [
        sa.ForeignKeyConstraint([name], [target], name=op.f(f"fk_missing_fact_{name}")) for name, target in to.items()
    ]


def downgrade():
    op.drop_table("missing_fact")
    for table, columns in ADDED.items():
        for name in columns:
            op.drop_column(table, name)
