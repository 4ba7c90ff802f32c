"""Keep each reason why an item asks for attention by itself, with its cause, so that one does not stand for another.

The words in `attention` stay, made of them: the release before reads and writes those alone.

Revision ID: 0060
Revises: 0059
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects.postgresql import JSONB

revision = "0060"
down_revision = "0059"
branch_labels = None
depends_on = None

APPROVAL = "Sharing without the family''s agreement waits for a manager''s answer: open Sharing."
UNSETTLED = "Decided, but we came to know of another child: decide for them, too, or say why they are left out."
# What stands until it is settled is known by its words; the rest, until somebody accepts the work, by themselves.
CAUSE = f"""case
    when words = '{APPROVAL}' then 'approval'
    when words like 'Still waited for: %' then 'awaited'
    when words = '{UNSETTLED}' then 'unsettled'
    when words like 'Decided, but not in effect yet%' or words like 'The second person would decide otherwise.%'
      or words like '% does not confirm what was agreed by telephone. Decide again.' then 'second_person'
    else words end"""
# That a manager's answer is waited for was written behind what else there was.
REASONS = f"""
update queue_item as item set attention = told.attention, reasons = told.reasons
  from (
    select id, string_agg(words, ' ' order by place) as attention,
           jsonb_agg(jsonb_build_object('cause', {CAUSE}, 'words', words, 'at', attention_at) order by place) as reasons
      from (
        select id, attention_at, 1 as place, btrim(replace(attention, '{APPROVAL}', '')) as words from queue_item
         where attention is not null and attention_at is not null
        union all
        select id, attention_at, 2, '{APPROVAL}' from queue_item
         where attention_at is not null and position('{APPROVAL}' in attention) > 0
      ) as parts
     where words <> ''
     group by id
  ) as told
 where told.id = item.id
"""


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("queue_item", sa.Column("reasons", JSONB, server_default=sa.text("'[]'::jsonb"), nullable=False))
    op.execute(sa.text(REASONS.replace(":", r"\:")))


def downgrade():
    op.execute("set local lock_timeout = '2s'")
    op.drop_column("queue_item", "reasons")
