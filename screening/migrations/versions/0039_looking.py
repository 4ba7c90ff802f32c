"""Who has a contact open, and telling the queues in which it stands that somebody began to look.

Revision ID: 0039
Revises: 0038
"""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

AT = postgresql.TIMESTAMP(timezone=True)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.create_table(
        "looking",
        sa.Column("contact_id", sa.Uuid(), nullable=False),
        sa.Column("user_id", sa.Uuid(), nullable=False),
        sa.Column("since", AT, nullable=False),
        sa.Column("seen_at", AT, nullable=False),
        sa.ForeignKeyConstraint(["contact_id"], ["contact.id"], name=op.f("fk_looking_contact_id")),
        sa.ForeignKeyConstraint(["user_id"], ["app_user.id"], name=op.f("fk_looking_user_id")),
        sa.PrimaryKeyConstraint("contact_id", "user_id", name=op.f("pk_looking")),
    )
    op.create_index(op.f("ix_looking_user_id"), "looking", ["user_id"])
    # One topic for each team: a page of another team's queue stays as it is. That a page says so again tells nobody.
    op.execute(
        """
        create function tell_of_looking() returns trigger language plpgsql as $$
        begin
          if tg_op = 'UPDATE' and old.since = new.since then
            return null;
          end if;
          perform pg_notify('front_door_change', 'looking:' || slug) from (
            select distinct team.slug from queue_item join team on team.id = queue_item.team_id
            where queue_item.contact_id = coalesce(new.contact_id, old.contact_id)
              and queue_item.state in ('waiting', 'accepted')
          ) as teams;
          return null;
        end $$
        """
    )
    op.execute(
        "create trigger tell_of_looking after insert or update or delete on looking "
        "for each row execute function tell_of_looking()"
    )


def downgrade():
    op.drop_table("looking")
    op.execute("drop function tell_of_looking()")
