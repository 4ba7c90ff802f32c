"""On what basis something is shared, and whom nothing may reach.

Revision ID: 0008
Revises: 0007
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
APP = "frontdoor_app"


def upgrade():
    op.create_table(
        "sharing_record",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("lawful_basis", sa.Text()),
        sa.Column("agreement", sa.Text(), nullable=False),
        sa.Column("agreed_by", sa.Text()),
        sa.Column("agreed_on", sa.Date()),
        sa.Column("reason_code", sa.Text()),
        sa.Column("reason", sa.Text()),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("answers_id", sa.Uuid()),
        sa.Column("override", sa.Text()),
        sa.Column("override_reason", sa.Text()),
        sa.Column("override_by_id", sa.Uuid()),
        sa.Column("override_at", AT),
        sa.CheckConstraint(
            "agreement in ('given', 'refused', 'not_sought')", name=op.f("ck_sharing_record_agreement_is_known")
        ),
        sa.CheckConstraint(
            "agreement <> 'given' or agreed_by is not null", name=op.f("ck_sharing_record_agreement_is_somebodys")
        ),
        sa.CheckConstraint(
            "agreement = 'given' or reason_code is not null",
            name=op.f("ck_sharing_record_without_agreement_for_a_reason"),
        ),
        sa.CheckConstraint(
            "lawful_basis is not null or reason is not null", name=op.f("ck_sharing_record_not_shared_for_a_reason")
        ),
        sa.CheckConstraint("override in ('approved', 'refused')", name=op.f("ck_sharing_record_override_is_known")),
        sa.CheckConstraint(
            "(override is null) = (answers_id is null)", name=op.f("ck_sharing_record_override_answers_a_record")
        ),
        sa.CheckConstraint(
            "override is null or override_reason is not null", name=op.f("ck_sharing_record_override_has_a_reason")
        ),
        sa.CheckConstraint(
            "override is null or override_by_id is not null", name=op.f("ck_sharing_record_override_is_somebodys")
        ),
        sa.CheckConstraint(
            "override_by_id <> made_by_id", name=op.f("ck_sharing_record_override_by_a_second_person")
        ),
        sa.ForeignKeyConstraint(["answers_id"], ["sharing_record.id"], name=op.f("fk_sharing_record_answers_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_sharing_record_contact_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["app_user.id"], name=op.f("fk_sharing_record_made_by_id")),
        sa.ForeignKeyConstraint(["override_by_id"], ["app_user.id"], name=op.f("fk_sharing_record_override_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_sharing_record")),
        sa.UniqueConstraint("answers_id", name=op.f("uq_sharing_record_answers_id")),
        sa.UniqueConstraint("seq", name=op.f("uq_sharing_record_seq")),
    )
    op.create_index("ix_sharing_record_contact_id_seq", "sharing_record", ["contact_id", "seq"], unique=False)
    op.create_table(
        "do_not_alert",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Uuid()),
        sa.Column("participation_id", sa.Uuid()),
        sa.Column("organisation", sa.Text()),
        sa.Column("email_domain", sa.Text()),
        sa.Column("register", sa.Text()),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("ended_by_id", sa.Uuid()),
        sa.Column("ended_at", AT),
        sa.Column("ended_because", sa.Text()),
        sa.CheckConstraint(
            "num_nonnulls(person_id, participation_id) = 1", name=op.f("ck_do_not_alert_about_one_person")
        ),
        sa.CheckConstraint(
            "num_nonnulls(organisation, email_domain, register) > 0",
            name=op.f("ck_do_not_alert_about_an_organisation"),
        ),
        sa.CheckConstraint(
            "num_nulls(ended_at, ended_by_id, ended_because) in (0, 3)",
            name=op.f("ck_do_not_alert_ended_by_somebody_for_a_reason"),
        ),
        sa.ForeignKeyConstraint(["ended_by_id"], ["app_user.id"], name=op.f("fk_do_not_alert_ended_by_id")),
        sa.ForeignKeyConstraint(["made_by_id"], ["app_user.id"], name=op.f("fk_do_not_alert_made_by_id")),
        sa.ForeignKeyConstraint(
            ["participation_id"], ["participation.id"], name=op.f("fk_do_not_alert_participation_id")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_do_not_alert_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_do_not_alert")),
    )
    open_marks = sa.text("ended_at is null")
    op.create_index("ix_do_not_alert_person_id", "do_not_alert", ["person_id"], postgresql_where=open_marks)
    op.create_index(
        "ix_do_not_alert_participation_id", "do_not_alert", ["participation_id"], postgresql_where=open_marks
    )
    op.execute(
        f"""
        do $$ begin
          if exists (select from pg_roles where rolname = '{APP}') and current_user <> '{APP}' then
            revoke update, delete, truncate on sharing_record from {APP};
            revoke delete, truncate on do_not_alert from {APP};
          end if;
        end $$
        """
    )


def downgrade():
    op.drop_table("do_not_alert")
    op.drop_table("sharing_record")
