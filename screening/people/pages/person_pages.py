"""A person of the index on a screen. `edit_pages` changes them, and `merge_pages` joins two records."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit, telling
from screening.access import viewer
from screening.db import now, transaction
from screening.errors import Invalid
from screening.models import Person
from screening.people import changes_told, groups, queries, whole
from screening.people.homes import area, hidden_homes
from screening.people.pages.edit_schemas import ADDRESS_REASONS
from screening.sign_in import requires

blueprint = Blueprint("people", __name__, url_prefix="/people")


@blueprint.get("/<uuid:person_id>")
@requires("people.read")
def page(person_id: UUID) -> ResponseReturnValue:
    """Show a person whole; a record that was merged leads to the one that took it in."""
    with transaction():
        kept = queries.kept_record(person_id)
        if kept.id != person_id:
            return redirect(url_for("people.page", person_id=kept.id))
        return _page(kept, revealed=False)


@blueprint.post("/<uuid:person_id>/addresses")
@requires("people.read")
def reveal(person_id: UUID) -> ResponseReturnValue:
    """Show the protected addresses of a person once, for a reason that is written into the audit."""
    reason = request.form.get("reason", "")
    with transaction():
        person = queries.kept_record(person_id)
        if reason not in ADDRESS_REASONS:
            problem = Invalid("The address is not shown.", fields={"/reason": ["Choose why you need it."]})
            return _page(person, revealed=False, errors={"reason": problem.fields["/reason"][0]}), problem.status
        audit.record("person.address_read", subject=("person", person.id), detail={"reason": reason})
        return _page(person, revealed=True)


def _page(person: Person, *, revealed: bool, errors: dict[str, str] | None = None) -> str:
    audit.record("person.read", subject=("person", person.id), detail={"part": "page"})
    ids = groups.members(person.id)
    hidden = hidden_homes([person])
    return render_template(
        "people/person.html",
        person={
            "id": person.id,
            "version": person.version,
            "name": person.full_name,
            "age_words": telling.age_words(person, now()),
            "area": area(person, hidden),
            "restricted": person.restricted,
            "unborn": person.is_unborn,
            "source": person.source,
            **whole.of(person),
        },
        addresses=whole.addresses_of(person, hidden, reveal=revealed),
        revealed=revealed,
        hidden=bool(hidden) and not revealed,
        reasons=list(ADDRESS_REASONS.items()),
        form={"values": {}, "errors": errors or {}},
        changes=changes_told.changes_of(ids, hide_addresses=bool(hidden)),
        merges=_merges(ids),
        actions=_actions(person),
        now=now(),
    )


def _merges(ids: list[UUID]) -> list[dict[str, Any]]:
    found = changes_told.merges_of(ids)
    names = queries.user_names([merge.merged_by_id for merge in found])
    return [
        {
            "name": queries.person_of(merge.merged_id).full_name,
            "by": names[merge.merged_by_id],
            "at": merge.merged_at,
            "why": merge.why,
            "because": merge.taken["because"],
            "href": url_for("people_merge.undo_form", merge_id=merge.id) if viewer().may("people.merge") else "",
        }
        for merge in found
    ]


def _actions(person: Person) -> list[dict[str, Any]]:
    pregnancy = person.expected_delivery_date is not None
    offered = [
        ("Confirm the birth", "people_edit.birth_form", "people.write", person.is_unborn),
        ("Edit", "people_edit.edit_form", "people.write", True),
        ("Family and household", "people_family.page", "people.write", True),
        ("Set an alert", "people_edit.alert_form", "people.write", True),
        ("Do not alert", "person_marks.page", "people.read", True),
        ("There is a second baby", "people_edit.second_baby_form", "people.write", pregnancy),
        ("Same as another person", "people_merge.choose", "people.merge", True),
        ("Restrict", "people_edit.restrict_form", "people.restrict", True),
    ]
    chronology = {"text": "Chronology", "href": url_for("chronology.page", of="person", id_=person.id)}
    return [chronology] * viewer().may("chronology.read") + [
        {"text": text, "href": url_for(place, person_id=person.id)}
        for text, place, needed, fits in offered
        if fits and viewer().may(needed)
    ]
