"""Whether a contact's work may end or be passed on: each child's chronology, what is missing, a manager's word."""

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit
from screening.access import viewer
from screening.chronology import gate, letting_pass, shown, subject
from screening.chronology.pages import errors_of
from screening.db import db, transaction
from screening.errors import Invalid, NotFound
from screening.models import Contact
from screening.people.queries import NO_CONTACT
from screening.sign_in import requires

blueprint = Blueprint("chronology_gate", __name__, url_prefix="/contacts")


@blueprint.get("/<reference>/chronology")
@requires("chronology.read")
def page(reference: str) -> ResponseReturnValue:
    """Show whether the chronologies of a contact's children are ready, or exactly what is missing."""
    with transaction():
        return _page(opened(reference))


@blueprint.post("/<reference>/chronology/let-pass")
@requires("chronology.override")
def let_pass(reference: str) -> ResponseReturnValue:
    """Keep a manager's word that it goes on without, or show what is missing."""
    try:
        with transaction():
            letting_pass.override(opened(reference), reason=request.form.get("reason", ""))
    except Invalid as problem:
        with transaction():
            return _page(opened(reference), problem), problem.status
    return redirect(url_for(".page", reference=reference))


def opened(reference: str) -> Contact:
    """Find a contact that was sent, audited.

    Raises:
        NotFound: there is none that the viewer may know of.
    """
    question = select(Contact).where(Contact.reference == reference, Contact.received_at.is_not(None))
    contact = db.session.scalar(question)
    if contact is None:
        raise NotFound(NO_CONTACT)
    audit.record("contact.read", contact_id=contact.id, detail={"part": "chronology"})
    return contact


def _page(contact: Contact, problem: Invalid | None = None) -> str:
    lacks = gate.missing(contact)
    return render_template(
        "chronology/gate.html",
        contact={
            "reference": contact.reference,
            "href": url_for("record.page", reference=contact.reference),
        },
        ready=not lacks,
        children=[
            {
                "name": child.full_name,
                "href": shown.place(whose),
                "missing": [one.words for one in lacks if one.child_id == child.id],
                "review": shown.review_row(whose),
            }
            for child, whose in subject.children_of(contact, gate.children_meant(contact))
        ],
        overrides=letting_pass.overrides_of(contact),
        form={"values": {"reason": request.form.get("reason", "")}, "errors": errors_of(problem)},
        send=url_for(".let_pass", reference=contact.reference) if lacks and viewer().may("chronology.override") else "",
    )
