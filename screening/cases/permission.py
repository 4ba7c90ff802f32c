"""Promise 8 for the case system: it is the council's own, and so may be read by a member of staff who is accused."""

from screening import leaving
from screening.leaving import Recipient
from screening.models import Contact

RESTRICTED = "The contact is restricted: a named person hands it over to the case system."
CASE_SYSTEM = Recipient(address=None, organisation="case system", register=None)
# What `permit` may say.
REASONS = frozenset({RESTRICTED, *(words for words, _ in leaving.CASE_SYSTEM_REASONS)})


def permit(contact: Contact) -> str | None:
    """Say why a referral may not go to the case system by itself; None where it may."""
    if contact.restricted:
        return RESTRICTED
    return leaving.may_leave(contact, leaving.CASE_SYSTEM, CASE_SYSTEM).reason
