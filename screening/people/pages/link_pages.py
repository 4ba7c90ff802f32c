"""What a person says, on a contact's page, of who somebody in it is."""

from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue

from screening.access import require
from screening.db import transaction
from screening.errors import Invalid
from screening.models.person_link import LINK_ANSWERS
from screening.people import candidates, links, queries
from screening.sign_in import requires

blueprint = Blueprint("people_links", __name__, url_prefix="/contacts")
CHOOSE = "Choose one of the people who are listed, or paste the address of a person's page; and one of the answers."


@blueprint.post("/<reference>/people/<uuid:participation_id>/links")
@requires("people.find")
def answer(reference: str, participation_id: UUID) -> ResponseReturnValue:
    """Keep what somebody says of one candidate, and go back to the people of the contact."""
    person_id, said = queries.id_in(request.form.get("person", "")), request.form.get("answer", "")
    if person_id is None or said not in LINK_ANSWERS:
        raise Invalid(CHOOSE)
    with transaction():
        participation = queries.participation_of(reference, participation_id)
        person = queries.person_of(person_id)
        links.answer(participation, person, said, candidates.shown_of(participation, person))
    return redirect(_place(reference, participation_id))


@blueprint.post("/<reference>/people/<uuid:participation_id>/person")
@requires("people.write")
def make(reference: str, participation_id: UUID) -> ResponseReturnValue:
    """Make a person of the index from what the contact says, and confirm that it is them."""
    with transaction():
        require("people.link")
        participation = queries.participation_of(reference, participation_id)
        links.make_person(participation)
    return redirect(_place(reference, participation_id))


def _place(reference: str, participation_id: UUID) -> str:
    return url_for("record.page", reference=reference, tab="people", _anchor=f"who-{participation_id}")
