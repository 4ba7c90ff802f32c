"""What came at night, what one shift hands to the next, and what a manager on call agreed by telephone.

Revision ID: 0041
Revises: 0040
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

TIME = postgresql.TIMESTAMP(timezone=True)


def column(name, kind, *, null=False):
    return sa.Column(name, kind, nullable=null)


def belongs(table, name, to):
    return sa.ForeignKeyConstraint([name], [f"{to}.id"], name=op.f(f"fk_{table}_{name}"))


def check(table, name, rule):
    return sa.CheckConstraint(rule, name=op.f(f"ck_{table}_{name}"))


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    _nights()
    _packs()
    _agreements()


def _nights():
    table = "night_contact"
    op.create_table(
        table,
        column("contact_id", sa.Uuid()),
        column("began_at", TIME),
        column("ends_at", TIME),
        column("arrived_at", TIME),
        column("due_at", TIME),
        column("answer", sa.Text(), null=True),
        column("reason", sa.Text(), null=True),
        column("answered_at", TIME, null=True),
        column("answered_by_id", sa.Uuid(), null=True),
        column("agreed_by_id", sa.Uuid(), null=True),
        column("agreed_said", sa.Text(), null=True),
        check(table, "answer_is_known", "answer in ('cannot_wait', 'morning')"),
        check(table, "morning_has_a_reason", "answer <> 'morning' or reason is not null"),
        check(table, "answered_by_somebody", "(answer is null) = (answered_by_id is null)"),
        check(table, "agreed_in_words", "(agreed_by_id is null) = (agreed_said is null)"),
        belongs(table, "contact_id", "contact"),
        belongs(table, "answered_by_id", "app_user"),
        belongs(table, "agreed_by_id", "app_user"),
        sa.PrimaryKeyConstraint("contact_id", name=op.f("pk_night_contact")),
    )
    op.create_index(op.f("ix_night_contact_began_at"), table, ["began_at"])
    waits = sa.text("answer is null")
    op.create_index("ix_night_contact_not_triaged", table, ["due_at"], postgresql_where=waits)


def _packs():
    table = "handover_pack"
    op.create_table(
        table,
        column("id", sa.Uuid()),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        column("kind", sa.Text()),
        column("changes_at", TIME),
        column("since_at", TIME),
        column("from_team_id", sa.Uuid()),
        column("to_team_id", sa.Uuid()),
        column("composed_at", TIME),
        column("sign_by_at", TIME),
        column("words", sa.LargeBinary(), null=True),
        column("out_by_id", sa.Uuid(), null=True),
        column("out_at", TIME, null=True),
        column("in_by_id", sa.Uuid(), null=True),
        column("in_at", TIME, null=True),
        column("sealed", sa.LargeBinary(), null=True),
        column("escalated_at", TIME, null=True),
        column("escalated_to_id", sa.Uuid(), null=True),
        column("escalations", sa.Integer()),
        check(table, "kind_is_known", "kind in ('to_night', 'within_night', 'to_day')"),
        check(table, "signed_is_kept", "(in_at is null) = (sealed is null)"),
        check(table, "two_people_sign", "in_by_id is distinct from out_by_id or in_by_id is null"),
        belongs(table, "from_team_id", "team"),
        belongs(table, "to_team_id", "team"),
        belongs(table, "out_by_id", "app_user"),
        belongs(table, "in_by_id", "app_user"),
        belongs(table, "escalated_to_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_handover_pack")),
        sa.UniqueConstraint("seq", name=op.f("uq_handover_pack_seq")),
        sa.UniqueConstraint("kind", "changes_at", name=op.f("uq_handover_pack_kind_changes_at")),
    )
    unsigned = sa.text("in_at is null")
    op.create_index("ix_handover_pack_unsigned", table, ["sign_by_at"], postgresql_where=unsigned)
    table = "handover_item"
    op.create_table(
        table,
        column("pack_id", sa.Uuid()),
        column("contact_id", sa.Uuid()),
        column("opened_by_id", sa.Uuid(), null=True),
        column("opened_at", TIME, null=True),
        belongs(table, "pack_id", "handover_pack"),
        belongs(table, "contact_id", "contact"),
        belongs(table, "opened_by_id", "app_user"),
        sa.PrimaryKeyConstraint("pack_id", "contact_id", name=op.f("pk_handover_item")),
    )
    op.create_index(op.f("ix_handover_item_contact_id"), table, ["contact_id"])


def _agreements():
    table = "telephone_agreement"
    op.create_table(
        table,
        column("id", sa.Uuid()),
        column("decision_id", sa.Uuid()),
        column("contact_id", sa.Uuid()),
        column("manager_id", sa.Uuid()),
        column("on_rota", sa.Boolean()),
        column("rung_at", TIME),
        column("said", sa.Text()),
        column("kept_by_id", sa.Uuid()),
        column("kept_at", TIME),
        column("due_at", TIME),
        column("countersigned_at", TIME, null=True),
        column("confirms", sa.Boolean(), null=True),
        column("note", sa.Text(), null=True),
        column("escalations", sa.Integer()),
        check(table, "two_people", "manager_id <> kept_by_id"),
        check(table, "countersigned_with_an_answer", "(countersigned_at is null) = (confirms is null)"),
        check(table, "denied_in_words", "confirms is not false or note is not null"),
        belongs(table, "decision_id", "decision"),
        belongs(table, "contact_id", "contact"),
        belongs(table, "manager_id", "app_user"),
        belongs(table, "kept_by_id", "app_user"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_telephone_agreement")),
        sa.UniqueConstraint("decision_id", name=op.f("uq_telephone_agreement_decision_id")),
    )
    op.create_index(op.f("ix_telephone_agreement_contact_id"), table, ["contact_id"])
    op.create_index(op.f("ix_telephone_agreement_manager_id"), table, ["manager_id"])
    waits = sa.text("countersigned_at is null")
    op.create_index("ix_telephone_agreement_open", table, ["due_at"], postgresql_where=waits)


def downgrade():
    for table in ("telephone_agreement", "handover_item", "handover_pack", "night_contact"):
        op.drop_table(table)
