"""Tell of a change only where a row changed, and of which team's queue.

Workers that look for work and find none update no row, twice a second: that told every page that it was out of date.
"" is told of as before, for the board and for a process of the release before; a queue's page has a topic of its own.

Revision ID: 0055
Revises: 0054
"""

from alembic import op

revision = "0055"
down_revision = "0054"
branch_labels = None
depends_on = None

BEFORE = ("queue_item", "task")
# What an item's line in a list is made of, and the column that says of which contact.
OF_CONTACT = {
    "background_check": "contact_id",
    "contact": "id",
    "decision": "contact_id",
    "named_reader": "contact_id",
    "participation": "contact_id",
    "screening": "contact_id",
}
EVENTS = (("insert", "new"), ("update", "new"), ("delete", "old"))
# What a row was, where that is told of as well as what it is: an item may leave one queue for another.
LEFT = ("update", "old")
CHANGE = """
create or replace function tell_of_change() returns trigger language plpgsql as $$
begin
  {only}perform pg_notify('front_door_change', '');
  perform pg_notify('front_door_change', '' || '|' || pg_current_xact_id()::text);
  return null;
end $$
"""
ONLY_ROWS = """if not exists (select from changed) then
    return null;
  end if;
  """
QUEUES = """
create function tell_of_queues() returns trigger language plpgsql as $$
begin
  perform pg_notify('front_door_change', 'queue:' || team_id || '|' || pg_current_xact_id()::text)
     from (select distinct team_id from changed where team_id is not null) as teams;
  return null;
end $$
"""
QUEUES_OF = """
create function tell_of_queues_of_{column}() returns trigger language plpgsql as $$
begin
  perform pg_notify('front_door_change', 'queue:' || team_id || '|' || pg_current_xact_id()::text)
     from (select distinct item.team_id from changed join queue_item as item on item.contact_id = changed.{column}
            where item.team_id is not null) as teams;
  return null;
end $$
"""


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    for table in BEFORE:
        op.execute(f"drop trigger tell_of_change on {table}")
    op.execute(CHANGE.format(only=ONLY_ROWS))
    op.execute(QUEUES)
    for column in sorted(set(OF_CONTACT.values())):
        op.execute(QUEUES_OF.format(column=column))
    for table in BEFORE:
        _tell(table, "tell_of_change")
    _tell("queue_item", "tell_of_queues", LEFT)
    for table, column in OF_CONTACT.items():
        _tell(table, f"tell_of_queues_of_{column}")


def downgrade():
    for table in BEFORE:
        _silence(table, "tell_of_change")
    _silence("queue_item", "tell_of_queues", LEFT)
    for table, column in OF_CONTACT.items():
        _silence(table, f"tell_of_queues_of_{column}")
    op.execute("drop function tell_of_queues()")
    for column in sorted(set(OF_CONTACT.values())):
        op.execute(f"drop function tell_of_queues_of_{column}()")
    op.execute(CHANGE.format(only=""))
    for table in BEFORE:
        op.execute(
            f"create trigger tell_of_change after insert or update or delete on {table} "
            "for each statement execute function tell_of_change()"
        )


def _tell(table, function, *more):
    for event, side in (*EVENTS, *more):
        op.execute(
            f"create trigger {function}_{event}_{side} after {event} on {table} referencing {side} table as changed "
            f"for each statement execute function {function}()"
        )


def _silence(table, function, *more):
    for event, side in (*EVENTS, *more):
        op.execute(f"drop trigger {function}_{event}_{side} on {table}")
