"""The manager on call on a screen: the call is written down at night, and countersigned on the next working day."""

from datetime import datetime
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from routing_rules import clocks
from screening import audit, put_off
from screening.access import viewer
from screening.db import db, now, transaction
from screening.deciding import in_force
from screening.decisions import by_telephone, forms, queries
from screening.decisions.by_telephone import Call
from screening.errors import Invalid
from screening.escalation import people
from screening.models import Contact, NightContact, TelephoneAgreement, User
from screening.rota import queries as rota
from screening.sign_in import requires

blueprint = Blueprint("by_telephone", __name__)


@blueprint.get("/contacts/<reference>/second-view/<uuid:decision_id>/telephone")
@requires("queue.accept")
def form(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Ask what the manager on call said."""
    return _form(reference, decision_id, {}, {})


@blueprint.post("/contacts/<reference>/second-view/<uuid:decision_id>/telephone")
@requires("queue.accept")
def keep(reference: str, decision_id: UUID) -> ResponseReturnValue:
    """Keep what the manager on call said, and return to the decision."""
    try:
        with transaction():
            contact = queries.contact_of(reference)
            by_telephone.keep(decision=queries.decision_of(contact, decision_id), call=_said())
    except Invalid as problem:
        return _form(reference, decision_id, request.form, forms.errors_of(problem)), problem.status
    return redirect(url_for("record.page", reference=reference, tab="decision"))


@blueprint.get("/countersign")
@requires("decision.confirm")
def countersign() -> ResponseReturnValue:
    """List what the viewer agreed to by telephone."""
    return _list({})


@blueprint.post("/countersign/<uuid:agreement_id>")
@requires("decision.confirm")
def send(agreement_id: UUID) -> ResponseReturnValue:
    """Keep whether the viewer says the same now."""
    try:
        with transaction():
            confirms = request.form.get("answer") == "confirms"
            # That a red one could wait is known by its contact.
            keep = put_off.countersign if put_off.said_of(agreement_id) else by_telephone.countersign
            keep(agreement_id, confirms=confirms, note=request.form.get("note", ""))
    except Invalid as problem:
        return _list(forms.errors_of(problem), wrong=agreement_id), problem.status
    return redirect(url_for(".countersign"))


def _form(reference: str, decision_id: UUID, values: Any, errors: dict[str, str]) -> str:
    with transaction():
        contact = queries.contact_of(reference)
        decision = queries.decision_of(contact, decision_id)
        by_telephone.refuse(decision)
        managers, on_call = people.to_ring(contact), rota.on_call_shift(now())
        # Whoever may not be told of it is not rung, on call or not.
        on_call = on_call if on_call and on_call.user in managers else None
    return render_template(
        "decisions/by_telephone.html",
        contact={"reference": reference, "href": url_for("record.page", reference=reference, tab="decision")},
        child={"name": queries.child_name(contact, decision.child_id)},
        on_call={"name": on_call.user.name, "phone": on_call.phone or on_call.team.phone} if on_call else None,
        managers=_managers(managers, on_call.user_id if on_call else None),
        outcomes=forms.outcomes(),
        form={"values": dict(values) or {"rung_at": _local(now())}, "errors": errors},
        urls={"send": url_for(".keep", reference=reference, decision_id=decision_id)},
    )


def _list(errors: dict[str, str], *, wrong: UUID | None = None) -> str:
    with transaction():
        found, waits = by_telephone.waiting(), put_off.waiting()
        ids = [*(one.contact_id for one in found), *(one.contact_id for one in waits)]
        contacts = {row.id: row for row in db.session.scalars(select(Contact).where(Contact.id.in_(ids)))}
        for contact_id in ids:
            audit.record("contact.read", contact_id=contact_id, detail={"for": "countersign"})
        rows = [_put_off(one, contacts.get(one.contact_id)) for one in waits]
        rows += [_row(one, contacts.get(one.contact_id)) for one in found]
    return render_template("decisions/countersign.html", rows=rows, errors=errors, wrong=wrong, now=now())


def _row(one: TelephoneAgreement, contact: Contact | None) -> dict[str, Any]:
    return {
        "reference": contact.reference if contact else None,
        "href": url_for("record.page", reference=contact.reference, tab="decision") if contact else None,
        "child": queries.child_name(contact, one.decision.child_id) if contact else "A child",
        "view": queries.view_words(one.decision.second_view or {}),
        "agreed": one.decision.confirmed_by_id == one.manager_id,
        "said": one.said,
        "by": one.kept_by.name,
        "rung_at": one.rung_at,
        "due_at": one.due_at,
        "id": one.id,
        "send": url_for(".send", agreement_id=one.id),
    }


def _put_off(one: NightContact, contact: Contact | None) -> dict[str, Any]:
    return {
        "reference": contact.reference if contact else None,
        "href": url_for("record.page", reference=contact.reference) if contact else None,
        "child": contact.children[0].full_name if contact and contact.children else "A child",
        "view": f"It is red, or may be, and was put off until morning: {one.reason}",
        "agreed": True,
        "said": one.agreed_said,
        "by": one.answered_by.name if one.answered_by else "",
        "rung_at": one.answered_at,
        "due_at": one.countersign_due_at,
        "id": one.contact_id,
        "send": url_for(".send", agreement_id=one.contact_id),
    }


def _managers(found: list[User], first: UUID | None) -> list[tuple[str, str]]:
    ordered = sorted(found, key=lambda user: (user.id != first, user.name))
    return [(str(user.id), user.name + (", on call" if user.id == first else "")) for user in ordered]


def _said() -> Call:
    return Call(
        manager_id=request.form.get("manager", type=UUID),
        rung_at=_rung_at(request.form.get("rung_at", "")),
        said=request.form.get("said", ""),
        view=forms.typed_view(),
    )


def _rung_at(text: str) -> datetime:
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise Invalid("Not kept.", fields={"/rung_at": ["Give the time of the call, such as 23:40 today."]}) from None
    return at if at.tzinfo else at.replace(tzinfo=clocks.LONDON)


def _local(at: datetime) -> str:
    return f"{at.astimezone(clocks.LONDON):%Y-%m-%dT%H:%M}"


def places(contact: Contact) -> dict[UUID, str]:
    """Give where a call is written down, by decision: to whoever decided it, at night, until there is a view."""
    if not clocks.is_out_of_hours(now()):
        return {}
    return {
        decision.id: url_for("by_telephone.form", reference=contact.reference, decision_id=decision.id)
        for decision in in_force(contact.id)
        if decision.awaits_second_view and decision.decided_by_id == viewer().user_id
    }
