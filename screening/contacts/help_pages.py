"""Help while a call goes on: the side panel for what is typed, and what a handler answers there."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening.contacts import additions, live, own_view, panel, proposed
from screening.contacts.drafts import Typed
from screening.contacts.keeping import keep_typed, kept, typed_now
from screening.db import transaction
from screening.error_pages import wants_json
from screening.models import Contact
from screening.sign_in import refreshes, requires

blueprint = Blueprint("help", __name__, url_prefix="/contacts")


@blueprint.post("/<reference>/panel")
@refreshes
@requires("contact.take")
def show(reference: str) -> ResponseReturnValue:
    """Show what to ask next, and the level beneath it, for what is typed now. Nothing is kept: saving does that."""
    contact = additions.on_call(reference)
    return render_template("contacts/_panel.html", **panel.of_call(contact, typed_now(), panel.in_view()))


@blueprint.post("/<reference>/set-aside")
@requires("contact.take")
def set_aside(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and propose a question no more in this call."""
    with transaction():
        contact = additions.to_write_in(reference)
        typed = keep_typed(contact, typed_now())
        proposed.set_aside(contact, live.rules_for(contact), request.form.get("set_aside", ""))
    return _answered(contact, typed, "panel-ask")


@blueprint.post("/<reference>/own-view")
@requires("contact.take")
def keep_own_view(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and what the handler thinks of it before they see what the rules do."""
    said = (request.form.get("own_level", ""), request.form.get("own_urgency", ""))
    with transaction():
        contact = additions.to_write_in(reference)
        typed = keep_typed(contact, typed_now())
        own_view.keep(contact, said, typed, live.score(contact, typed.body))
    return _answered(contact, typed, "panel-level")


def _answered(contact: Contact, typed: Typed, part: str) -> ResponseReturnValue:
    """Give the panel anew to the page's script, or go back to a part of it without one."""
    if not wants_json():
        return redirect(url_for("contacts.take", reference=contact.reference, _anchor=part))
    html = render_template("contacts/_panel.html", **panel.of_call(contact, typed.body, panel.in_view()))
    return jsonify(kept(contact, typed) | {"html": html})
