"""Numbered forms on paper, and files of notifications with what became of each line.

Revision ID: 0020
Revises: 0019
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.create_table(
        "paper_form",
        sa.Column("number", sa.BigInteger(), sa.Identity(), nullable=False),
        sa.Column("printed_at", AT, nullable=False),
        sa.Column("printed_by_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("taken_by", sa.Text()),
        sa.Column("entered_at", AT),
        sa.Column("entered_by_id", sa.Uuid()),
        sa.Column("spoiled", sa.Text()),
        sa.CheckConstraint(
            "contact_id is null or entered_at is not null", name=op.f("ck_paper_form_entered_at_a_time")
        ),
        sa.CheckConstraint("contact_id is null or spoiled is null", name=op.f("ck_paper_form_entered_or_spoiled")),
        sa.ForeignKeyConstraint(["printed_by_id"], ["app_user.id"], name=op.f("fk_paper_form_printed_by_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_paper_form_contact_id")),
        sa.ForeignKeyConstraint(["entered_by_id"], ["app_user.id"], name=op.f("fk_paper_form_entered_by_id")),
        sa.PrimaryKeyConstraint("number", name=op.f("pk_paper_form")),
        sa.UniqueConstraint("contact_id", name=op.f("uq_paper_form_contact_id")),
    )
    op.create_table(
        "imported_file",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("sha256", sa.LargeBinary(), nullable=False),
        sa.Column("imported_at", AT, nullable=False),
        sa.Column("imported_by_id", sa.Uuid()),
        sa.Column("lines", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["imported_by_id"], ["app_user.id"], name=op.f("fk_imported_file_imported_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_file")),
        sa.UniqueConstraint("seq", name=op.f("uq_imported_file_seq")),
        sa.UniqueConstraint("sha256", name=op.f("uq_imported_file_sha256")),
    )
    op.create_table(
        "imported_row",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("file_id", sa.Uuid(), nullable=False),
        sa.Column("line", sa.Integer(), nullable=False),
        sa.Column("row_key", sa.Text()),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("household", sa.Text()),
        sa.Column("problems", postgresql.JSONB(none_as_null=True, astext_type=sa.Text()), nullable=False),
        sa.Column("sealed", sa.LargeBinary()),
        sa.CheckConstraint("state in ('landed', 'before', 'refused')", name=op.f("ck_imported_row_state_is_known")),
        sa.CheckConstraint(
            "state <> 'landed' or contact_id is not null", name=op.f("ck_imported_row_landed_is_a_contact")
        ),
        sa.CheckConstraint("state <> 'refused' or sealed is not null", name=op.f("ck_imported_row_refused_is_kept")),
        sa.ForeignKeyConstraint(["file_id"], ["imported_file.id"], name=op.f("fk_imported_row_file_id")),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_imported_row_contact_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_imported_row")),
    )
    op.create_index(op.f("ix_imported_row_contact_id"), "imported_row", ["contact_id"])
    op.create_index("uq_imported_row_line", "imported_row", ["file_id", "line"], unique=True)
    op.create_index(
        "uq_imported_row_landed",
        "imported_row",
        ["row_key"],
        unique=True,
        postgresql_where=sa.text("state = 'landed'"),
    )


def downgrade():
    for table in ("imported_row", "imported_file", "paper_form"):
        op.drop_table(table)
