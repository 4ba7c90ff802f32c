"""What a professional answers by the link in a message: to be rung, to add, to disagree; and who rings instead of it.

Revision ID: 0037
Revises: 0036
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
MESSAGE_KINDS = "kind in ('receipt', 'acknowledgement', 'outcome', 'answer', 'answer_2', 'answer_3')"


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "reply_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("message_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("used_at", AT),
        sa.Column("used_with", sa.LargeBinary()),
        sa.Column("said_by", sa.Text()),
        sa.Column("late", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["message_id"], ["message.id"], name=op.f("fk_reply_link_message_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply_link")),
        sa.UniqueConstraint("message_id", name=op.f("uq_reply_link_message_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_reply_link_token_hash")),
    )
    _disagreements()
    op.add_column("message", sa.Column("rings_id", sa.Uuid()))
    op.add_column("message", sa.Column("raised_to", sa.Text()))
    op.add_column("contact_addition", sa.Column("reply_link_id", sa.Uuid()))
    op.add_column("contact_addition", sa.Column("said_by", sa.Text()))
    op.add_column("callback", sa.Column("reply_link_id", sa.Uuid()))
    op.alter_column("contact_addition", "added_by_id", nullable=True)
    op.alter_column("callback", "owner_id", nullable=True)
    op.alter_column("callback", "promised_by_id", nullable=True)
    op.drop_constraint(op.f("ck_message_kind_is_known"), "message")
    # Rows that stand are not looked at under this lock: none of them is of a new kind, and all of them have a person.
    for table, name, check in (
        ("message", "ck_message_kind_is_known", f"check ({MESSAGE_KINDS})"),
        ("message", "ck_message_ladder_is_known", "check (raised_to in ('team', 'duty_manager'))"),
        ("message", "fk_message_rings_id", "foreign key (rings_id) references app_user (id)"),
        ("contact_addition", "fk_contact_addition_reply_link_id",
         "foreign key (reply_link_id) references reply_link (id)"),
        ("callback", "fk_callback_reply_link_id", "foreign key (reply_link_id) references reply_link (id)"),
        ("contact_addition", "ck_contact_addition_somebody_added_it",
         "check (added_by_id is not null or reply_link_id is not null)"),
        ("callback", "ck_callback_somebody_promised", "check (promised_by_id is not null or reply_link_id is not null)"),
    ):  # fmt: skip
        op.execute(f"alter table {table} add constraint {name} {check} not valid")


def _disagreements():
    op.create_table(
        "disagreement",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        *(sa.Column(name, sa.Uuid(), nullable=False) for name in ("contact_id", "link_id")),
        *(sa.Column(name, sa.Uuid()) for name in ("about_id", "team_id", "answered_by_id", "message_id")),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("said_by", sa.Text(), nullable=False),
        sa.Column("said_at", AT, nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("answer", sa.Text()),
        sa.Column("next_step", sa.Text()),
        sa.Column("answered_at", AT),
        sa.CheckConstraint("(answer is null) = (answered_at is null)",
                           name=op.f("ck_disagreement_answered_has_an_answer")),
        sa.CheckConstraint("(answer is null) = (answered_by_id is null)",
                           name=op.f("ck_disagreement_answered_has_a_person")),
        *(
            sa.ForeignKeyConstraint([column], [f"{table}.id"], name=op.f(f"fk_disagreement_{column}"))
            for column, table in (
                ("contact_id", "contact"), ("link_id", "reply_link"), ("about_id", "disagreement"),
                ("team_id", "team"), ("answered_by_id", "app_user"), ("message_id", "message"),
            )
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_disagreement")),
        sa.UniqueConstraint("seq", name=op.f("uq_disagreement_seq")),
    )  # fmt: skip
    op.create_index(op.f("ix_disagreement_contact_id"), "disagreement", ["contact_id"])
    op.create_index(op.f("ix_disagreement_link_id"), "disagreement", ["link_id"])
    op.create_index(
        "ix_disagreement_open", "disagreement", ["due_at", "seq"], postgresql_where=sa.text("answered_at is null")
    )


def downgrade():
    """Go back to what was; answers that came by a link cannot be kept without it, so they block this by its checks."""
    for table, column in (("callback", "owner_id"), ("callback", "promised_by_id"), ("contact_addition", "added_by_id")):
        op.alter_column(table, column, nullable=False)
    op.drop_column("callback", "reply_link_id")
    op.drop_column("contact_addition", "said_by")
    op.drop_column("contact_addition", "reply_link_id")
    op.drop_column("message", "raised_to")
    op.drop_column("message", "rings_id")
    op.drop_table("disagreement")
    op.drop_table("reply_link")
    op.drop_constraint(op.f("ck_message_kind_is_known"), "message")
    op.execute(
        "alter table message add constraint ck_message_kind_is_known "
        "check (kind in ('receipt', 'acknowledgement', 'outcome')) not valid"
    )
