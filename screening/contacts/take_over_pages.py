"""A call that somebody else goes on with: by its reference, on record, and told to who had it."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit
from screening.contacts import drafts
from screening.contacts.keeping import key
from screening.db import transaction
from screening.errors import NotFound
from screening.sign_in import requires
from screening.signing_in.tries import refuse_too_many_tries

blueprint = Blueprint("take_over", __name__, url_prefix="/contacts")


@blueprint.get("/take-over")
@requires("contact.take")
def ask() -> ResponseReturnValue:
    """Ask which call."""
    return _page({}, {})


@blueprint.post("/take-over")
@requires("contact.take")
def find() -> ResponseReturnValue:
    """Show who has the call, and nothing of what was said in it."""
    refuse_too_many_tries("take over")
    reference = request.form.get("reference", "").strip().upper()
    try:
        with transaction():
            contact = drafts.going_on(reference)
            audit.record("contact.take_over_asked", contact_id=contact.id)
    except NotFound as problem:
        return _page({"reference": reference}, {"reference": problem.message}), 422
    call = {
        "reference": reference,
        "by": drafts.owner(contact),
        "opened_at": contact.first_received_at,
        "saved_at": drafts.latest(contact, key()).saved_at,
    }
    return _page({"reference": reference}, {}, call)


@blueprint.post("/<reference>/take-over")
@requires("contact.take")
def take_over(reference: str) -> ResponseReturnValue:
    """Go on with the call in one's own name."""
    with transaction():
        drafts.take_over(reference)
    return redirect(url_for("contacts.take", reference=reference))


def _page(values: dict[str, str], errors: dict[str, str], call: dict[str, object] | None = None) -> str:
    return render_template(
        "contacts/take_over.html",
        form={"values": values, "errors": errors},
        call=call,
        urls={
            "find": url_for(".find"),
            "start": url_for("contacts.start"),
            "take_over": url_for(".take_over", reference=values["reference"]) if call else None,
        },
    )
