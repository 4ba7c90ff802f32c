"""Look at the rows that 0037 left. May be run again.

Revision ID: 0038
Revises: 0037
"""

from alembic import op

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

CHECKED = (
    ("message", "ck_message_kind_is_known"),
    ("message", "ck_message_ladder_is_known"),
    ("message", "fk_message_rings_id"),
    ("contact_addition", "fk_contact_addition_reply_link_id"),
    ("contact_addition", "ck_contact_addition_somebody_added_it"),
    ("callback", "fk_callback_reply_link_id"),
    ("callback", "ck_callback_somebody_promised"),
)


def upgrade():
    # Each in a transaction of its own: none holds a lock while another looks at its rows.
    with op.get_context().autocommit_block():
        for table, name in CHECKED:
            op.execute(f"alter table {table} validate constraint {name}")


def downgrade():
    """Nothing to take back."""
