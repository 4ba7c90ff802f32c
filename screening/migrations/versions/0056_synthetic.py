"""A contact that the service sends itself is followed, and kept apart from all that people told us.

Each table that hangs on a contact gets a column whose default is what the session says of itself, and a policy that
shows a session its own kind alone. Revision ID: 0056
Revises: 0055
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0056"
down_revision = "0055"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)
SAID = "(coalesce(current_setting('frontdoor.synthetic', true), '') = 'on')"
# A new table that hangs on a contact is treated so too: tests/guards/test_apart.py says which is missing.
TABLES = """
acceptance_view awaited awaited_try background_check call_safety callback callback_try chronology_copy
chronology_entry chronology_override chronology_review consultation contact contact_addition cue_set_aside
danger_alert decision disagreement do_not_alert draft email email_attachment escalation escalation_notice
handover_item imported_row known_child late_draft looking message missing_fact named_reader night_contact own_view
paper_form participation partner_link person_link queue_item referral referral_delivery referrer reply_link routing
rules_replay_row screening screening_finding sharing_record strategy_action strategy_discussion strategy_record
telephone_agreement unsent_decision web_form withheld_child withheld_child_reader
""".split()


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "synthetic_run",
        sa.Column("id", sa.Uuid(), nullable=False),
        sa.Column("seq", sa.BigInteger(), sa.Identity(always=True), nullable=False),
        sa.Column("contact_id", sa.Uuid()),
        *(sa.Column(name, AT, nullable=False) for name in ("begun_at", "until")),
        sa.Column("took", postgresql.JSONB(), nullable=False),
        sa.Column("stopped_at", sa.Text()),
        *(sa.Column(name, AT) for name in ("ended_at", "removed_at")),
        sa.CheckConstraint(
            "ended_at is not null or (stopped_at is null and removed_at is null)",
            name=op.f("ck_synthetic_run_ends_first"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_synthetic_run")),
        sa.UniqueConstraint("seq", name=op.f("uq_synthetic_run_seq")),
    )
    for table in (*TABLES, "task"):
        # What the migration's own session says of itself is "no": no row is written anew.
        op.execute(f"alter table {table} add column synthetic boolean not null default {SAID}")
    for table in TABLES:
        op.execute(f"create policy apart on {table} using (synthetic = {SAID}) with check (synthetic = {SAID})")
        op.execute(f"alter table {table} enable row level security")
    # Contacts are taken while the indexes are built; stopped half way, it can be run again.
    with op.get_context().autocommit_block():
        for table in (*TABLES, "task"):
            op.execute(f"drop index concurrently if exists ix_{table}_synthetic")
            op.execute(f"create index concurrently ix_{table}_synthetic on {table} (synthetic) where synthetic")


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    # A synthetic row would become one of the others: end the run first (FRONTDOOR_SYNTHETIC=off).
    op.execute(
        "do $do$ begin if exists (select from contact where synthetic) "
        "then raise exception 'A synthetic contact is on its way: set FRONTDOOR_SYNTHETIC=off and wait.'; end if; end $do$"
    )
    for table in TABLES:
        op.execute(f"drop policy apart on {table}")
        op.execute(f"alter table {table} disable row level security")
    for table in (*TABLES, "task"):
        op.execute(f"alter table {table} drop column synthetic")
    op.drop_table("synthetic_run")
