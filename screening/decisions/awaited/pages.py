"""What is waited for, on a screen: the team's list, and one thing with its answer, its tries and its clock."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit, validation
from screening.db import now, transaction
from screening.decisions import forms
from screening.decisions.awaited import answering, queries
from screening.decisions.awaited.answering import Answer
from screening.decisions.awaited.back import may_decide
from screening.decisions.awaited.schemas import AwaitedAnswerSchema, AwaitedTrySchema
from screening.decisions.awaited.words import PARTS
from screening.decisions.queries import contact_of
from screening.errors import Invalid
from screening.models import Awaited, Contact
from screening.sign_in import requires

blueprint = Blueprint("awaited", __name__)


@blueprint.get("/waited-for")
@requires("queue.read")
def page() -> ResponseReturnValue:
    """List what is waited for on the contacts of the viewer's teams, or on the viewer's own."""
    tab = request.args.get("tab", "all")
    tab, mine = tab if tab in queries.TABS else "all", request.args.get("whose") == "mine"
    with transaction():
        rows = queries.shown_all(queries.waited_for(tab, mine=mine))
    whose = "mine" if mine else None
    return render_template(
        "decisions/awaited/list.html",
        rows=rows,
        tabs=[
            {"text": words, "href": url_for(".page", tab=name, whose=whose), "current": name == tab}
            for name, (words, _) in queries.TABS.items()
        ],
        mine=mine,
        other_href=url_for(".page", tab=tab, whose=None if mine else "mine"),
        now=now(),
    )


@blueprint.get("/contacts/<reference>/waited-for/<uuid:awaited_id>")
# Who works a queue; whether it is theirs to answer is the service's to say.
@requires("queue.accept")
def one(reference: str, awaited_id: UUID) -> ResponseReturnValue:
    """Show one thing that is waited for, and how it may be answered."""
    with transaction():
        contact = contact_of(reference)
        return _one(contact, answering.find(contact, awaited_id), {})


@blueprint.post("/contacts/<reference>/waited-for/<uuid:awaited_id>")
@requires("queue.accept")
def answer(reference: str, awaited_id: UUID) -> ResponseReturnValue:
    """Keep the answer; where something is missing, all that was typed stays."""
    try:
        given: Answer = validation.load(AwaitedAnswerSchema(), _typed(AwaitedAnswerSchema))  # type: ignore[assignment]
        with transaction():
            answering.answer(answering.find(contact_of(reference), awaited_id), given)
    except Invalid as problem:
        return _again(reference, awaited_id, problem)
    return redirect(url_for("record.page", reference=reference, tab="decision"))


@blueprint.post("/contacts/<reference>/waited-for/<uuid:awaited_id>/tries")
@requires("queue.accept")
def tried(reference: str, awaited_id: UUID) -> ResponseReturnValue:
    """Keep that somebody asked, rang or chased."""
    try:
        words = validation.load(AwaitedTrySchema(), _typed(AwaitedTrySchema))["words"]
        with transaction():
            answering.tried(answering.find(contact_of(reference), awaited_id), words)
    except Invalid as problem:
        return _again(reference, awaited_id, problem)
    return redirect(url_for(".one", reference=reference, awaited_id=awaited_id))


def _typed(schema: type) -> dict[str, str]:
    return {name: request.form[name].replace("\r\n", "\n") for name in schema().fields if name in request.form}


def _again(reference: str, awaited_id: UUID, problem: Invalid) -> ResponseReturnValue:
    with transaction():
        contact = contact_of(reference)
        return _one(contact, answering.find(contact, awaited_id), forms.errors_of(problem)), problem.status


def _one(contact: Contact, row: Awaited, errors: dict[str, str]) -> str:
    audit.record("awaited.read", contact_id=contact.id, subject=("awaited", row.id))
    answers = answering.answers_for(row)
    needed = {part for _, parts in answers.values() for part in parts}
    return render_template(
        "decisions/awaited/one.html",
        contact={
            "reference": contact.reference,
            "href": url_for("record.page", reference=contact.reference, tab="decision"),
        },
        row=queries.shown(contact, row),
        tries=[{"at": one.tried_at, "by": one.tried_by.name, "words": one.words} for one in row.tries],
        may_answer=row.ended_at is None and answering.may_answer(row),
        choices=[(name, words, _needs(parts)) for name, (words, parts) in answers.items()],
        parts=[(part, words) for part, words in PARTS.items() if part in needed],
        hold_href=url_for("strategy.page", reference=contact.reference) if row.kind == "strategy_review" else "",
        decide_href=forms.place(contact, row.child_id) if may_decide(contact, row) else "",
        form={"values": request.form.to_dict(), "errors": errors},
        urls={
            "answer": url_for(".answer", reference=contact.reference, awaited_id=row.id),
            "tried": url_for(".tried", reference=contact.reference, awaited_id=row.id),
        },
        now=now(),
    )


def _needs(parts: tuple[str, ...]) -> str:
    return "Write " + " and ".join(", ".join(PARTS[part].lower() for part in parts).rsplit(", ", 1))


def lines_of(contact: Contact) -> list[dict[str, Any]]:
    """Say all that was and is waited for on a contact, for its record."""
    return queries.shown_all(queries.of_contact(contact))
