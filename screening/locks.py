"""Who works on a contact at the same time as others waits here, so that each sees what the one before did.

Taken before anything of the contact is read: by who decides, by routing, and by a check that answers.
"""

from uuid import UUID

from sqlalchemy import select

from screening.db import db
from screening.models import Contact


def lock_contact(contact_id: UUID) -> Contact | None:
    """Hold a contact until the commit and read it anew; None where there is none that the viewer may know of."""
    # NO KEY UPDATE: a queue item or a check that is being written for the contact need not wait for us.
    one = select(Contact).where(Contact.id == contact_id).with_for_update(key_share=True, of=Contact)
    return db.session.scalar(one.execution_options(populate_existing=True))
