"""A contact's rows in the shape in which a client sends one, with the ids of its people.

Where somebody lives at a protected home is in it for no program, whoever's token it uses, and not for the case system
either: who needs it opens the contact and gives a reason, which is audited (hazard H6).
"""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from screening.access import viewer
from screening.db import Json
from screening.models import Contact, Participation
from screening.people.protected import WITHHELD, people_protected

SAME = ("channel", "contact_type", "narrative", "answers", "views", "identity", "information_sharing")
OF_BOTH = (
    "id", "given_name", "family_name", "date_of_birth", "language", "interpreter", "communication", "not_known",
)  # fmt: skip
OF_CHILD = (
    "age_years_estimated", "age_as_of", "expected_delivery_date", "sex", "ethnicity", "disabilities", "where_now",
    "school", "gp", "views", "answers",
)  # fmt: skip
OF_ADULT = ("in_household", "alleged_harm_to", "works_with_children")
OF_REFERRER = ("name", "agency", "source_code", "email", "phone", "safe_to_reply", "your_reference", "language",
               "interpreter", "communication", "not_known")  # fmt: skip


def as_sent(contact: Contact) -> Json:
    """Give a contact as the API takes it; the referrer only to who may know them, a protected home to nobody."""
    withheld = people_protected(contact)
    return {
        **{name: getattr(contact, name) for name in SAME},
        "referrer": _referrer(contact),
        **_promised(contact),
        "children": [_child(child) | _home(child, withheld) for child in contact.children],
        "adults": [_adult(adult) | _home(adult, withheld) for adult in contact.adults],
    }


def _referrer(contact: Contact) -> Json | None:
    if contact.referrer is None or not viewer().may("contact.read_referrer"):
        return None
    return _known(contact.referrer, OF_REFERRER)


def _promised(contact: Contact) -> Json:
    """Give what the caller was promised: a number to ring tells who they are."""
    return {"promises": contact.promises} if contact.promises and viewer().may("contact.read_referrer") else {}


def _child(child: Participation) -> Json:
    due = {"expected_delivery_date": child.due_in_part} if child.due_in_part else {}
    return _known(child, (*OF_BOTH, *OF_CHILD)) | due


def _adult(adult: Participation) -> Json:
    relationship = {"relationship": adult.relationship_to_child} if adult.relationship_to_child else {}
    return _known(adult, (*OF_BOTH, *OF_ADULT)) | relationship


def _home(person: Participation, withheld: Collection[UUID]) -> Json:
    parts = {"line_1": person.address_line_1, "town": person.town, "postcode": person.postcode}
    known = {name: value for name, value in parts.items() if value}
    if known and person.id in withheld:
        return {"address_withheld": WITHHELD}
    return {"address": known} if known else {}


def _known(row: Any, names: tuple[str, ...]) -> Json:
    return {name: value for name in names if (value := getattr(row, name)) is not None}
