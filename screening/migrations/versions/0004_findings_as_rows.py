"""What the rules said of each child as rows, beside the stored output, for tallies over many contacts.

Of new screenings only: those from before follow in 0005, where nobody waits for them.

Revision ID: 0004
Revises: 0003
"""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

# One row for each rule that fired for a child, and one without a rule for a child for whom none did. Where no child is
# named the output itself stands for the child nobody could name.
ROWS = """
    select s.id, coalesce(one.child ->> 'id', ''), coalesce(finding.place, 1), established.level, established.urgency,
           finding.found ->> 'rule',
           coalesce(established.level > 1 and cast(finding.found ->> 'level' as int) = established.level, false),
           coalesce(established.urgency <> 'green' and finding.found ->> 'urgency' = established.urgency, false)
    from (select new.*) s
    cross join lateral jsonb_array_elements(
        case when jsonb_array_length(s.output -> 'children') > 0 then s.output -> 'children'
        else jsonb_build_array(s.output) end) as one (child)
    cross join lateral (
        select coalesce(cast(one.child -> 'level' ->> 'at_least' as int), s.level_at_least) as level,
               coalesce(one.child -> 'urgency' ->> 'at_least', s.urgency_at_least) as urgency) established
    left join lateral jsonb_array_elements(one.child -> 'findings') with ordinality as finding (found, place) on true
    where s.output is not null
"""
COLUMNS = "screening_id, child, place, level, urgency, rule, carries_level, carries_urgency"


def upgrade():
    op.create_table(
        "screening_finding",
        sa.Column("screening_id", sa.Uuid(), nullable=False),
        sa.Column("child", sa.Text(), nullable=False),
        sa.Column("place", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("urgency", sa.Text(), nullable=False),
        sa.Column("rule", sa.Text()),
        sa.Column("carries_level", sa.Boolean(), nullable=False),
        sa.Column("carries_urgency", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("screening_id", "child", "place", name=op.f("pk_screening_finding")),
        sa.ForeignKeyConstraint(
            ["screening_id"], ["screening.id"], name=op.f("fk_screening_finding_screening_id"), ondelete="CASCADE"
        ),
    )
    # A trigger, so that no way of scoring can forget it, and the rows can only say what the output says.
    op.execute(
        "create function keep_findings() returns trigger language plpgsql as $$ begin "
        f"insert into screening_finding ({COLUMNS}) {ROWS}; return null; end $$"
    )
    op.execute(
        "create trigger keep_findings after insert on screening for each row execute function keep_findings()"
    )


def downgrade():
    op.execute("drop trigger keep_findings on screening")
    op.execute("drop function keep_findings()")
    op.drop_table("screening_finding")
