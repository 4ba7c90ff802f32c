"""The forms that change a person: what is known of them, a birth, alerts, a restriction. Each asks why."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from screening import codes
from screening.access import viewer
from screening.db import Json, db, transaction
from screening.errors import Invalid, NotFound, ScreeningError, Stale
from screening.models import Person, PersonAlert, User
from screening.people import alerts, births, queries, restriction, service, whole
from screening.people.homes import hidden_homes
from screening.people.identifiers import KINDS as IDENTIFIERS
from screening.people.pages import form_page, forms
from screening.people.pages.edit_schemas import (
    AlertSchema,
    BirthSchema,
    PersonSchema,
    ReadersSchema,
    WhySchema,
)
from screening.roles import ROLE_PERMISSIONS
from screening.sign_in import requires
from screening.validation import load

blueprint = Blueprint("people_edit", __name__, url_prefix="/people")


@blueprint.get("/<uuid:person_id>/edit")
@requires("people.write")
def edit_form(person_id: UUID) -> ResponseReturnValue:
    """Show what is known of a person, to be changed."""
    with transaction():
        person = form_page.opened(person_id, "edit")
        return _edit(person, forms.filled(person, hidden_homes([person])))


@blueprint.post("/<uuid:person_id>/edit")
@requires("people.write")
def edit(person_id: UUID) -> ResponseReturnValue:
    """Keep what was changed, or show what is wrong with everything that was typed."""
    body = forms.typed()
    try:
        with transaction():
            written = load(PersonSchema(), body)
            service.edit(person_id, version=forms.version(), written=written, why=written.pop("why"))
    except (Invalid, Stale) as problem:
        return _edit(queries.person_of(person_id), _typed_again(body), problem), problem.status
    return redirect(form_page.place(person_id))


@blueprint.get("/<uuid:person_id>/birth")
@requires("people.write")
def birth_form(person_id: UUID) -> ResponseReturnValue:
    """Ask for the birth of a baby who is not born by our records."""
    with transaction():
        person = form_page.opened(person_id, "birth")
        names = {"given_name": "", "family_name": " ".join(person.named("family")), "sex": ""}
        return _form("people/birth.html", person, names)


@blueprint.post("/<uuid:person_id>/birth")
@requires("people.write")
def birth(person_id: UUID) -> ResponseReturnValue:
    """Confirm the birth, or show what is wrong."""
    said = forms.plain("date_of_birth", "given_name", "family_name", "sex")
    try:
        with transaction():
            born = load(BirthSchema(), said)
            given = [("given", born["given_name"]), ("family", born["family_name"])]
            births.confirm(
                person_id,
                version=forms.version(),
                born=born["date_of_birth"],
                names=[(kind, name) for kind, name in given if name],
                sex=born["sex"],
            )
    except (Invalid, Stale) as problem:
        return _form("people/birth.html", queries.person_of(person_id), said, problem), problem.status
    return redirect(form_page.place(person_id))


@blueprint.get("/<uuid:person_id>/second-baby")
@requires("people.write")
def second_baby_form(person_id: UUID) -> ResponseReturnValue:
    """Say what making a second baby does, before it is done."""
    with transaction():
        return _form("people/second_baby.html", form_page.opened(person_id, "second_baby"), {})


@blueprint.post("/<uuid:person_id>/second-baby")
@requires("people.write")
def second_baby(person_id: UUID) -> ResponseReturnValue:
    """Make the record of another baby of the same pregnancy, and open it."""
    with transaction():
        made = births.second_baby(person_id, version=forms.version())
    return redirect(form_page.place(made.id))


@blueprint.get("/<uuid:person_id>/alerts")
@requires("people.write")
def alert_form(person_id: UUID) -> ResponseReturnValue:
    """Ask what somebody who works with this person must know first."""
    with transaction():
        return _form("people/alert.html", form_page.opened(person_id, "alert"), {})


@blueprint.post("/<uuid:person_id>/alerts")
@requires("people.write")
def set_alert(person_id: UUID) -> ResponseReturnValue:
    """Set an alert, or show what is wrong."""
    said = forms.plain("kind", "words", "review_on")
    try:
        with transaction():
            alerts.set_alert(person_id, **load(AlertSchema(), said))
    except Invalid as problem:
        return _form("people/alert.html", queries.person_of(person_id), said, problem), problem.status
    return redirect(form_page.place(person_id))


@blueprint.get("/alerts/<uuid:alert_id>/end")
@requires("people.write")
def end_alert_form(alert_id: UUID) -> ResponseReturnValue:
    """Ask why an alert ends."""
    with transaction():
        return _end_alert(_alert(alert_id), {})


@blueprint.post("/alerts/<uuid:alert_id>/end")
@requires("people.write")
def end_alert(alert_id: UUID) -> ResponseReturnValue:
    """End an alert, with the reason."""
    said = forms.plain("why")
    try:
        with transaction():
            ended = alerts.end_alert(alert_id, because=load(WhySchema(), said)["why"])
            person_id = queries.kept_record(ended.person_id).id
    except Invalid as problem:
        return _end_alert(_alert(alert_id), said, problem), problem.status
    return redirect(form_page.place(person_id))


@blueprint.get("/<uuid:person_id>/restrict")
@requires("people.restrict")
def restrict_form(person_id: UUID) -> ResponseReturnValue:
    """Ask who may know of a person, and why; where they are restricted, also whether that ends."""
    with transaction():
        person = form_page.opened(person_id, "restrict")
        readers = [str(one) for one in restriction.readers_of(person.id) or [viewer().user_id]]
        return _restrict(person, {"readers": readers})


@blueprint.post("/<uuid:person_id>/restrict")
@requires("people.restrict")
def restrict(person_id: UUID) -> ResponseReturnValue:
    """Restrict a person to the readers who are named, or lift the restriction."""
    said: Json = {**forms.plain("why"), "readers": request.form.getlist("readers")}
    try:
        with transaction():
            _restrict_or_lift(person_id, said)
    except (Invalid, Stale) as problem:
        return _restrict(queries.person_of(person_id), said, problem), problem.status
    if not _is_known(person_id):
        return redirect(url_for("start.page"))
    return redirect(form_page.place(person_id))


def _restrict_or_lift(person_id: UUID, said: Json) -> None:
    version = forms.version()
    if request.form.get("action") == "lift":
        restriction.unrestrict(person_id, version=version, why=load(WhySchema(), forms.plain("why"))["why"])
        return
    checked = load(ReadersSchema(), said)
    restriction.restrict(person_id, version=version, readers=checked["readers"], why=checked["why"])


def _is_known(person_id: UUID) -> bool:
    return db.session.scalar(select(Person.id).where(Person.id == person_id)) is not None


def _edit(person: Person, values: Json, problem: ScreeningError | None = None) -> str:
    return _form(
        "people/edit.html",
        person,
        values,
        problem,
        name_kinds=list(whole.NAME_WORDS.items()),
        schemes=[(scheme, words) for scheme, (_, words) in IDENTIFIERS.items()],
    )


def _typed_again(body: Json) -> Json:
    rows = {kind: [row | {"not_shown": _not_shown(row)} for row in body.get(kind, [])] for kind in ("addresses",)}
    return forms.with_more_rows(body | rows)


def _not_shown(row: Json) -> bool:
    return "id" in row and not any(row.get(name) for name in service.TOLD)


def _form(template: str, person: Person, values: Json, problem: ScreeningError | None = None, **more: Any) -> str:
    words = {"sexes": list(codes.SEXES.items()), "alert_kinds": list(alerts.KIND_WORDS.items())}
    return form_page.shown(template, person, values, problem, due=person.expected_delivery_date, **words, **more)


def _alert(alert_id: UUID) -> PersonAlert:
    found = db.session.scalar(select(PersonAlert).where(PersonAlert.id == alert_id, PersonAlert.ended_at.is_(None)))
    if found is None:
        raise NotFound("There is no such alert that still counts. Open the person again.")
    return found


def _end_alert(alert: PersonAlert, said: Json, problem: Invalid | None = None) -> str:
    person = queries.kept_record(alert.person_id)
    return _form("people/end_alert.html", person, said, problem, alert=whole.alert_row(alert))


def _restrict(person: Person, said: Json, problem: ScreeningError | None = None) -> str:
    users = db.session.scalars(select(User).where(User.disabled_at.is_(None)).order_by(User.name))
    named = [(str(user.id), user.name) for user in users if _may_read(user)]
    return _form("people/restrict.html", person, said, problem, staff=named, restricted=person.restricted)


def _may_read(user: User) -> bool:
    return any("people.read" in ROLE_PERMISSIONS.get(role, ()) for role in user.roles)
