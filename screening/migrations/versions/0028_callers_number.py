"""The caller's number in one form, by which earlier contacts from it are found.

Revision ID: 0028
Revises: 0027
"""

import phonenumbers
import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None

ROWS_AT_ONCE = 1000
ASKED = sa.text(
    "select contact_id, phone from referrer where phone is not null and contact_id > :after "
    "order by contact_id limit :most"
)


def upgrade():
    op.execute("set local lock_timeout = '2s'")
    op.add_column("referrer", sa.Column("phone_e164", sa.Text()))
    with op.get_context().autocommit_block():
        _fill_in(op.get_bind())
        # Callers are looked up while somebody is on the line: no lock is held while this is made.
        op.create_index("ix_referrer_phone_e164", "referrer", ["phone_e164"], postgresql_concurrently=True)


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
    op.drop_index("ix_referrer_phone_e164", "referrer")
    op.drop_column("referrer", "phone_e164")
