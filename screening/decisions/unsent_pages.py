"""A decision that is being written: kept for its writer by the page's script, or by a button; and begun anew."""

from flask import Blueprint, jsonify, redirect
from flask.typing import ResponseReturnValue

from screening.db import transaction
from screening.decisions import forms, queries, unsent
from screening.decisions.pages import child_of
from screening.error_pages import keeps_words, wants_json
from screening.sign_in import requires
from screening.wording import clock_time

blueprint = Blueprint("unsent", __name__, url_prefix="/contacts")


@blueprint.post("/<reference>/decide/<child>/unsent")
@keeps_words
@requires("queue.accept")
def keep(reference: str, child: str) -> ResponseReturnValue:
    """Keep what the decider has written so far, as it is, for them alone."""
    with transaction():
        contact = queries.contact_of(reference)
        child_id = child_of(contact, child)
        at = unsent.keep(contact, child_id, forms.typed(), forms.window())
        place = forms.place(contact, child_id)
    return jsonify(kept_at=clock_time(at)) if wants_json() else redirect(place)


@blueprint.post("/<reference>/decide/<child>/unsent/anew")
@requires("queue.accept")
def begin_anew(reference: str, child: str) -> ResponseReturnValue:
    """Delete what the decider wrote, and show the form empty."""
    with transaction():
        contact = queries.contact_of(reference)
        child_id = child_of(contact, child)
        unsent.drop(contact.id, child_id)
        return redirect(forms.place(contact, child_id))
