"""Ending a call without sending it: with an outcome and a reason, both kept."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening.contacts import checking, late_drafts
from screening.db import transaction
from screening.errors import Invalid
from screening.models.late_draft import OUTCOMES
from screening.sign_in import requires

blueprint = Blueprint("late_drafts", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/end")
@requires("contact.take")
def ask(reference: str) -> ResponseReturnValue:
    """Ask what it was, and why it is not sent."""
    with transaction():
        late_drafts.to_end(reference)
    return _page(reference, {})


@blueprint.post("/<reference>/end")
@requires("contact.take")
def end(reference: str) -> ResponseReturnValue:
    """Keep both, and end it."""
    try:
        with transaction():
            late_drafts.end(reference, request.form.get("outcome", ""), request.form.get("reason", ""))
    except Invalid as problem:
        return _page(reference, checking.paths(problem)), 422
    return redirect(url_for("contacts.start"))


def _page(reference: str, errors: dict[str, str]) -> str:
    return render_template(
        "contacts/end.html",
        reference=reference,
        form={"values": request.form, "errors": errors},
        outcomes=list(OUTCOMES.items()),
        urls={"end": url_for(".end", reference=reference), "take": url_for("contacts.take", reference=reference)},
    )
