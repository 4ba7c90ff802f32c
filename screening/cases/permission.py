"""Promise 8 for the case system: it is the council's own, and so may be read by a member of staff who is accused."""

from screening.alleged import alleged_adults
from screening.models import Contact
from screening.sharing.marks import Recipient, marks_about, stops

RESTRICTED = "The contact is restricted: a named person hands it over to the case system."
PROFESSIONAL = (
    "An adult who is said to have caused harm works with children, and may read the case system. "
    "A named person hands it over."
)
MARKED = "Somebody wrote down that word must not reach our own systems. A named person hands it over."
CASE_SYSTEM = Recipient(address=None, organisation="case system", register=None)


def permit(contact: Contact) -> str | None:
    """Say why a referral may not go to the case system by itself; None where it may."""
    if contact.restricted:
        return RESTRICTED
    if any(adult.works_with_children == "yes" for adult in alleged_adults(contact)):
        return PROFESSIONAL
    if any(stops(mark, CASE_SYSTEM) for mark in marks_about(contact)):
        return MARKED
    return None
