"""What the case system tells and is told: whose an involvement is, lists that were read, referrals that go out.

Revision ID: 0010
Revises: 0009
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    for column in involvement_columns():
        op.add_column("involvement", column)
    op.create_foreign_key(op.f("fk_involvement_person_id"), "involvement", "person", ["person_id"], ["id"])
    op.create_index(op.f("ix_involvement_person_id"), "involvement", ["person_id"])
    op.create_unique_constraint(op.f("uq_involvement_source_source_id"), "involvement", ["source", "source_id"])
    op.create_table(
        "involvement_list",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("as_at", AT, nullable=False),
        sa.Column("whole", sa.Boolean(), nullable=False),
        sa.Column("read_at", AT, nullable=False),
        sa.Column("rows_kept", sa.Integer(), nullable=False),
        sa.Column("rows_refused", sa.Integer(), nullable=False),
        sa.Column("rows_untold", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_involvement_list")),
        sa.UniqueConstraint("seq", name=op.f("uq_involvement_list_seq")),
    )
    op.create_index("ix_involvement_list_source_as_at", "involvement_list", ["source", "as_at"])
    op.create_table(
        "referral_delivery",
        sa.Column("referral_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("due_at", AT, nullable=False),
        sa.Column("tries", sa.Integer(), nullable=False),
        sa.Column("sent_at", AT),
        sa.Column("acknowledged_at", AT),
        sa.Column("case_reference", sa.Text()),
        sa.Column("problem", sa.Text()),
        sa.Column("flagged_at", AT),
        sa.Column("body_hash", sa.Text()),
        sa.CheckConstraint(
            "state in ('waiting', 'sent', 'acknowledged')", name=op.f("ck_referral_delivery_state_is_known")
        ),
        sa.CheckConstraint(
            "(state = 'acknowledged') = (acknowledged_at is not null)",
            name=op.f("ck_referral_delivery_acknowledged_has_a_time"),
        ),
        sa.ForeignKeyConstraint(["referral_id"], ["referral.id"], name=op.f("fk_referral_delivery_referral_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_referral_delivery_contact_id")),
        sa.PrimaryKeyConstraint("referral_id", name=op.f("pk_referral_delivery")),
    )
    op.create_index(op.f("ix_referral_delivery_contact_id"), "referral_delivery", ["contact_id"])
    op.create_index(
        "ix_referral_delivery_waits",
        "referral_delivery",
        ["due_at"],
        postgresql_where=sa.text("state <> 'acknowledged'"),
    )
    op.create_table(
        "case_reconciliation",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("compared_at", AT, nullable=False),
        sa.Column("sent", sa.Integer(), nullable=False),
        sa.Column("held", sa.Integer(), nullable=False),
        sa.Column("differences", JSON, nullable=False),
        sa.Column("problem", sa.Text()),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_case_reconciliation")),
        sa.UniqueConstraint("seq", name=op.f("uq_case_reconciliation_seq")),
    )


def involvement_columns():
    return [
        sa.Column("person_source_id", sa.Text()),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("placing_authority", sa.Text()),
        sa.Column("loaded_at", AT),
        sa.Column("untold_since", AT),
    ]


def downgrade():
    for table in ("case_reconciliation", "referral_delivery", "involvement_list"):
        op.drop_table(table)
    op.drop_constraint(op.f("uq_involvement_source_source_id"), "involvement")
    for column in reversed(involvement_columns()):
        op.drop_column("involvement", column.name)
