"""What the board foresaw at each hour and what came of it; and what it counts, found by time.

Revision ID: 0045
Revises: 0044
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0045"
down_revision = "0044"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
TABLE = "breach_forecast"
INDEXES = {"ix_queue_item_queued_at": "queued_at", "ix_queue_item_accepted_at": "accepted_at"}


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        TABLE,
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("id", "team_id")),
        *(sa.Column(name, AT, nullable=False) for name in ("for_hour", "made_at", "until_at")),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in ("expected", "least", "most")),
        sa.Column("happened", sa.Integer()),
        sa.CheckConstraint(
            "least <= expected and expected <= most", name=op.f("ck_breach_forecast_expected_is_in_range")
        ),
        sa.ForeignKeyConstraint(["team_id"], ["team.id"], name=op.f("fk_breach_forecast_team_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_breach_forecast")),
        sa.UniqueConstraint("team_id", "for_hour", name=op.f("uq_breach_forecast_team_id_for_hour")),
    )
    op.create_index(
        "ix_breach_forecast_uncounted", TABLE, ["until_at"], postgresql_where=sa.text("happened is null")
    )
    # Contacts are routed while the indexes are built; stopped half way, it can be run again.
    with op.get_context().autocommit_block():
        for name, column in INDEXES.items():
            op.execute(f"drop index concurrently if exists {name}")
            op.execute(f"create index concurrently {name} on queue_item ({column})")


def downgrade():
    for name in INDEXES:
        op.drop_index(name, "queue_item")
    op.drop_table(TABLE)
