"""The forms for who somebody's family are and with whom they live: found, written down, ended. Each asks why."""

from uuid import UUID

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue

from screening import telling
from screening.db import Json, now, transaction
from screening.errors import Invalid, ScreeningError, Stale
from screening.models import Person
from screening.people import groups, queries, relations, ties, whole
from screening.people.homes import area, hidden_homes
from screening.people.pages import form_page, forms
from screening.people.pages.edit_schemas import HOUSEHOLD, EndRelationshipSchema, FamilySchema, WhySchema
from screening.people.relations import Between
from screening.people.ties import Tie
from screening.sign_in import requires
from screening.validation import load

blueprint = Blueprint("people_family", __name__, url_prefix="/people")
NOBODY = "Nobody whom you may open is meant by this. Find them, and paste the address of their page."


@blueprint.get("/<uuid:person_id>/family")
@requires("people.write")
def page(person_id: UUID) -> ResponseReturnValue:
    """Show somebody's family and household, to add to it or end what is over."""
    with transaction():
        return _family(form_page.opened(person_id, "family"), {})


@blueprint.post("/<uuid:person_id>/family")
@requires("people.write")
def chosen(person_id: UUID) -> ResponseReturnValue:
    """Go on with whoever was meant, or say that it is nobody."""
    said = forms.plain("other")
    with transaction():
        person, other = form_page.opened(person_id, "family"), queries.person_said(said.get("other", ""))
        if other is None or other.id in groups.members(person_id):
            problem = Invalid("Nobody was chosen.", fields={"/other": [relations.SAME if other else NOBODY]})
            return _family(person, said, problem), problem.status
        kept_id = queries.kept_record(other.id).id
    return redirect(url_for(".add_form", person_id=person_id, other_id=kept_id))


@blueprint.get("/<uuid:person_id>/family/<uuid:other_id>")
@requires("people.write")
def add_form(person_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Ask what somebody is to a person."""
    with transaction():
        return _add(form_page.opened(person_id, "family"), form_page.opened(other_id, "family"), {})


@blueprint.post("/<uuid:person_id>/family/<uuid:other_id>")
@requires("people.write")
def add(person_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Write down what they are to each other, or show what is wrong."""
    said = forms.plain("is_what", "since", "until", "why")
    try:
        with transaction():
            _write(person_id, other_id, load(FamilySchema(), said))
    except (Invalid, Stale) as problem:
        with transaction():
            return _add(queries.person_of(person_id), queries.kept_record(other_id), said, problem), problem.status
    return redirect(form_page.place(person_id))


@blueprint.get("/<uuid:person_id>/family/<uuid:relationship_id>/end")
@requires("people.write")
def end_form(person_id: UUID, relationship_id: UUID) -> ResponseReturnValue:
    """Ask until when it was so, and how that is known."""
    with transaction():
        return _end(form_page.opened(person_id, "family"), ties.tie_of(person_id, relationship_id), {})


@blueprint.post("/<uuid:person_id>/family/<uuid:relationship_id>/end")
@requires("people.write")
def end(person_id: UUID, relationship_id: UUID) -> ResponseReturnValue:
    """End a relationship, or show what is wrong."""
    said = forms.plain("until", "why")
    try:
        with transaction():
            relations.end(person_id, relationship_id, version=forms.version(), **load(EndRelationshipSchema(), said))
    except (Invalid, Stale) as problem:
        with transaction():
            tie = ties.tie_of(person_id, relationship_id)
            return _end(queries.person_of(person_id), tie, said, problem), problem.status
    return redirect(form_page.place(person_id))


@blueprint.get("/<uuid:person_id>/household/leave")
@requires("people.write")
def leave_form(person_id: UUID) -> ResponseReturnValue:
    """Ask how it is known that somebody does not live in their household any more."""
    with transaction():
        return _leave(form_page.opened(person_id, "family"), {})


@blueprint.post("/<uuid:person_id>/household/leave")
@requires("people.write")
def leave(person_id: UUID) -> ResponseReturnValue:
    """Take somebody out of their household, or show what is wrong."""
    said = forms.plain("why")
    try:
        with transaction():
            relations.leave(person_id, version=forms.version(), why=load(WhySchema(), said)["why"])
    except (Invalid, Stale) as problem:
        with transaction():
            return _leave(queries.person_of(person_id), said, problem), problem.status
    return redirect(form_page.place(person_id))


def _write(person_id: UUID, other_id: UUID, said: Json) -> None:
    why, version = said.pop("why"), forms.version()
    if said["is_what"] == HOUSEHOLD:
        relations.live_together(person_id, other_id, version=version, why=why)
    else:
        relations.relate(person_id, other_id, version=version, said=Between(**said), why=why)


def _family(person: Person, said: Json, problem: Invalid | None = None) -> str:
    own = groups.members(person.id)
    return form_page.shown(
        "people/family.html",
        person,
        said,
        problem,
        ties=[
            {
                "words": tie.words,
                "name": tie.other.full_name,
                "href": form_page.place(tie.other.id),
                "age_words": telling.age_words(tie.other, now()),
                "end": url_for(".end_form", person_id=person.id, relationship_id=tie.row.id),
            }
            for tie in ties.ties(own)
            if tie.goes_on
        ],
        mates=[
            mate
            | {
                "href": form_page.place(mate["person_id"]),
                "leave": url_for(".leave_form", person_id=mate["person_id"]),
            }
            for mate in whole.household_of(person, own)
        ],
    )


def _add(person: Person, other: Person, said: Json, problem: ScreeningError | None = None) -> str:
    about = [telling.age_words(other, now()), area(other, hidden_homes([other]))]
    return form_page.shown(
        "people/relate.html",
        person,
        said,
        problem,
        other={"id": other.id, "name": other.full_name, "href": form_page.place(other.id), "about": about},
        sides=[(side, words) for side, (words, _, _) in ties.SIDES.items()] + [(HOUSEHOLD, "Of the same household")],
    )


def _end(person: Person, tie: Tie, said: Json, problem: ScreeningError | None = None) -> str:
    words = {"id": tie.row.id, "words": tie.words, "name": tie.other.full_name, "since": tie.row.since}
    return form_page.shown("people/end_tie.html", person, said, problem, tie=words)


def _leave(person: Person, said: Json, problem: ScreeningError | None = None) -> str:
    mates = [mate.full_name for mate in relations.mates_of(person)]
    return form_page.shown("people/leave.html", person, said, problem, mates=mates)
