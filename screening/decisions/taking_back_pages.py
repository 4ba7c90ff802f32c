"""Taking a decision back before a second person saw it, on a screen: why, in words."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening.db import transaction
from screening.deciding import in_force
from screening.decisions import forms, queries, taking_back
from screening.error_pages import keeps_words
from screening.errors import Invalid
from screening.models import Contact
from screening.sign_in import requires

blueprint = Blueprint("take_back", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/decisions/<uuid:decision_id>/take-back")
# Who works a queue; that it is theirs is the service's to say.
@requires("queue.accept")
def form(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Ask why it is taken back; where it may not be, go to the contact's decisions."""
    with transaction():
        contact = queries.contact_of(reference)
        if decision_id not in places(contact):
            return redirect(url_for("record.page", reference=reference, tab="decision"))
        return _form(contact, decision_id, {})


@blueprint.post("/<reference>/decisions/<uuid:decision_id>/take-back")
@keeps_words
@requires("queue.accept")
def send(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Take it back, and go on to deciding anew, with the words that were written."""
    try:
        with transaction():
            decision = queries.decision_of(queries.contact_of(reference), decision_id)
            taking_back.take_back(decision, request.form.get("because", "").replace("\r\n", "\n"))
    except Invalid as problem:
        with transaction():
            return _form(queries.contact_of(reference), decision_id, forms.errors_of(problem)), problem.status
    return redirect(url_for("decisions.next_child", reference=reference))


def places(contact: Contact) -> dict[UUID, str]:
    """Give the pages on which the viewer takes decisions of theirs back, by the decision."""
    mine = [one for one in in_force(contact.id) if taking_back.may_take_back(one)]
    return {one.id: url_for("take_back.form", reference=contact.reference, decision_id=one.id) for one in mine}


def _form(contact: Contact, decision_id: UUID, errors: dict[str, str]) -> str:
    decision, reference = queries.decision_of(contact, decision_id), contact.reference
    return render_template(
        "decisions/take_back.html",
        contact={"reference": reference, "href": url_for("record.page", reference=reference, tab="decision")},
        child=queries.child_name(contact, decision.child_id),
        at=decision.decided_at,
        form={"values": {"because": request.form.get("because", "")}, "errors": errors},
        urls={"send": url_for("take_back.send", reference=reference, decision_id=decision_id)},
    )
