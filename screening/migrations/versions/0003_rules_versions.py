"""Versions of the rules: drafts, shadow runs, withdrawal and adoption; and what teams thought of each threshold.

Revision ID: 0003
Revises: 0002
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
JSON = postgresql.JSONB(none_as_null=True, astext_type=sa.Text())


def user(name, nullable=True):
    return sa.Column(name, sa.Uuid(), nullable=nullable)


def numbered(table):
    return [
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{table}")),
        sa.UniqueConstraint("seq", name=op.f(f"uq_{table}_seq")),
    ]


def key(table, column, to):
    return sa.ForeignKeyConstraint([column], [to], name=op.f(f"fk_{table}_{column}"))


def upgrade():
    for column in (
        sa.Column("adopted_on", sa.Date()),
        sa.Column("adopted_by", JSON),
        user("proposed_by_id"),
        user("published_by_id"),
        sa.Column("published_at", AT),
        sa.Column("withdrawn_at", AT),
        user("withdrawn_by_id"),
        sa.Column("withdrawn_because", sa.Text()),
    ):
        op.add_column("ruleset", column)
    for column in ("proposed_by_id", "published_by_id", "withdrawn_by_id"):
        op.create_foreign_key(op.f(f"fk_ruleset_{column}"), "ruleset", "app_user", [column], ["id"])
    op.create_check_constraint(
        op.f("ck_ruleset_publisher_is_a_second_person"), "ruleset", "proposed_by_id <> published_by_id"
    )
    # A withdrawn version frees its day.
    op.drop_constraint(op.f("uq_ruleset_in_force_from"), "ruleset", type_="unique")
    op.create_index(
        "uq_ruleset_in_force_from",
        "ruleset",
        ["in_force_from"],
        unique=True,
        postgresql_where=sa.text("withdrawn_at is null"),
    )
    op.create_table(
        "rules_draft",
        *numbered("rules_draft"),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("based_on", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        user("made_by_id", nullable=False),
        sa.Column("made_at", AT, nullable=False),
        user("proposed_by_id"),
        sa.Column("proposed_at", AT),
        sa.Column("in_force_from", sa.Date()),
        sa.Column("why", sa.Text()),
        sa.Column("ended_at", AT),
        user("ended_by_id"),
        sa.CheckConstraint(
            "state in ('draft', 'proposed', 'published', 'discarded')", name=op.f("ck_rules_draft_state_is_known")
        ),
        sa.CheckConstraint(
            "state <> 'proposed' or (proposed_by_id is not null and in_force_from is not null)",
            name=op.f("ck_rules_draft_proposed_has_a_date_and_a_person"),
        ),
        key("rules_draft", "based_on", "ruleset.hash"),
        key("rules_draft", "made_by_id", "app_user.id"),
        key("rules_draft", "proposed_by_id", "app_user.id"),
        key("rules_draft", "ended_by_id", "app_user.id"),
    )
    op.create_table(
        "rules_draft_change",
        *numbered("rules_draft_change"),
        sa.Column("draft_id", sa.Uuid(), nullable=False),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("words", JSON, nullable=False),
        user("changed_by_id", nullable=False),
        sa.Column("changed_at", AT, nullable=False),
        key("rules_draft_change", "draft_id", "rules_draft.id"),
        key("rules_draft_change", "changed_by_id", "app_user.id"),
    )
    op.create_index(op.f("ix_rules_draft_change_draft_id"), "rules_draft_change", ["draft_id"])
    op.create_table(
        "rules_replay",
        *numbered("rules_replay"),
        sa.Column("draft_id", sa.Uuid()),
        sa.Column("yaml", sa.Text(), nullable=False),
        sa.Column("hash", sa.Text(), nullable=False),
        sa.Column("since", sa.Date(), nullable=False),
        sa.Column("until", sa.Date(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("total", sa.Integer(), nullable=False),
        sa.Column("looked_at", sa.Integer(), nullable=False),
        sa.Column("tally", JSON, nullable=False),
        sa.Column("cursor", sa.BigInteger(), nullable=False),
        user("started_by_id"),
        sa.Column("started_at", AT, nullable=False),
        sa.Column("finished_at", AT),
        sa.Column("problem", sa.Text()),
        sa.CheckConstraint("state in ('running', 'done', 'stopped')", name=op.f("ck_rules_replay_state_is_known")),
        key("rules_replay", "draft_id", "rules_draft.id"),
        key("rules_replay", "started_by_id", "app_user.id"),
    )
    op.create_index(op.f("ix_rules_replay_draft_id"), "rules_replay", ["draft_id"])
    op.create_table(
        "rules_replay_row",
        *numbered("rules_replay_row"),
        sa.Column("replay_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("child_id", sa.Uuid()),
        sa.Column("moved", sa.Text(), nullable=False),
        sa.Column("before", JSON, nullable=False),
        sa.Column("after", JSON, nullable=False),
        sa.Column("groups", JSON, nullable=False),
        sa.CheckConstraint("moved in ('up', 'opened', 'down', 'closed', 'same')", name=op.f("ck_rules_replay_row_move_is_known")),
        key("rules_replay_row", "replay_id", "rules_replay.id"),
        key("rules_replay_row", "contact_id", "contact.id"),
        key("rules_replay_row", "child_id", "participation.id"),
    )
    op.create_index("ix_rules_replay_row_moved", "rules_replay_row", ["replay_id", "moved"])
    op.create_index(
        "uq_rules_replay_row_once",
        "rules_replay_row",
        ["replay_id", "contact_id", "child_id"],
        unique=True,
        postgresql_nulls_not_distinct=True,
    )
    op.create_table(
        "acceptance_view",
        *numbered("acceptance_view"),
        sa.Column("queue_item_id", sa.Uuid(), nullable=False),
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("team_id", sa.Uuid(), nullable=False),
        user("user_id", nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("kept_at", AT, nullable=False),
        sa.CheckConstraint(
            "answer in ('right', 'too_high', 'too_low', 'wrong_team')", name=op.f("ck_acceptance_view_answer_is_known")
        ),
        sa.UniqueConstraint("queue_item_id", name=op.f("uq_acceptance_view_queue_item_id")),
        key("acceptance_view", "queue_item_id", "queue_item.id"),
        key("acceptance_view", "contact_id", "contact.id"),
        key("acceptance_view", "screening_id", "screening.id"),
        key("acceptance_view", "team_id", "team.id"),
        key("acceptance_view", "user_id", "app_user.id"),
    )
    op.create_index(op.f("ix_acceptance_view_contact_id"), "acceptance_view", ["contact_id"])
    op.create_index(op.f("ix_acceptance_view_kept_at"), "acceptance_view", ["kept_at"])


def downgrade():
    for table in ("acceptance_view", "rules_replay_row", "rules_replay", "rules_draft_change", "rules_draft"):
        op.drop_table(table)
    op.drop_index("uq_ruleset_in_force_from", "ruleset")
    # Fails, and changes nothing, where a withdrawn version and its successor share a day.
    op.create_unique_constraint(op.f("uq_ruleset_in_force_from"), "ruleset", ["in_force_from"])
    op.drop_constraint(op.f("ck_ruleset_publisher_is_a_second_person"), "ruleset", type_="check")
    for column in ("withdrawn_because", "withdrawn_by_id", "withdrawn_at", "published_at", "published_by_id"):
        op.drop_column("ruleset", column)
    for column in ("proposed_by_id", "adopted_by", "adopted_on"):
        op.drop_column("ruleset", column)
