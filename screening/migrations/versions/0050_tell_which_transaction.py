"""Tell of a change with the number of its transaction, so that every process gives a page's state the same name.

Each topic is told twice, as before and with the number: a process of the release before hears what it knows.

Revision ID: 0050
Revises: 0049
"""

from alembic import op

revision = "0050"
down_revision = "0049"
branch_labels = None
depends_on = None

NUMBERED = " || '|' || pg_current_xact_id()::text"
# By the function that tells: what it does before, and the topic that it tells of.
CHANGE = """
create or replace function tell_of_change() returns trigger language plpgsql as $$
begin
  perform pg_notify('front_door_change', '');{numbered}
  return null;
end $$
"""
TOPIC = """
create or replace function tell_of_topic() returns trigger language plpgsql as $$
begin
  perform pg_notify('front_door_change', tg_argv[0]);{numbered}
  return null;
end $$
"""
LOOKING = """
create or replace function tell_of_looking() returns trigger language plpgsql as $$
begin
  if tg_op = 'UPDATE' and old.since = new.since then
    return null;
  end if;
  perform pg_notify('front_door_change', 'looking:' || slug){numbered} from (
    select distinct team.slug from queue_item join team on team.id = queue_item.team_id
    where queue_item.contact_id = coalesce(new.contact_id, old.contact_id)
      and queue_item.state in ('waiting', 'accepted')
  ) as teams;
  return null;
end $$
"""


def upgrade():
    op.execute(CHANGE.format(numbered=f"\n  perform pg_notify('front_door_change', ''{NUMBERED});"))
    op.execute(TOPIC.format(numbered=f"\n  perform pg_notify('front_door_change', tg_argv[0]{NUMBERED});"))
    op.execute(LOOKING.format(numbered=f",\n          pg_notify('front_door_change', 'looking:' || slug{NUMBERED})"))


def downgrade():
    for words in (CHANGE, TOPIC, LOOKING):
        op.execute(words.format(numbered=""))
