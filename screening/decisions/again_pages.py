"""Having a decision made again, on a screen: why, in words."""

from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening.db import transaction
from screening.deciding import in_force
from screening.decisions import again, forms, queries
from screening.error_pages import keeps_words
from screening.errors import Invalid
from screening.kept_back import is_hidden
from screening.models import Contact
from screening.sign_in import requires

blueprint = Blueprint("decide_again", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/decisions/<uuid:decision_id>/again")
# Who works a queue; whether they may ask is the service's to say.
@requires("queue.accept")
def form(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Ask why a decision should be made again; where it may not be, go to the contact's decisions."""
    with transaction():
        contact = queries.contact_of(reference)
        if decision_id not in places(contact):
            return redirect(_decisions(reference))
        return _form(contact, decision_id, {})


@blueprint.post("/<reference>/decisions/<uuid:decision_id>/again")
@keeps_words
@requires("queue.accept")
def ask(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Have it made again, and go to the contact's decisions, which say who does it and by when."""
    try:
        with transaction():
            decision = queries.decision_of(queries.contact_of(reference), decision_id)
            again.ask(decision, request.form.get("because", "").replace("\r\n", "\n"))
    except Invalid as problem:
        with transaction():
            return _form(queries.contact_of(reference), decision_id, forms.errors_of(problem)), problem.status
    return redirect(_decisions(reference))


def places(contact: Contact) -> dict[UUID, str]:
    """Give the pages on which the viewer has decisions of a contact made again, by the decision."""
    made = [one for one in in_force(contact.id) if not is_hidden(one)]
    may = [one for one in made if again.may_ask(one) and again.counts(contact, one)]
    return {one.id: url_for("decide_again.form", reference=contact.reference, decision_id=one.id) for one in may}


def _form(contact: Contact, decision_id: UUID, errors: dict[str, str]) -> str:
    decision = queries.decision_of(contact, decision_id)
    return render_template(
        "decisions/again.html",
        contact={"reference": contact.reference, "href": _decisions(contact.reference)},
        child=queries.child_name(contact, decision.child_id),
        by=decision.decided_by.name,
        at=decision.decided_at,
        form={"values": {"because": request.form.get("because", "")}, "errors": errors},
        urls={"send": url_for("decide_again.ask", reference=contact.reference, decision_id=decision_id)},
    )


def _decisions(reference: str) -> str:
    return url_for("record.page", reference=reference, tab="decision")
