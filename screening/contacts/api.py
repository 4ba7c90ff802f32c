"""Contacts through the API: a partner or a system sends one whole, or asks how one would be scored."""

from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, fields

from routing_rules import clocks
from screening import api, telling
from screening.access import viewer
from screening.api import ONCE, Blueprint, Problem
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import Json, now
from screening.errors import NotSaved
from screening.models import Contact
from screening.scoring import service as scoring
from screening.scoring.newest_score import newest_score
from screening.sign_in import requires

# One for all requests: making it anew for each would cost more than the check itself.
CONTACT = ContactSchema()
blueprint = Blueprint("contacts_api", __name__, description="Contacts: send one, or score one.")


class ReceivedSchema(Schema):
    """A contact that is kept. `screening` is for integrations; partners get none."""

    reference = fields.String(required=True)
    status = fields.String(required=True)
    links = fields.Dict(keys=fields.String(), values=fields.String())
    screening = fields.Dict()


@blueprint.route("/contacts", methods=["POST"])
@requires("api.contact.send")
@blueprint.doc(**ONCE)
@blueprint.arguments(CONTACT)
@blueprint.response(201, ReceivedSchema)
@blueprint.alt_response(422, schema=Problem)
def send(body: dict[str, Any]) -> ResponseReturnValue:
    """Send a contact. 201 says that it is kept, with everything that must follow."""
    return api.answer_once(lambda: (201, _received(service.receive_sent(body=body))))


@blueprint.route("/score", methods=["POST"])
@requires("api.score")
@blueprint.arguments(CONTACT)
@blueprint.response(200)
@blueprint.alt_response(422, schema=Problem)
def score(body: dict[str, Any]) -> ResponseReturnValue:
    """Score a contact by the rules in force, storing nothing."""
    at = body.get("received_at") or now()
    rules = scoring.rules_or_none(clocks.london_date(at))
    if rules is None:
        raise NotSaved("No rules are in force, so nothing can be scored. Have an administrator publish some.")
    return api.answer(scoring.score_body(body, at, rules))


def _received(contact: Contact) -> Json:
    answer: Json = {
        "reference": contact.reference,
        "status": contact.state,
        "links": {"self": url_for("record_api.read", reference=contact.reference)},
    }
    if viewer().may("api.contact.read"):
        answer["screening"] = telling.rules_output(newest_score(contact.id))
    return answer
