"""What a decision still waits for, with its clock; and the main need of the referral that it creates.

Revision ID: 0042
Revises: 0041
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
# What was passed to another authority before, and is not accepted there yet, is on the list too, and is due at once.
BEFORE = """
insert into awaited (id, contact_id, child_id, decision_id, kind, owner_id, began_at, due_at, raised)
select gen_random_uuid(), decision.contact_id, decision.child_id, decision.id, 'another_authority',
       decision.decided_by_id, decision.decided_at, decision.decided_at, 0
from decision join contact on contact.id = decision.contact_id
where decision.outcome = 'another_authority' and decision.accepted_elsewhere is null
  and decision.corrected_by_id is null and contact.state = 'decided'
  and (not decision.needs_second_person or decision.confirmed_by_id is not null)
on conflict do nothing
"""
THEIR_CLOCKS = """
insert into task (id, kind, queue, key, contact_id, subject_id, priority, run_after, promised_at,
                  state, attempt, crashes, refusals)
select gen_random_uuid(), 'awaited_late', 'urgent', concat('awaited_late', chr(58), id, chr(58), '0'), contact_id, id, 3, due_at,
       began_at, 'pending', 0, 0, 0
from awaited
on conflict do nothing
"""


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("decision", sa.Column("primary_need", sa.Text()))
    op.create_table(
        "awaited",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid()),
        sa.Column("decision_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("came_from", sa.Text()),
        sa.Column("owner_id", sa.Uuid(), nullable=False),
        sa.Column("began_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("raised", sa.Integer(), nullable=False),
        sa.Column("raised_at", AT),
        sa.Column("answer", sa.Text()),
        sa.Column("said", postgresql.JSONB(none_as_null=True)),
        sa.Column("ended_at", AT),
        sa.Column("ended_by_id", sa.Uuid()),
        sa.CheckConstraint(
            "kind in ('agreement', 'returned', 'step_down', 'another_authority', 'strategy_discussion', "
            "'strategy_review', 'assessment', 'initial_conference')", name=op.f("ck_awaited_kind_is_known")),
        sa.CheckConstraint("(ended_at is null) = (answer is null)", name=op.f("ck_awaited_ended_with_an_answer")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_awaited_contact_id")),
        sa.ForeignKeyConstraint(["child_id"], ["participation.id"], name=op.f("fk_awaited_child_id")),
        sa.ForeignKeyConstraint(["decision_id"], ["decision.id"], name=op.f("fk_awaited_decision_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["app_user.id"], name=op.f("fk_awaited_owner_id")),
        sa.ForeignKeyConstraint(["ended_by_id"], ["app_user.id"], name=op.f("fk_awaited_ended_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited")),
        sa.UniqueConstraint("seq", name=op.f("uq_awaited_seq")),
    )
    for column in ("contact_id", "decision_id", "owner_id"):
        op.create_index(op.f(f"ix_awaited_{column}"), "awaited", [column])
    op.create_index(
        "uq_awaited_one_open", "awaited", ["contact_id", "child_id", "kind"], unique=True,
        postgresql_nulls_not_distinct=True, postgresql_where=sa.text("ended_at is null"),
    )
    op.create_index("ix_awaited_due", "awaited", ["due_at", "seq"], postgresql_where=sa.text("ended_at is null"))
    op.create_table(
        "awaited_try",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("awaited_id", sa.Uuid(), nullable=False),
        sa.Column("tried_at", AT, nullable=False),
        sa.Column("tried_by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["awaited_id"], ["awaited.id"], name=op.f("fk_awaited_try_awaited_id")),
        sa.ForeignKeyConstraint(["tried_by_id"], ["app_user.id"], name=op.f("fk_awaited_try_tried_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_awaited_try")),
        sa.UniqueConstraint("seq", name=op.f("uq_awaited_try_seq")),
    )
    op.create_index(op.f("ix_awaited_try_awaited_id"), "awaited_try", ["awaited_id"])
    op.execute(BEFORE)
    op.execute(THEIR_CLOCKS)


def downgrade():
    op.drop_table("awaited_try")
    op.drop_table("awaited")
    op.drop_column("decision", "primary_need")
