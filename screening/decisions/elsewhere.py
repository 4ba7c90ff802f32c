"""A child who was passed to another authority is ours, with the clock, until a named person there accepts them."""

from screening.access import viewer
from screening.db import db, now
from screening.deciding import in_force
from screening.decisions import after
from screening.decisions.turns import lead_item, lock
from screening.errors import Conflict, Invalid
from screening.models import Contact, Decision

NOT_WRITTEN = {
    "who": "Write who there accepted: their name and their authority.",
    "when": "Write when they accepted, as they told you.",
}


def waits_for_acceptance(contact: Contact) -> bool:
    """Say whether the viewer holds a contact that ends once another authority has accepted it."""
    item = lead_item(contact.id)
    mine = item is not None and item.step != "referral" and item.holder_id == viewer().user_id
    return mine and contact.state == "decided" and contact.referred_at is None and bool(_passed_on(contact))


def accept(contact: Contact, *, who: str, when: str) -> Contact:
    """Write down who there accepted, and when, on each decision that passed a child on; the contact ends.

    Raises:
        NotFound: there is no such contact, or none that the viewer may know of.
        Conflict: the viewer does not hold it, or it waits for no other authority.
        Invalid: the name or the time is missing.
    """
    contact = lock(contact.id)
    if not waits_for_acceptance(contact):
        raise Conflict("This waits for no other authority, or is not yours. Open the contact to see who holds it.")
    given = {"who": who.strip(), "when": when.strip()}
    wrong = {f"/{part}": [NOT_WRITTEN[part]] for part, words in given.items() if not words}
    if wrong:
        raise Invalid("The acceptance is not complete yet.", fields=wrong)
    kept = given | {"by": str(viewer().user_id), "at": now().isoformat()}
    for decision in _passed_on(contact):
        decision.accepted_elsewhere = kept
    db.session.flush()
    after.close(contact)
    return contact


def _passed_on(contact: Contact) -> list[Decision]:
    return [made for made in in_force(contact.id) if made.outcome == "another_authority" and made.stands]
