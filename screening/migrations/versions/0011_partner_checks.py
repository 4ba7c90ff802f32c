"""Partners who may be asked about a family, what was asked and shared, and the one-time links of their form.

Revision ID: 0011
Revises: 0010
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())
CHECK = "background_check"
# Those of a check that point to another table, and to which.
REFERENCES = {
    "partner_id": "partner (id)",
    "person_id": "person (id)",
    "asked_by_id": "app_user (id)",
    "chaser_id": "app_user (id)",
    "kept_by_id": "app_user (id)",
}


def words(*names, nullable=True):
    return [sa.Column(name, sa.Text(), nullable=nullable) for name in names]


def lists(*names):
    return [sa.Column(name, postgresql.ARRAY(sa.Text()), nullable=False) for name in names]


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "partner",
        sa.Column("id", sa.Uuid(), nullable=False),
        *words("register", "name", "adapter", nullable=False),
        *words("base_url", "mailbox", "telephone", "token_name"),
        sa.Column("concurrency", sa.Integer(), nullable=False),
        sa.Column("time_limit_seconds", sa.Integer(), nullable=False),
        *lists("about", "shares", "answers"),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.Column("simulator", sa.Boolean(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("rests_until", AT),
        sa.CheckConstraint(
            "register in ('police', 'health', 'education', 'housing', 'adult_services', 'probation',"
            " 'youth_justice', 'cp_is')",
            name=op.f("ck_partner_register_is_known"),
        ),
        sa.CheckConstraint("adapter in ('http', 'form', 'phone')", name=op.f("ck_partner_adapter_is_known")),
        sa.CheckConstraint("adapter <> 'http' or base_url is not null", name=op.f("ck_partner_http_has_a_url")),
        sa.CheckConstraint("adapter <> 'form' or mailbox is not null", name=op.f("ck_partner_form_has_a_mailbox")),
        sa.CheckConstraint("adapter <> 'phone' or telephone is not null", name=op.f("ck_partner_phone_has_a_number")),
        sa.CheckConstraint("concurrency >= 1", name=op.f("ck_partner_concurrency_is_possible")),
        sa.CheckConstraint("time_limit_seconds between 1 and 10", name=op.f("ck_partner_time_limit_is_short")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner")),
    )
    op.create_index("uq_partner_one_active", "partner", ["register"], unique=True, postgresql_where=sa.text("active"))
    op.create_table(
        "partner_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("check_id", sa.Uuid(), nullable=False),
        sa.Column("token_hash", sa.LargeBinary(), nullable=False),
        sa.Column("message_id", sa.Text(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("expires_at", AT, nullable=False),
        sa.Column("sent_at", AT),
        sa.Column("reminded_at", AT),
        sa.Column("used_at", AT),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_partner_link")),
        sa.UniqueConstraint("check_id", name=op.f("uq_partner_link_check_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_partner_link_token_hash")),
        sa.ForeignKeyConstraint(["check_id"], [f"{CHECK}.id"], name=op.f("fk_partner_link_check_id")),
    )
    for column in columns():
        op.add_column(CHECK, column)
    # That they hold is looked at in 0012, while contacts are saved.
    for name, to in REFERENCES.items():
        op.execute(f"alter table {CHECK} add constraint fk_{CHECK}_{name} foreign key ({name}) references {to} not valid")


def columns():
    """The new columns of a check; those that may not be null have a default, for what still runs the code before."""
    return [
        *(sa.Column(name, sa.Uuid()) for name in REFERENCES),
        *words("way", "reason", "lawful_basis", "answered_by"),
        sa.Column("shared", JSON),
        sa.Column("tries", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("calling_until", AT),
        sa.Column("taken_at", AT),
        sa.Column("chased_at", AT),
        sa.Column("chases", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("simulated", sa.Boolean(), nullable=False, server_default=sa.false()),
    ]


def downgrade():
    op.drop_table("partner_link")
    for name in REFERENCES:
        op.drop_constraint(op.f(f"fk_{CHECK}_{name}"), CHECK)
    for column in reversed(columns()):
        op.drop_column(CHECK, column.name)
    op.drop_table("partner")
