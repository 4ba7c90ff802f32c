"""Who was told when that something waits for a person.

Revision ID: 0046
Revises: 0045
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    _escalations()
    _notices()
    for table in ("escalation", "escalation_notice"):
        op.execute(
            f"create trigger tell_of_topic after insert or update or delete on {table} "
            "for each row execute function tell_of_topic('escalation')"
        )


def _escalations():
    table = "escalation"
    op.create_table(
        table,
        *_numbered(),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("alarm", sa.Text()),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("queue_item_id", sa.Uuid()),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("raised_at", AT, nullable=False),
        sa.Column("step", sa.Text()),
        sa.Column("times", sa.Integer(), nullable=False),
        sa.Column("next_at", AT),
        sa.Column("taken_by_id", sa.Uuid()),
        sa.Column("taken_at", AT),
        sa.Column("ended_at", AT),
        _check(table, "kind_is_known", "kind in ('contact', 'alarm')"),
        _check(table, "urgency_is_known", "urgency in ('red', 'amber', 'green')"),
        _check(table, "alarm_has_a_name", "(kind = 'alarm') = (alarm is not null)"),
        _check(table, "contact_has_an_item", "(kind = 'contact') = (queue_item_id is not null)"),
        _check(table, "taken_by_somebody", "(taken_at is null) = (taken_by_id is null)"),
        _key(table, "contact_id", "contact.id"),
        _key(table, "queue_item_id", "queue_item.id"),
        _key(table, "taken_by_id", "app_user.id"),
        *_keys(table),
    )
    op.create_index(op.f("ix_escalation_contact_id"), table, ["contact_id"])
    for name, column in (("uq_escalation_open_item", "queue_item_id"), ("uq_escalation_open_alarm", "alarm")):
        still = sa.text(f"ended_at is null and {column} is not null")
        op.create_index(name, table, [column], unique=True, postgresql_where=still)


def _notices():
    table = "escalation_notice"
    op.create_table(
        table,
        *_numbered(),
        sa.Column("escalation_id", sa.Uuid(), nullable=False),
        sa.Column("step", sa.Text(), nullable=False),
        sa.Column("user_id", sa.Uuid()),
        sa.Column("way", sa.Text(), nullable=False),
        sa.Column("over", sa.Boolean(), nullable=False),
        sa.Column("told_at", AT, nullable=False),
        sa.Column("taken_at", AT),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("sent_at", AT),
        sa.Column("problem", sa.Text()),
        _check(table, "way_is_known", "way in ('email', 'digest', 'webhook')"),
        _check(table, "state_is_known", "state in ('waiting', 'sent', 'failed', 'dropped')"),
        _check(table, "a_person_or_the_webhook", "(way = 'webhook') = (user_id is null)"),
        _key(table, "escalation_id", "escalation.id"),
        _key(table, "user_id", "app_user.id"),
        *_keys(table),
    )
    op.create_index(op.f("ix_escalation_notice_escalation_id"), table, ["escalation_id"])
    op.create_index("ix_escalation_notice_user_id", table, ["user_id", "escalation_id"])
    waiting = sa.text("state = 'waiting'")
    op.create_index("ix_escalation_notice_waiting", table, ["user_id"], postgresql_where=waiting)


def _numbered():
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
    )


def _keys(table):
    return (
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("seq", name=op.f(f"uq_{table}_seq")),
    )


def _key(table, column, other):
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"))


def _check(table, name, words):
    return sa.CheckConstraint(words, name=op.f(f"ck_{table}_{name}"))


def downgrade():
    op.drop_table("escalation_notice")
    op.drop_table("escalation")
