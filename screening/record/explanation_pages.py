"""Why a contact came out as it did, on one page that can be printed."""

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue

from screening import telling
from screening.db import now, transaction
from screening.record import queries
from screening.scoring import explaining
from screening.scoring.newest_score import newest_score_or_none
from screening.sign_in import requires

blueprint = Blueprint("explanation", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/explanation")
@requires("contact.read_rules")
def page(reference: str) -> ResponseReturnValue:
    """Show what was known, what stands on what, what was not known, and what would change it."""
    with transaction():
        contact = queries.contact_to_read(reference, "explanation")
        screening = newest_score_or_none(contact.id)
        # Whoever is about to decide keeps a view of their own before the rules speak.
        hidden = queries.own_view_first(contact)
        told = explaining.explain(contact, screening) if screening and not hidden else None
    return render_template(
        "contacts/explanation.html",
        reference=contact.reference,
        children_words=telling.children(contact),
        first_received_at=contact.first_received_at,
        told=told,
        hidden=hidden,
        now=now(),
    )
