"""What a decider reads beside the form: the contact's own page, part by part. Nothing here is asked or kept."""

from typing import Any
from uuid import UUID

from flask import current_app, url_for

from screening import audit
from screening.models import Contact


def read(contact: Contact, child_id: UUID | None) -> dict[str, Any]:
    """Give the worry, the child and the checks, as far as the viewer may see them. The reading is audited."""
    audit.record("contact.read", contact_id=contact.id, detail={"part": "decide"})
    # `stages` hands the contact's page over: stages of the work do not import each other.
    record: Any = current_app.extensions["record"]
    return {
        "contact": {
            "reference": contact.reference,
            "href": url_for("record.page", reference=contact.reference),
            "narrative": contact.narrative or "Nothing was written down.",
            "referrer_words": record.words.referrer(contact),
        },
        "child": _child(contact, child_id, record.PARTS["people"](contact)["people"]),
        "checks": record.PARTS["checks"](contact)["checks"],
    }


def _child(contact: Contact, child_id: UUID | None, people: list[dict[str, Any]]) -> dict[str, Any]:
    # The contact's page lists children first, in their own order.
    found = next((people[place] for place, child in enumerate(contact.children) if child.id == child_id), None)
    if found is None:
        return {"name": "No child named", "age_words": "", "facts": _said(contact)}
    address = [("Address", found["address"])] if found["address"] else []
    return {**found, "facts": [*address, *found["facts"], *_said(contact)]}


def _said(contact: Contact) -> list[tuple[str, str]]:
    said = [
        ("The child's view", contact.views.get("child")),
        ("The family's view", contact.views.get("family")),
        ("Why identity matters", contact.identity.get("relevance")),
    ]
    return [(title, words or "Not said") for title, words in said]
