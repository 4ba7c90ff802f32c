"""Every child whom we know of, settled; and what a decision stood on. No contact ends undecided.

Revision ID: 0035
Revises: 0034
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None

JSONB = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
AT = sa.DateTime(timezone=True)
# The last net under every page, route, command and worker: what was sent about a child is neither decided nor closed
# while one of its children has no decision that stands.
# Looked at when the transaction commits: what was written in it, in whatever order, counts.
REFUSE = """
create function refuse_undecided() returns trigger language plpgsql as $$
declare undecided boolean;
begin
    if new.state not in ('decided', 'closed') or new.received_at is null then
        return null;
    elsif old.state = 'decided' then
        undecided := exists (
            select from referral where referral.contact_id = new.id and not exists (
                select from decision made
                where made.contact_id = new.id and made.stage = 'team' and made.corrected_by_id is null
                and (referral.child_id is null or made.child_id = referral.child_id)
                and (not made.needs_second_person or made.confirmed_by_id is not null)
            )
        );
    elsif old.state <> 'closed' then
        undecided := exists (
            select from participation child
            where child.contact_id = new.id and child.role = 'child' and child.left_out_at is null and not exists (
                select from decision made
                where made.contact_id = new.id and made.child_id = child.id and made.corrected_by_id is null
                and (not made.needs_second_person or made.confirmed_by_id is not null)
            )
        ) or not exists (
            select from decision made
            where made.contact_id = new.id and made.corrected_by_id is null
            and (not made.needs_second_person or made.confirmed_by_id is not null)
        );
    end if;
    if undecided then
        raise exception 'a contact ends once each of its children is decided'
            using errcode = 'check_violation', constraint = 'contact_ends_decided';
    end if;
    return null;
end $$;
create constraint trigger contact_ends_decided after update of state on contact
    deferrable initially deferred for each row execute function refuse_undecided();
"""


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "known_child",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False, unique=True),
        sa.Column("contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id")),
        sa.Column("said_id", sa.Uuid(), sa.ForeignKey("participation.id")),
        sa.Column("stage", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("because", JSONB, nullable=False),
        sa.Column("participation_id", sa.Uuid(), sa.ForeignKey("participation.id")),
        sa.Column("answered_by_id", sa.Uuid(), sa.ForeignKey("app_user.id"), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("replaced_at", AT),
        sa.CheckConstraint("answer in ('included', 'left_out')", name=op.f("ck_known_child_answer_is_known")),
        sa.CheckConstraint("stage in ('contact', 'team')", name=op.f("ck_known_child_stage_is_known")),
        sa.CheckConstraint("(person_id is null) <> (said_id is null)", name=op.f("ck_known_child_is_somebody")),
        sa.CheckConstraint(
            "answer <> 'left_out' or length(trim(reason)) > 0", name=op.f("ck_known_child_left_out_has_a_reason")
        ),
        sa.CheckConstraint(
            "answer <> 'included' or participation_id is not null", name=op.f("ck_known_child_included_is_a_child")
        ),
    )
    op.create_index("ix_known_child_person_id", "known_child", ["person_id"])
    op.create_index(
        "uq_known_child_current",
        "known_child",
        ["contact_id", "person_id", "said_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("replaced_at is null"),
    )
    op.create_table(
        "withheld_child",
        sa.Column("id", sa.Uuid(), primary_key=True),
        sa.Column("contact_id", sa.Uuid(), sa.ForeignKey("contact.id"), nullable=False),
        sa.Column("person_id", sa.Uuid(), sa.ForeignKey("person.id"), nullable=False),
        sa.Column("because", JSONB, nullable=False),
        sa.Column("found_at", AT, nullable=False),
        sa.Column("seen_at", AT),
        sa.Column("seen_by_id", sa.Uuid(), sa.ForeignKey("app_user.id")),
        sa.Column("done", sa.Text()),
        sa.CheckConstraint(
            "(seen_at is null) = (seen_by_id is null) and (seen_at is null) = (done is null)",
            name=op.f("ck_withheld_child_seen_is_whole"),
        ),
    )
    op.create_index("uq_withheld_child", "withheld_child", ["contact_id", "person_id"], unique=True)
    op.create_index(
        "ix_withheld_child_unseen", "withheld_child", ["person_id"], postgresql_where=sa.text("seen_at is null")
    )
    op.create_table(
        "withheld_child_reader",
        sa.Column("withheld_child_id", sa.Uuid(), sa.ForeignKey("withheld_child.id"), primary_key=True),
        sa.Column("user_id", sa.Uuid(), sa.ForeignKey("app_user.id"), primary_key=True),
    )
    op.create_index("ix_withheld_child_reader_user_id", "withheld_child_reader", ["user_id"])
    for column in ("explored", "same_as", "stood_on"):
        op.add_column("decision", sa.Column(column, JSONB))
    op.add_column("decision", sa.Column("for_referrer", sa.Text()))
    op.execute(REFUSE)


def downgrade():
    op.execute("drop trigger contact_ends_decided on contact; drop function refuse_undecided()")
    for column in ("for_referrer", "stood_on", "same_as", "explored"):
        op.drop_column("decision", column)
    for table in ("withheld_child_reader", "withheld_child", "known_child"):
        op.drop_table(table)
