"""Every child whom we know of, for programs that act for a person. The version is the contact's."""

from uuid import UUID

from flask import Response

from screening import api, audit
from screening.api import ONCE_AT_VERSION, Blueprint, answer_once, require_person, version_sent
from screening.db import Json, transaction
from screening.decisions import queries
from screening.decisions.children import settling
from screening.decisions.children.finding import unsettled
from screening.decisions.children.schemas import KnownChildrenSchema, SettleSchema
from screening.decisions.children.settled import settled
from screening.decisions.children.settling import Said
from screening.decisions.turns import holding
from screening.models import Contact
from screening.sign_in import requires

blueprint = Blueprint("known_children_api", __name__, description="Every child whom we know of around a contact")


@blueprint.get("/contacts/<reference>/children")
@requires("queue.accept")
@blueprint.response(200, KnownChildrenSchema)
def children(reference: str) -> Response:
    """List the children whom we know of beside those that the contact names, with what was said of each."""
    require_person()
    with transaction():
        contact = queries.contact_of(reference)
        holding(contact)
        audit.record("contact.read", contact_id=contact.id, detail={"part": "children"})
        return api.answer(_shown(contact))


@blueprint.post("/contacts/<reference>/children")
@requires("queue.accept")
@blueprint.doc(**ONCE_AT_VERSION)
@blueprint.arguments(SettleSchema)
@blueprint.response(200, KnownChildrenSchema)
def settle(said: dict[UUID, Said], reference: str) -> Response:
    """Say of each that they are decided here, too (`included`), why not (`left_out`, with a reason), or `grown_up`.

    Of a baby to come who is included, `due` is a day or a month, as it was said; empty where nobody knows it.
    """
    require_person()
    version = version_sent()

    def write() -> tuple[int, Json]:
        contact = queries.contact_of(reference)
        settling.settle(contact=contact, said=said, version=version)
        return 200, _shown(contact)

    return answer_once(write)


def _shown(contact: Contact) -> Json:
    rows: list[Json] = [
        {"id": one.key, "name": one.name, "age": one.age_words, "because": one.because, "answer": None}
        | {"answers": one.answers}
        for one in unsettled(contact)
    ]
    rows += [
        {"id": one.key, "name": one.who.full_name, "because": one.because, "answer": one.row.answer}
        | {"reason": one.row.reason, "age": one.age_words}
        for one in settled(contact)
    ]
    shown: Json = KnownChildrenSchema().dump(
        {"reference": contact.reference, "version": contact.version, "children": rows}
    )
    return shown
