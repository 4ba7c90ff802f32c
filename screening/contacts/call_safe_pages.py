"""Call-safe on a screen: one key turns it on; off takes a reason."""

from flask import Blueprint, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from screening import call_safe
from screening.contacts import additions
from screening.contacts.keeping import keep_typed, typed_now, words_of
from screening.db import transaction
from screening.error_pages import wants_json
from screening.fields import LONG
from screening.sign_in import requires

blueprint = Blueprint("call_safe", __name__, url_prefix="/contacts")


@blueprint.post("/<reference>/call-safe")
@requires("contact.take")
def change(reference: str) -> ResponseReturnValue:
    """Turn it on, or off for the reason that was written."""
    with transaction():
        contact = additions.to_write_in(reference)
        if not wants_json():
            keep_typed(contact, typed_now())
        if request.form.get("action") == "call_safe_off":
            call_safe.turn_off(contact, words_of("call_safe_reason")[:LONG])
        else:
            call_safe.turn_on(contact)
        state = call_safe.state_of(contact)
    return jsonify(call_safe=state.words) if wants_json() else redirect(url_for("contacts.take", reference=reference))
