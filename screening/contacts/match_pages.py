"""The part of a call's page that says who somebody may be: looked for as they are typed, answered by the handler."""

from flask import Blueprint, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening.contacts import additions, matches
from screening.contacts.keeping import keep_typed, typed_now
from screening.db import transaction
from screening.error_pages import wants_json
from screening.sign_in import refreshes, requires

blueprint = Blueprint("matches", __name__, url_prefix="/contacts")


@blueprint.post("/<reference>/matches")
@refreshes
@requires("contact.take")
def look(reference: str) -> ResponseReturnValue:
    """Show who one person of the call may be, by what is typed of them now. Names never stand in an address."""
    place = matches.place_of(request.form.get("of", ""))
    with transaction():
        contact = additions.on_call(reference)
        found = matches.of_place(contact, typed_now(), place)
    return render_template("contacts/_matches.html", found=found, url=url_for(".answer", reference=reference))


@blueprint.post("/<reference>/who")
@requires("contact.take")
def answer(reference: str) -> ResponseReturnValue:
    """Keep what was typed, and what the handler says of one candidate."""
    path, _, choice = request.form.get("who", "").partition(" ")
    place = matches.place_of(path)
    with transaction():
        contact = additions.to_write_in(reference)
        typed = keep_typed(contact, typed_now())
        matches.answer(contact, typed.body, place, choice)
    if not wants_json():
        return redirect(url_for("contacts.take", reference=reference, _anchor=place.anchor))
    with transaction():
        contact = additions.on_call(reference)
        found = matches.of_place(contact, typed.body, place)
    html = render_template("contacts/_matches.html", found=found, url=url_for(".answer", reference=reference))
    return jsonify(version=typed.version, html=html)
