"""What managers answer: the list, and one disagreement with its answer."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema

from screening import validation
from screening.access import viewer
from screening.db import Json, now, transaction
from screening.error_pages import keeps_words
from screening.errors import Invalid
from screening.fields import Text
from screening.messages.disagreements import queries, service, whom
from screening.models import Disagreement
from screening.sign_in import requires

blueprint = Blueprint("disagreements", __name__, url_prefix="/disagreements")


class AnswerSchema(Schema):
    """A manager's answer, which goes to the professional; and what is done now, which does not."""

    answer = Text(required=True, error_messages={"required": "Write your answer."})
    next_step = Text(required=True, error_messages={"required": "Write what is done now, or that nothing changes."})


@blueprint.get("")
@requires("disagreement.answer")
def page() -> ResponseReturnValue:
    """List the disagreements that the viewer may answer."""
    with transaction():
        rows = [_row(found) for found in queries.waiting()]
        answered = [_row(found) for found in queries.answered()]
    return render_template("messages/disagreements.html", rows=rows, answered=answered, now=now())


@blueprint.get("/<uuid:disagreement_id>")
@requires("disagreement.answer")
def one(disagreement_id: UUID) -> ResponseReturnValue:
    """Show one, and the form of its answer."""
    return _one(disagreement_id, {}, {})


@blueprint.post("/<uuid:disagreement_id>")
@requires("disagreement.answer")
@keeps_words
def answer(disagreement_id: UUID) -> ResponseReturnValue:
    """Answer one; the answer goes back by message."""
    typed = {name: words for name, words in request.form.items() if name in ("answer", "next_step") and words.strip()}
    try:
        said = validation.load(AnswerSchema(), typed)
        with transaction():
            service.answer(disagreement_id, said["answer"], said["next_step"])
    except Invalid as problem:
        return _one(disagreement_id, typed, _errors(problem)), problem.status
    return redirect(url_for(".one", disagreement_id=disagreement_id))


def _one(disagreement_id: UUID, typed: Json, errors: dict[str, str]) -> str:
    with transaction():
        found = queries.one(disagreement_id)
        row, before = _row(found), [_row(one) for one in queries.before(found)]
        may_answer = found.answered_at is None and viewer().user_id not in whom.had_a_part(found.contact_id)
    return render_template(
        "messages/disagreement.html",
        row=row,
        before=before,
        may_answer=may_answer,
        you_decided=service.YOU_DECIDED if found.answered_at is None and not may_answer else None,
        form={"values": typed, "errors": errors},
        urls={"list": url_for(".page"), "answer": url_for(".answer", disagreement_id=disagreement_id)},
        now=now(),
    )


def _row(found: Disagreement) -> dict[str, Any]:
    reference = found.contact.reference
    return {
        "href": url_for(".one", disagreement_id=found.id),
        "reference": reference,
        "record": url_for("record.page", reference=reference),
        "decisions": url_for("record.page", reference=reference, tab="decision"),
        "said_by": found.said_by,
        "said_at": found.said_at,
        "words": found.words,
        "due_at": found.due_at,
        "level_words": _level_words(found),
        "again": found.about_id is not None,
        "answer": found.answer,
        "next_step": found.next_step,
        "answered_at": found.answered_at,
        "answered_by": found.answered_by.name if found.answered_by else None,
    }


def _level_words(found: Disagreement) -> str:
    if found.team is None:
        return "Not placed yet" if found.level == 0 else "No manager answered: any who had no part may"
    return f"Level {found.level}, {found.team.name}"


def _errors(problem: Invalid) -> dict[str, str]:
    return {pointer.removeprefix("/"): " ".join(words) for pointer, words in problem.fields.items()}
