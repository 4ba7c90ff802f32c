"""What is back with who decided, as the contact says it and the form on which it is decided again. Reads only."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from flask import url_for

from screening.access import viewer
from screening.decisions.awaited.answering import answers_for
from screening.decisions.awaited.queries import of_contact, shown_all
from screening.decisions.given_back import of_child
from screening.decisions.queries import to_decide
from screening.decisions.turns import lead_item
from screening.models import Awaited, Contact


def back(contact: Contact, child_ids: Collection[UUID | None] | None = None) -> list[dict[str, Any]]:
    """Say what is back, of a contact or of these children; `href` is there for who has something to do about it."""
    rows = [row for row in of_contact(contact) if row.kind == "returned" and row.ended_at is None]
    rows = [row for row in rows if child_ids is None or row.child_id in child_ids]
    return [
        told | {"href": _place(contact, row, told["href"])} for row, told in zip(rows, shown_all(rows), strict=True)
    ]


def may_decide(contact: Contact, row: Awaited) -> bool:
    """Say whether the viewer decides again about this child: as holder of the contact, or as it is back with them."""
    lead = lead_item(contact.id)
    holds = lead is not None and lead.holder_id == viewer().user_id
    mine = holds or of_child(contact, row.child_id) is not None
    return mine and row.kind == "returned" and row.child_id in to_decide(contact)


def _place(contact: Contact, row: Awaited, answer_href: str) -> str:
    if answers_for(row):
        return answer_href
    if not may_decide(contact, row):
        return ""
    return url_for("decisions.decide", reference=contact.reference, child=row.child_id or "contact")
