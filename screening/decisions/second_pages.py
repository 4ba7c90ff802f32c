"""The second person on a screen: their own view first, without the first one's answer; then whether the two agree."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening.db import now, transaction
from screening.deciding import in_force
from screening.decisions import forms, queries, service
from screening.decisions.reading import read
from screening.decisions.words import RATIONALE_WORDS, STAGE_WORDS
from screening.errors import Invalid
from screening.kept_back import hidden_by, is_hidden, reasons_shown
from screening.models import Contact, Decision
from screening.sign_in import requires

blueprint = Blueprint("second_view", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/second-view", endpoint="next")
@requires("decision.confirm")
def next_one(reference: str) -> ResponseReturnValue:
    """Go to the first child for whom a second view is wanted from the viewer, or to the contact."""
    contact = queries.contact_of(reference)
    for decision in in_force(contact.id):
        if decision.awaits_second_view and is_hidden(decision):
            return redirect(_place(contact, decision))
    return redirect(url_for("record.page", reference=reference, tab="decision"))


@blueprint.get("/<reference>/second-view/<uuid:decision_id>")
@requires("decision.confirm")
def form(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Ask for the second person's own view; once it is given, show both."""
    with transaction():
        contact = queries.contact_of(reference)
        decision = queries.decision_of(contact, decision_id)
        newer = hidden_by(decision)
        if newer is not None and newer is not decision:
            return redirect(_place(contact, newer))
        if decision.is_denied:
            # They never gave a view: both are on the contact, with the denial.
            return redirect(url_for("record.page", reference=reference, tab="decision"))
        if decision.second_view is not None:
            return _both(contact, decision)
        service.refuse_second_view(decision)
        return _form(contact, decision, {})


@blueprint.post("/<reference>/second-view/<uuid:decision_id>")
@requires("decision.confirm")
def send(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Keep the second view, then show whether the two agree."""
    try:
        with transaction():
            contact = queries.contact_of(reference)
            decision = queries.decision_of(contact, decision_id)
            service.confirm(decision=decision, view=forms.typed_view())
    except Invalid as problem:
        with transaction():
            contact = queries.contact_of(reference)
            decision = queries.decision_of(contact, decision_id)
            return _form(contact, decision, forms.errors_of(problem)), problem.status
    return redirect(_place(contact, decision))


def _place(contact: Contact, decision: Decision) -> str:
    return url_for("second_view.form", reference=contact.reference, decision_id=decision.id)


def _form(contact: Contact, decision: Decision, errors: dict[str, str]) -> str:
    values = {name: request.form.get(name, "") for name in ("outcome", "level", "urgency")}
    return render_template(
        "decisions/second_view.html",
        **read(contact, decision.child_id),
        stage_words=STAGE_WORDS[decision.stage],
        decided_by=decision.decided_by.name,
        form={"values": values, "errors": errors},
        outcomes=forms.outcomes(),
        now=now(),
        urls={"send": _place(contact, decision)},
    )


def _both(contact: Contact, decision: Decision) -> str:
    (second, at), reasons = queries.second_by(decision), reasons_shown(decision)
    more = next((other for other in in_force(contact.id) if other.awaits_second_view and is_hidden(other)), None)
    return render_template(
        "decisions/second_view_given.html",
        contact={"reference": contact.reference, "href": url_for("record.page", reference=contact.reference)},
        child={"name": queries.child_name(contact, decision.child_id)},
        agrees=decision.stands,
        first=_view(decision.decided_by.name, decision.decided_at, _first(decision)),
        second=_view(second, at, decision.second_view or {}),
        rationale=[(words, reasons[part]) for part, words in RATIONALE_WORDS.items()],
        against_reason=decision.against_reason,
        next_child=_next_child(contact, more) if more else None,
        urls={"queue": url_for("queues.mine")},
    )


def _first(decision: Decision) -> dict[str, Any]:
    return {"outcome": decision.outcome, "level": decision.level, "urgency": decision.urgency}


def _view(name: str, at: Any, view: dict[str, Any]) -> dict[str, Any]:
    return {"by": name, "at": at, "words": queries.view_words(view)}


def _next_child(contact: Contact, decision: Decision) -> dict[str, str]:
    return {"name": queries.child_name(contact, decision.child_id), "href": _place(contact, decision)}
