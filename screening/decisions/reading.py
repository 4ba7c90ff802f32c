"""What a decider reads beside the form: the contact's own page, part by part. Nothing here is asked or kept."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import url_for

from screening import audit, telling
from screening.checks.queries import checks_of
from screening.db import now
from screening.models import Contact
from screening.people.protected import WITHHELD, people_protected
from screening.said import added, asked, in_danger


def read(contact: Contact, child_id: UUID | None) -> dict[str, Any]:
    """Give the worry, the answers, the child and the checks, as far as the viewer may see them; this is audited."""
    audit.record("contact.read", contact_id=contact.id, detail={"part": "decide"})
    at = now()
    children = [child for child in contact.children if child.id == child_id]
    return {
        "contact": {
            "reference": contact.reference,
            "href": url_for("record.page", reference=contact.reference),
            "narrative": contact.narrative or "Nothing was written down.",
            "referrer_words": telling.referrer(contact),
        },
        "added": added.said_since(contact),
        "answers": asked.groups(contact, children),
        "in_danger": in_danger.dangers(contact),
        "child": _child(contact, child_id, at),
        "checks": [telling.check(check) for check in checks_of(contact)],
    }


def _child(contact: Contact, child_id: UUID | None, at: datetime) -> dict[str, Any]:
    child = next((child for child in contact.children if child.id == child_id), None)
    if child is None:
        return {"name": "No child named", "age_words": "", "facts": _said(contact)}
    found = telling.person(child, at)
    told = WITHHELD if child.id in people_protected(contact) else found["address"]
    address = [("Address", told)] if told else []
    return {**found, "facts": [*address, *found["facts"], *_said(contact)]}


def _said(contact: Contact) -> list[tuple[str, str]]:
    said = [
        ("The child's view", contact.views.get("child")),
        ("The family's view", contact.views.get("family")),
        ("Why identity matters", contact.identity.get("relevance")),
    ]
    return [(title, words or "Not said") for title, words in said]
