"""What people made of a child's chronology: entries, reviews, a manager's word, and copies for somebody else.

Revision ID: 0040
Revises: 0039
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0040"
down_revision = "0039"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(astext_type=sa.Text())


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    _entries()
    _reviews()
    _overrides()
    _copies()


def _entries():
    table = "chronology_entry"
    op.create_table(
        table,
        *_numbered(),
        *_about(),
        sa.Column("contact_id", sa.Uuid()),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("source_id", sa.Uuid(), nullable=False),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("state", "happened", "original")),
        sa.Column("words", sa.Text()),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("significance", sa.Text(), nullable=False),
        sa.Column("reason", sa.Text()),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        sa.Column("replaced_at", AT),
        _check(table, "state_is_known", "state in ('kept', 'reworded', 'dropped', 'added')"),
        _check(table, "significance_is_known", "significance in ('critical', 'significant', 'routine')"),
        _check(table, "about_one_person", "num_nonnulls(person_id, participation_id) = 1"),
        _check(table, "of_a_contact_names_it", "participation_id is null or contact_id is not null"),
        _check(table, "dropped_for_a_reason", "state <> 'dropped' or length(trim(reason)) > 0"),
        _check(table, "own_words_are_there", "state not in ('reworded', 'added') or length(trim(words)) > 0"),
        _key(table, "contact_id", "contact.id"),
        _key(table, "made_by_id", "app_user.id"),
        *_keys(table),
    )
    op.create_index(
        "uq_chronology_entry_current",
        table,
        ["kind", "source_id", "participation_id", "person_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
        postgresql_where=sa.text("replaced_at is null"),
    )
    _index_about(table)


def _reviews():
    table = "chronology_review"
    op.create_table(
        table,
        *_numbered(),
        *_about(),
        sa.Column("reviewed_to", AT, nullable=False),
        sa.Column("reviewed_by_id", sa.Uuid(), nullable=False),
        sa.Column("words", sa.Text()),
        sa.Column("gaps", JSON, nullable=False),
        sa.Column("restricted", JSON, nullable=False),
        _check(table, "of_one_person", "num_nonnulls(person_id, participation_id) = 1"),
        _key(table, "reviewed_by_id", "app_user.id"),
        *_keys(table),
    )
    _index_about(table)


def _overrides():
    table = "chronology_override"
    op.create_table(
        table,
        *_numbered(),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("missing", JSON, nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        _check(table, "has_a_reason", "length(trim(reason)) > 0"),
        _key(table, "contact_id", "contact.id"),
        _key(table, "made_by_id", "app_user.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("seq", name=op.f(f"uq_{table}_seq")),
    )
    op.create_index(op.f(f"ix_{table}_contact_id"), table, ["contact_id"])


def _copies():
    table = "chronology_copy"
    op.create_table(
        table,
        *_numbered(),
        *_about(),
        *(sa.Column(name, sa.Text(), nullable=False) for name in ("recipient", "organisation", "purpose")),
        sa.Column("left_out_because", sa.Text()),
        sa.Column("lines", JSON, nullable=False),
        sa.Column("made_by_id", sa.Uuid(), nullable=False),
        sa.Column("made_at", AT, nullable=False),
        _check(table, "of_one_person", "num_nonnulls(person_id, participation_id) = 1"),
        _key(table, "made_by_id", "app_user.id"),
        *_keys(table),
    )
    _index_about(table)


def _numbered():
    return (
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
    )


def _about():
    return sa.Column("participation_id", sa.Uuid()), sa.Column("person_id", sa.Uuid())


def _keys(table):
    return (
        _key(table, "participation_id", "participation.id"),
        _key(table, "person_id", "person.id"),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("seq", name=op.f(f"uq_{table}_seq")),
    )


def _key(table, column, other):
    return sa.ForeignKeyConstraint([column], [other], name=op.f(f"fk_{table}_{column}"))


def _check(table, name, words):
    return sa.CheckConstraint(words, name=op.f(f"ck_{table}_{name}"))


def _index_about(table):
    for column in ("participation_id", "person_id"):
        op.create_index(op.f(f"ix_{table}_{column}"), table, [column])


def downgrade():
    for table in ("chronology_copy", "chronology_override", "chronology_review", "chronology_entry"):
        op.drop_table(table)
