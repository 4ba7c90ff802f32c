"""What somebody has written of a decision and not sent yet.

Revision ID: 0051
Revises: 0050
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0051"
down_revision = "0050"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
TABLE = "unsent_decision"
REFERENCES = {"contact_id": "contact", "child_id": "participation", "written_by_id": "app_user"}


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        TABLE,
        sa.Column("id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=name == "child_id") for name in REFERENCES),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("body", sa.LargeBinary(), nullable=False),
        *(sa.Column(name, AT, nullable=False) for name in ("began_at", "saved_at")),
        *(
            sa.ForeignKeyConstraint([name], [f"{of}.id"], name=op.f(f"fk_{TABLE}_{name}"))
            for name, of in REFERENCES.items()
        ),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{TABLE}")),
    )
    op.create_index(
        "uq_unsent_decision_one", TABLE, list(REFERENCES), unique=True, postgresql_nulls_not_distinct=True
    )
    op.create_index(op.f("ix_unsent_decision_saved_at"), TABLE, ["saved_at"])


def downgrade():
    op.drop_table(TABLE)
