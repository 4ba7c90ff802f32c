"""Who somebody in a contact is, said by a program that acts for a person."""

from typing import Any

from flask import Response

from screening.api import ONCE, Blueprint, answer_once, require_person
from screening.db import Json
from screening.people import candidates, links, queries
from screening.people.pages.edit_schemas import LinkSchema, LinkShownSchema
from screening.sign_in import requires

blueprint = Blueprint("people_links_api", __name__, description="Who somebody in a contact is, as people say")


@blueprint.post("/contacts/<reference>/links")
@requires("people.find")
@blueprint.doc(**ONCE)
@blueprint.arguments(LinkSchema)
@blueprint.response(201, LinkShownSchema)
def answer(said: dict[str, Any], reference: str) -> Response:
    """Say of one candidate: proposed, doubted, confirmed, refused or not_sure. A call handler only the first two."""
    require_person()

    def write() -> tuple[int, Json]:
        participation = queries.participation_of(reference, said["participation"])
        person = queries.person_of(said["person"])
        shown = candidates.shown_of(participation, person)
        kept = links.answer(participation, person, said["answer"], shown)
        body: Json = LinkShownSchema().dump(
            {
                "participation": kept.participation_id,
                "person": kept.person_id,
                "answer": kept.answer,
                "answered_at": kept.answered_at,
                "posterior": kept.posterior,
                "model": kept.model,
            }
        )
        return 201, body

    return answer_once(write)
