"""Whom word of a person of the index must not reach: set and ended here, and it holds in every contact they are in."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import audit, codes
from screening.access import viewer
from screening.db import db, transaction
from screening.errors import Invalid
from screening.models import DoNotAlert, Person
from screening.people import groups, queries
from screening.sharing import service
from screening.sharing.mark_rows import mark_row
from screening.sharing.schemas import EndSchema, PersonMarkSchema, because_typed
from screening.sign_in import requires
from screening.validation import load

blueprint = Blueprint("person_marks", __name__, url_prefix="/people")


@blueprint.get("/<uuid:person_id>/do-not-alert")
@requires("people.read")
def page(person_id: UUID) -> ResponseReturnValue:
    """Show the marks on a person, and the form for another."""
    with transaction():
        return _page(_opened(person_id), {}, {})


@blueprint.post("/<uuid:person_id>/do-not-alert")
@requires("sharing.write")
def set_mark(person_id: UUID) -> ResponseReturnValue:
    """Mark an organisation; or show what is missing."""
    typed = {name: request.form.get(name, "") for name in ("organisation", "email_domain", "register", "why")}
    try:
        with transaction():
            person = _opened(person_id)
            service.mark_person(person, **load(PersonMarkSchema(), typed))
    except Invalid as problem:
        errors = {pointer.removeprefix("/"): " ".join(words) for pointer, words in problem.fields.items()}
        with transaction():
            return _page(_opened(person_id), typed, errors), problem.status
    return redirect(url_for("person_marks.page", person_id=person.id))


@blueprint.post("/<uuid:person_id>/do-not-alert/<uuid:mark_id>/end")
@requires("sharing.write")
def end_mark(person_id: UUID, mark_id: UUID) -> ResponseReturnValue:
    """End a mark, with the reason; it is kept."""
    with transaction():
        person = _opened(person_id)
        given = load(EndSchema(), {"ended_because": because_typed(request.form)})
        service.end_mark(mark_id, because=given["ended_because"])
    return redirect(url_for("person_marks.page", person_id=person.id))


def _opened(person_id: UUID) -> Person:
    person = queries.kept_record(person_id)
    audit.record("person.read", subject=("person", person.id), detail={"part": "do_not_alert"})
    return person


def _page(person: Person, typed: dict[str, str], errors: dict[str, str]) -> str:
    return render_template(
        "people/do_not_alert.html",
        person={"id": person.id, "name": person.full_name, "href": url_for("people.page", person_id=person.id)},
        marks=[_mark(mark, person) for mark in _marks(person)],
        form={"values": typed, "errors": errors},
        registers=codes.choices(codes.REGISTERS),
        send=url_for("person_marks.set_mark", person_id=person.id) if viewer().may("sharing.write") else "",
    )


def _marks(person: Person) -> list[DoNotAlert]:
    of_person = select(DoNotAlert).where(DoNotAlert.person_id.in_(groups.members(person.id)))
    return list(db.session.scalars(of_person.order_by(DoNotAlert.ended_at.is_not(None), DoNotAlert.made_at)))


def _mark(mark: DoNotAlert, person: Person) -> dict[str, Any]:
    end = url_for("person_marks.end_mark", person_id=person.id, mark_id=mark.id)
    return mark_row(mark, about=person.full_name, end=end)
