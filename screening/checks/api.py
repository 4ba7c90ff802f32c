"""Checks for programs: a person's own token asks partners, and writes down what one said by telephone."""

from typing import Any
from uuid import UUID

from flask import Response
from sqlalchemy import select

from screening.api import ONCE, Blueprint, answer_once, require_person
from screening.checks import asking, by_phone
from screening.checks.asking import Wish
from screening.checks.schemas import AnswerSchema, AskSchema
from screening.db import Json, db
from screening.errors import NotFound
from screening.models import BackgroundCheck, Contact
from screening.sign_in import requires

blueprint = Blueprint("checks_api", __name__, description="Background checks with partners.")


@blueprint.post("/contacts/<reference>/checks")
@requires("check.ask")
@blueprint.doc(**ONCE)
@blueprint.arguments(AskSchema)
@blueprint.response(201)
def ask(wish: Wish, reference: str) -> Response:
    """Ask partners about the confirmed people of a contact; answers the questions that were put."""
    require_person()

    def write() -> tuple[int, Json]:
        contact = db.session.scalar(
            select(Contact).where(Contact.reference == reference, Contact.received_at.is_not(None))
        )
        if contact is None:
            raise NotFound("There is no such contact. Check the reference.")
        return 201, {"checks": [_shown(row) for row in asking.ask(contact, wish)]}

    return answer_once(write)


@blueprint.post("/checks/<uuid:check_id>/answer")
@requires("check.answer")
@blueprint.doc(**ONCE)
@blueprint.arguments(AnswerSchema)
@blueprint.response(200)
def answer(said: dict[str, Any], check_id: UUID) -> Response:
    """Write down what somebody at the partner's said by telephone."""
    require_person()
    return answer_once(lambda: (200, _shown(by_phone.write_down(check_id, said))))


def _shown(check: BackgroundCheck) -> Json:
    return {
        "id": str(check.id),
        "register": check.kind,
        "about": str(check.participation_id),
        "asked_at": check.asked_at.isoformat(),
        "due_at": check.due_at.isoformat(),
        "outcome": check.outcome,
        "problem": check.problem,
        "way": check.way,
        "simulated": check.simulated,
    }
