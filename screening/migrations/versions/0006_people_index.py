"""The people index: who somebody is across contacts, under which keys they are found, and what people said of it.

Revision ID: 0006
Revises: 0005
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def upgrade():
    op.create_table(
        "household",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_household")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_household_source_source_id")),
    )
    op.create_table(
        "name_token",
        sa.Column("token", sa.Text(), nullable=False),
        sa.Column("people", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("token", name=op.f("pk_name_token")),
    )
    op.create_table(
        "person_key",
        sa.Column("key", sa.BigInteger(), nullable=False),
        sa.Column("person_number", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("key", "person_number", name=op.f("pk_person_key")),
    )

    op.create_table(
        "person",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("number", sa.Integer(), sa.Identity(always=True), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("source", sa.Text()),
        sa.Column("source_id", sa.Text()),
        sa.Column("sex", sa.Text()),
        sa.Column("date_of_birth", sa.Text()),
        sa.Column("born_earliest", sa.Date()),
        sa.Column("born_latest", sa.Date()),
        sa.Column("age_years_estimated", sa.Integer()),
        sa.Column("age_as_of", sa.Date()),
        sa.Column("expected_delivery_date", sa.Date()),
        sa.Column("household_id", sa.Uuid()),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("merged_into_id", sa.Uuid()),
        sa.Column("made_at", AT, nullable=False),
        sa.CheckConstraint("(source is null) = (source_id is null)", name=op.f("ck_person_source_is_whole")),
        sa.CheckConstraint("born_latest >= born_earliest", name=op.f("ck_person_born_in_order")),
        sa.CheckConstraint("merged_into_id <> id", name=op.f("ck_person_not_merged_into_itself")),
        sa.ForeignKeyConstraint(["household_id"], ["household.id"], name=op.f("fk_person_household_id")),
        sa.ForeignKeyConstraint(["merged_into_id"], ["person.id"], name=op.f("fk_person_merged_into_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person")),
        sa.UniqueConstraint("number", name=op.f("uq_person_number")),
        sa.UniqueConstraint("source", "source_id", name=op.f("uq_person_source_source_id")),
    )
    op.create_index(op.f("ix_person_household_id"), "person", ["household_id"], unique=False)
    op.create_index(
        "ix_person_merged_into_id",
        "person",
        ["merged_into_id"],
        unique=False,
        postgresql_where=sa.text("merged_into_id is not null"),
    )

    op.create_table(
        "person_address",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("line_1", sa.Text()),
        sa.Column("town", sa.Text()),
        sa.Column("postcode", sa.Text()),
        sa.Column("uprn", sa.Text()),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.Column("protected", sa.Boolean(), nullable=False),
        sa.CheckConstraint("until >= since", name=op.f("ck_person_address_until_after_since")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_address_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_address")),
    )
    op.create_index(op.f("ix_person_address_person_id"), "person_address", ["person_id"], unique=False)

    op.create_table(
        "person_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("words", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("review_on", sa.Date(), nullable=False),
        sa.Column("made_by_id", sa.Uuid()),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ended_by_id", sa.Uuid()),
        sa.Column("ended_at", AT),
        sa.Column("ended_because", sa.Text()),
        sa.CheckConstraint(
            "kind in ('danger_to_workers', 'danger_to_child', 'protected_address', 'plan_elsewhere', 'health_risk', 'other')",
            name=op.f("ck_person_alert_kind_is_known"),
        ),
        sa.CheckConstraint(
            "(ended_at is null) = (ended_because is null)", name=op.f("ck_person_alert_ended_with_a_reason")
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["app_user.id"], name=op.f("fk_person_alert_ended_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["app_user.id"], name=op.f("fk_person_alert_made_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_alert_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_alert")),
    )
    op.create_index(op.f("ix_person_alert_person_id"), "person_alert", ["person_id"], unique=False)

    op.create_table(
        "person_card",
        sa.Column("person_number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("card", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_card_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("person_number", name=op.f("pk_person_card")),
        sa.UniqueConstraint("person_id", name=op.f("uq_person_card_person_id")),
    )
    op.create_table(
        "person_change",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("why", sa.Text()),
        sa.Column("changed_by_id", sa.Uuid()),
        sa.Column("changed_at", AT, nullable=False),
        sa.Column("before", JSON),
        sa.Column("after", JSON),
        sa.ForeignKeyConstraint(["changed_by_id"], ["app_user.id"], name=op.f("fk_person_change_changed_by_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_change_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_change")),
        sa.UniqueConstraint("seq", name=op.f("uq_person_change_seq")),
    )
    op.create_index(op.f("ix_person_change_person_id"), "person_change", ["person_id"], unique=False)

    op.create_table(
        "person_identifier",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("scheme", sa.Text(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.CheckConstraint("scheme in ('nhs_number', 'upn')", name=op.f("ck_person_identifier_scheme_is_known")),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_identifier_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_identifier")),
    )
    op.create_index(op.f("ix_person_identifier_person_id"), "person_identifier", ["person_id"], unique=False)
    op.create_index("ix_person_identifier_scheme_value", "person_identifier", ["scheme", "value"], unique=False)

    op.create_table(
        "person_merge",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("kept_id", sa.Uuid(), nullable=False),
        sa.Column("merged_id", sa.Uuid(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("merged_by_id", sa.Uuid(), nullable=False),
        sa.Column("merged_at", AT, nullable=False),
        sa.Column("kept_before", JSON, nullable=False),
        sa.Column("merged_before", JSON, nullable=False),
        sa.Column("taken", JSON, nullable=False),
        sa.Column("undone_at", AT),
        sa.Column("undone_by_id", sa.Uuid()),
        sa.Column("undone_because", sa.Text()),
        sa.CheckConstraint(
            "(undone_at is null) = (undone_by_id is null)", name=op.f("ck_person_merge_undone_by_somebody")
        ),
        sa.CheckConstraint("kept_id <> merged_id", name=op.f("ck_person_merge_of_two_records")),
        sa.ForeignKeyConstraint(["kept_id"], ["person.id"], name=op.f("fk_person_merge_kept_id")),
        sa.ForeignKeyConstraint(["merged_by_id"], ["app_user.id"], name=op.f("fk_person_merge_merged_by_id")),
        sa.ForeignKeyConstraint(["merged_id"], ["person.id"], name=op.f("fk_person_merge_merged_id")),
        sa.ForeignKeyConstraint(["undone_by_id"], ["app_user.id"], name=op.f("fk_person_merge_undone_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_merge")),
        sa.UniqueConstraint("seq", name=op.f("uq_person_merge_seq")),
    )
    op.create_index(op.f("ix_person_merge_kept_id"), "person_merge", ["kept_id"], unique=False)
    op.create_index(
        "uq_person_merge_standing",
        "person_merge",
        ["merged_id"],
        unique=True,
        postgresql_where=sa.text("undone_at is null"),
    )

    op.create_table(
        "person_name",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.CheckConstraint(
            "kind in ('given', 'family', 'also_known_as', 'former')", name=op.f("ck_person_name_kind_is_known")
        ),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_name_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_name")),
    )
    op.create_index(op.f("ix_person_name_person_id"), "person_name", ["person_id"], unique=False)

    op.create_table(
        "person_phone",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("phone", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_person_phone_person_id"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_phone")),
    )
    op.create_index(op.f("ix_person_phone_person_id"), "person_phone", ["person_id"], unique=False)

    op.create_table(
        "person_reader",
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_reader_person_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_person_reader_user_id")),
        sa.PrimaryKeyConstraint("person_id", "user_id", name=op.f("pk_person_reader")),
    )
    op.create_table(
        "person_relationship",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("other_id", sa.Uuid(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("since", sa.Date()),
        sa.Column("until", sa.Date()),
        sa.CheckConstraint(
            "kind in ('parent', 'step_parent', 'carer', 'grandparent', 'sibling', 'half_sibling', 'partner', 'other')",
            name=op.f("ck_person_relationship_kind_is_known"),
        ),
        sa.CheckConstraint("person_id <> other_id", name=op.f("ck_person_relationship_of_two_people")),
        sa.ForeignKeyConstraint(["other_id"], ["person.id"], name=op.f("fk_person_relationship_other_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_relationship_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_relationship")),
        sa.UniqueConstraint(
            "person_id", "other_id", "kind", name=op.f("uq_person_relationship_person_id_other_id_kind")
        ),
    )
    op.create_index(op.f("ix_person_relationship_other_id"), "person_relationship", ["other_id"], unique=False)

    op.create_table(
        "person_link",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("participation_id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("answered_by_id", sa.Uuid(), nullable=False),
        sa.Column("answered_at", AT, nullable=False),
        sa.Column("replaced_at", AT),
        sa.Column("model", sa.Text()),
        sa.Column("posterior", sa.Double()),
        sa.Column("weight", sa.Double()),
        sa.Column("reasons", JSON, nullable=False),
        sa.CheckConstraint(
            "answer in ('proposed', 'confirmed', 'refused', 'not_sure')", name=op.f("ck_person_link_answer_is_known")
        ),
        sa.CheckConstraint("posterior between 0 and 1", name=op.f("ck_person_link_posterior_is_a_share")),
        sa.ForeignKeyConstraint(["answered_by_id"], ["app_user.id"], name=op.f("fk_person_link_answered_by_id")),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_person_link_participation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_person_link_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_person_link")),
        sa.UniqueConstraint("seq", name=op.f("uq_person_link_seq")),
    )
    op.create_index(op.f("ix_person_link_person_id"), "person_link", ["person_id"], unique=False)
    op.create_index(
        "uq_person_link_confirmed",
        "person_link",
        ["participation_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at is null and answer = 'confirmed'"),
    )
    op.create_index(
        "uq_person_link_current",
        "person_link",
        ["participation_id", "person_id"],
        unique=True,
        postgresql_where=sa.text("replaced_at is null"),
    )


def downgrade():
    # Newest first: each is dropped before what it points to.
    for table in (
        "person_link",
        "person_relationship",
        "person_reader",
        "person_phone",
        "person_name",
        "person_merge",
        "person_identifier",
        "person_change",
        "person_card",
        "person_alert",
        "person_address",
        "person",
        "person_key",
        "name_token",
        "household",
    ):
        op.drop_table(table)
