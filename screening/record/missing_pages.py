"""What is still to be found out of a contact, closed by whoever finds it out."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from screening import missing_facts
from screening.db import transaction
from screening.models import Contact
from screening.record import queries
from screening.sign_in import requires

blueprint = Blueprint("missing", __name__, url_prefix="/contacts")


@blueprint.post("/<reference>/missing/<uuid:fact_id>")
@requires("contact.read")
def find_out(reference: str, fact_id: UUID) -> ResponseReturnValue:
    """Keep what somebody found out that was missing."""
    with transaction():
        contact = queries.contact_to_read(reference, "summary")
        missing_facts.found(contact, fact_id, request.form.get("words", ""))
    return redirect(url_for("record.page", reference=reference) + "#missing")


def listed(contact: Contact) -> dict[str, Any]:
    """Give what is missing and what was found out, for the summary of a contact."""
    return {
        "missing": [
            {
                "id": one.id,
                "words": one.words,
                "noted": one.noted,
                "due_at": one.due_at,
                "url": url_for("missing.find_out", reference=contact.reference, fact_id=one.id),
            }
            for one in missing_facts.open_of(contact)
        ],
        "found_out": [{"words": words, "by": by, "at": at} for words, by, at in missing_facts.found_of(contact)],
    }
