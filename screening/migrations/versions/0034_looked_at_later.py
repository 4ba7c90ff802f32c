"""Look at the rows that 0025, 0026 and 0029 left, and give each caller's number its one form. May be run again.

Revision ID: 0034
Revises: 0033
"""

import phonenumbers
import sqlalchemy as sa
from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 1000
ASKED = sa.text(
    "select contact_id, phone from referrer where phone is not null and phone_e164 is null and contact_id > :after "
    "order by contact_id limit :most"
)


def upgrade():
    # Each in a transaction of its own: none holds a lock while another looks at its rows.
    with op.get_context().autocommit_block():
        op.execute("alter table person_link validate constraint ck_person_link_answer_is_known")
        op.execute("alter table own_view validate constraint ck_own_view_stage_is_known")
        op.execute("alter table callback validate constraint ck_callback_although_is_known")
        _fill_in(op.get_bind())


def _fill_in(connection):
    after = "00000000-0000-0000-0000-000000000000"
    while rows := connection.execute(ASKED, {"after": after, "most": ROWS_AT_ONCE}).all():
        connection.execute(
            sa.text("update referrer set phone_e164 = :number where contact_id = :id"),
            [{"id": contact_id, "number": _e164(phone)} for contact_id, phone in rows],
        )
        after = rows[-1].contact_id


def _e164(said):
    try:
        number = phonenumbers.parse(said, "GB")
    except phonenumbers.NumberParseException:
        return None
    possible = phonenumbers.is_possible_number_with_reason(number) == phonenumbers.ValidationResult.IS_POSSIBLE
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164) if possible else None


def downgrade():
    """Nothing to take back."""
