"""What the rules said, as rows, of the screenings from before 0004.

A few thousand at a time, each lot committed by itself: going through a county's years takes minutes, and the locks of
the migrations before this one would keep every contact from being saved meanwhile. Stopped half way, it can be run
again.

Revision ID: 0005
Revises: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

LOT = 5000
# The same as in 0004, and told there.
ROWS = """
    insert into screening_finding (screening_id, child, place, level, urgency, rule, carries_level, carries_urgency)
    select s.id, coalesce(one.child ->> 'id', ''), coalesce(finding.place, 1), established.level, established.urgency,
           finding.found ->> 'rule',
           coalesce(established.level > 1 and cast(finding.found ->> 'level' as int) = established.level, false),
           coalesce(established.urgency <> 'green' and finding.found ->> 'urgency' = established.urgency, false)
    from screening s
    cross join lateral jsonb_array_elements(
        case when jsonb_array_length(s.output -> 'children') > 0 then s.output -> 'children'
        else jsonb_build_array(s.output) end) as one (child)
    cross join lateral (
        select coalesce(cast(one.child -> 'level' ->> 'at_least' as int), s.level_at_least) as level,
               coalesce(one.child -> 'urgency' ->> 'at_least', s.urgency_at_least) as urgency) established
    left join lateral jsonb_array_elements(one.child -> 'findings') with ordinality as finding (found, place) on true
    where s.output is not null and s.seq > :after and s.seq <= :upto
    on conflict do nothing
"""


def upgrade():
    # Ends the transaction of the migrations before this one, and so their locks.
    with op.get_context().autocommit_block():
        fill(op.get_bind())


def fill(connection):
    last = connection.scalar(sa.text("select coalesce(max(seq), 0) from screening"))
    for after in range(0, last, LOT):
        connection.execute(sa.text(ROWS), {"after": after, "upto": after + LOT})


def downgrade():
    # 0004 takes the rows away with their table.
    pass
