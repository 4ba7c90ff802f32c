"""Alerts that a child is in danger now, and telling whoever listens that one was raised or seen.

Revision ID: 0014
Revises: 0013
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "danger_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("raised_at", AT, nullable=False),
        sa.Column("raised_by_id", sa.Uuid(), nullable=False),
        sa.Column("out_of_hours", sa.Boolean(), nullable=False),
        sa.Column("acknowledged_at", AT),
        sa.Column("acknowledged_by_id", sa.Uuid()),
        sa.Column("escalated_at", AT),
        sa.CheckConstraint(
            "(acknowledged_at is null) = (acknowledged_by_id is null)",
            name=op.f("ck_danger_alert_acknowledged_by_somebody"),
        ),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_danger_alert_contact_id")),
        sa.ForeignKeyConstraint(["raised_by_id"], ["app_user.id"], name=op.f("fk_danger_alert_raised_by_id")),
        sa.ForeignKeyConstraint(
            ["acknowledged_by_id"], ["app_user.id"], name=op.f("fk_danger_alert_acknowledged_by_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_danger_alert")),
        sa.UniqueConstraint("seq", name=op.f("uq_danger_alert_seq")),
    )
    op.create_index(op.f("ix_danger_alert_contact_id"), "danger_alert", ["contact_id"])
    op.create_index(op.f("ix_danger_alert_acknowledged_at"), "danger_alert", ["acknowledged_at"])
    op.create_index(
        "ix_danger_alert_open",
        "danger_alert",
        ["raised_at"],
        postgresql_where=sa.text("acknowledged_at is null"),
    )
    # What is told names its topic, so that a page that shows alerts is not rendered anew for each task that ends.
    op.execute(
        """
        create function tell_of_topic() returns trigger language plpgsql as $$
        begin
          perform pg_notify('front_door_change', tg_argv[0]);
          return null;
        end $$
        """
    )
    op.execute(
        "create trigger tell_of_topic after insert or update or delete on danger_alert "
        "for each statement execute function tell_of_topic('danger')"
    )


def downgrade():
    op.drop_table("danger_alert")
    op.execute("drop function tell_of_topic()")
