"""Asking partners, writing down what they said by telephone, and the list of whom to chase."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit, codes, live
from screening.checks import asking, by_phone, chasing, panel
from screening.checks.asking import Wish
from screening.db import db, now, transaction
from screening.errors import Invalid, NotFound
from screening.models import Contact
from screening.sign_in import refreshes, requires
from screening.telling import children

blueprint = Blueprint("checks", __name__)
NOT_FOUND = "There is no such contact. Check the reference, or choose it from your queue."
UNKNOWN = "unknown"


@blueprint.get("/contacts/<reference>/checks/live")
@refreshes
@requires("contact.read_checks")
def refreshed(reference: str) -> ResponseReturnValue:
    """Give the checks of a contact anew, for its page."""
    return live.answer(lambda: _list(reference))


@blueprint.post("/contacts/<reference>/checks")
@requires("check.ask")
def ask(reference: str) -> ResponseReturnValue:
    """Ask the partners that are ticked, and return to the contact; or show what is missing."""
    typed = _wished()
    try:
        with transaction():
            contact = _contact(reference)
            asking.ask(contact, _wish(typed, contact))
    except Invalid as problem:
        with transaction():
            contact = _contact(reference)
            form = panel.asking_form(contact, typed, _errors(problem))
        about = {"reference": reference, "children": children(contact), "href": _record(reference)}
        return render_template("checks/ask.html", contact=about, asking=form), problem.status
    return redirect(_record(reference))


@blueprint.get("/checks/<uuid:check_id>/answer")
@requires("check.answer")
def answer_form(check_id: UUID) -> ResponseReturnValue:
    """Ask what the partner said by telephone."""
    return _answer_form(check_id, {}, {})


@blueprint.post("/checks/<uuid:check_id>/answer")
@requires("check.answer")
def answer(check_id: UUID) -> ResponseReturnValue:
    """Keep what the partner said, and return to the contact; or show what is missing."""
    typed = answer_typed()
    try:
        with transaction():
            check = by_phone.write_down(check_id, typed)
            reference = _reference(check.contact_id)
    except Invalid as problem:
        return _answer_form(check_id, typed, _errors(problem)), problem.status
    return redirect(_record(reference))


@blueprint.post("/checks/<uuid:check_id>/no-reply")
@requires("check.answer")
def end_without_reply(check_id: UUID) -> ResponseReturnValue:
    """End a check that nobody answers, and return to the list of whom to chase; or show what is missing."""
    reason = request.form.get("reason", "")
    try:
        with transaction():
            by_phone.end_without_reply(check_id, reason)
    except Invalid as problem:
        return _answer_form(check_id, {"reason": reason}, _errors(problem)), problem.status
    return redirect(url_for("checks.to_chase"))


@blueprint.post("/checks/<uuid:check_id>/again")
@requires("check.ask")
def ask_again(check_id: UUID) -> ResponseReturnValue:
    """Ask a partner anew, and return to the contact."""
    with transaction():
        check, contact, _ = by_phone.seen_check(check_id)
        asking.again(check)
    return redirect(_record(contact.reference))


@blueprint.get("/checks/to-chase")
@requires("check.answer")
def to_chase() -> ResponseReturnValue:
    """List the checks that a person has to see to, next to be due first."""
    with transaction():
        found = chasing.to_chase()
        audit.record("check.list_read", detail={"checks": [str(one.id) for one in found]})
    return render_template("checks/to_chase.html", items=[_to_chase(one) for one in found], now=now())


def _to_chase(one: chasing.ToChase) -> dict[str, Any]:
    return {
        "name": codes.check_name(one.register),
        "reference": one.reference,
        "href": _record(one.reference),
        "partner": one.partner,
        "telephone": one.telephone,
        "why": one.why,
        "due_at": one.due_at,
        "chases": one.chases,
        "chaser": one.chaser,
        "simulated": one.simulated,
        "answer_url": url_for("checks.answer_form", check_id=one.id),
    }


def _list(reference: str) -> str:
    with transaction():
        contact = _contact(reference)
        shown = panel.shown(contact)
    return render_template("checks/_list.html", checks=shown, now=now())


def _contact(reference: str) -> Contact:
    found = db.session.scalar(select(Contact).where(Contact.reference == reference, Contact.received_at.is_not(None)))
    if found is None:
        raise NotFound(NOT_FOUND)
    return found


def _reference(contact_id: UUID) -> str:
    return db.session.scalars(select(Contact.reference).where(Contact.id == contact_id)).one()


def _record(reference: str) -> str:
    return url_for("record.page", reference=reference, tab="checks")


def _wished() -> dict[str, Any]:
    form = request.form
    texts = {name: form.get(name, "") for name in ("reason", "left_out_because")}
    return {"registers": form.getlist("registers"), **texts}


def _wish(typed: dict[str, Any], contact: Contact) -> Wish:
    shown = panel.asking_form(contact)
    # One reason for all that is left out: the form has one field for it.
    left_out = {one["id"]: typed["left_out_because"] for one in shown["registers"]} if shown else {}
    not_asked = {register: why for register, why in left_out.items() if register not in typed["registers"]}
    return Wish(registers=typed["registers"], reason=typed["reason"], not_asked=not_asked)


def _answer_form(check_id: UUID, typed: dict[str, Any], errors: dict[str, str]) -> str:
    with transaction():
        check, contact, partner = by_phone.seen_check(check_id)
        person = next((one for one in contact.participations if one.id == check.participation_id), None)
        asked, say = by_phone.questions(partner, contact), by_phone.to_say(check, contact, partner)
        audit.record("contact.read", contact_id=contact.id, detail={"part": "check"})
    return render_template(
        "checks/answer.html",
        about={
            "name": codes.check_name(check.kind),
            "partner": partner.name,
            "telephone": partner.telephone,
            "person": person.full_name if person else "",
            "reference": contact.reference,
            "href": _record(contact.reference),
            "problem": check.problem,
            "waiting": check.outcome is None,
        },
        say=say,
        questions=asked,
        outcomes=list(codes.PARTNER_ANSWERS.items()),
        form={"values": typed, "errors": errors},
        urls={
            "send": url_for("checks.answer", check_id=check.id),
            "no_reply": url_for("checks.end_without_reply", check_id=check.id),
        },
    )


def answer_typed() -> dict[str, Any]:
    """Read an answer as typed into a form; a question that is left blank is not stated."""
    form = request.form
    facts = {
        name.removeprefix("facts."): said
        for name, said in form.items()
        if name.startswith("facts.") and said and said != UNKNOWN
    }
    texts = {name: form.get(name, "") for name in ("outcome", "words", "answered_by", "as_at")}
    return {**texts, "facts": facts}


def _errors(problem: Invalid) -> dict[str, str]:
    found: dict[str, str] = {}
    for pointer, messages in problem.fields.items():
        path = pointer.removeprefix("/").replace("/", ".")
        path = "left_out_because" if path.startswith("not_asked.") else path
        path = "registers" if path.startswith("registers.") else path
        found.setdefault(path, " ".join(messages))
    return found
