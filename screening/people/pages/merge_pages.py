"""Two records that may be one person: chosen, compared side by side, merged; and a merge undone."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit, telling
from screening.db import Json, now, transaction
from screening.errors import Invalid
from screening.models import Person, PersonMerge
from screening.people import candidates, groups, merge_checks, merging, queries, side_by_side
from screening.people.describing import described
from screening.people.finding.search import search_thoroughly
from screening.people.homes import area, hidden_homes
from screening.people.pages import forms
from screening.people.pages.edit_schemas import MergeSchema, WhySchema
from screening.sign_in import requires
from screening.validation import load
from screening.wording import birth_day

blueprint = Blueprint("people_merge", __name__, url_prefix="/people")
MOST_LIKE = 10


@blueprint.get("/<uuid:person_id>/merge")
@requires("people.merge")
def choose(person_id: UUID) -> ResponseReturnValue:
    """Show who in the index is like this person, to compare the two."""
    with transaction():
        return _choose(_opened(person_id))


@blueprint.post("/<uuid:person_id>/merge")
@requires("people.merge")
def chosen(person_id: UUID) -> ResponseReturnValue:
    """Go on to compare with the person whose page's address was given."""
    other = queries.id_in(request.form.get("other", ""))
    if other is None or other == person_id:
        wrong = "Paste the address of the other person's page." if other is None else merging.SAME_RECORD
        problem = Invalid("Nobody was chosen.", fields={"/other": [wrong]})
        with transaction():
            return _choose(_opened(person_id), problem), problem.status
    return redirect(url_for("people_merge.compare", person_id=person_id, other_id=other))


@blueprint.get("/<uuid:person_id>/merge/<uuid:other_id>")
@requires("people.merge")
def compare(person_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Show two records side by side, with what speaks against their being one person."""
    if other_id == person_id:
        problem = Invalid("Nobody was chosen.", fields={"/other": [merging.SAME_RECORD]})
        with transaction():
            return _choose(_opened(person_id), problem), problem.status
    with transaction():
        return _compare(_opened(person_id), _opened(other_id), {})


@blueprint.post("/<uuid:person_id>/merge/<uuid:other_id>")
@requires("people.merge")
def merge(person_id: UUID, other_id: UUID) -> ResponseReturnValue:
    """Merge the second into the first, or show what is missing."""
    said: Json = forms.plain("why", "because", "kept_version", "merged_version")
    said["choices"] = forms.choices(merging.CHOICES)
    try:
        with transaction():
            asked = load(MergeSchema(), said)
            merging.merge(
                person_id,
                other_id,
                versions=(asked["kept_version"], asked["merged_version"]),
                choices=asked["choices"],
                why=asked["why"],
                because=asked["because"],
            )
    except Invalid as problem:
        with transaction():
            if other_id == person_id:
                return _choose(_opened(person_id), problem), problem.status
            return _compare(_opened(person_id), _opened(other_id), said, problem), problem.status
    return redirect(url_for("people.page", person_id=person_id))


@blueprint.get("/merges/<uuid:merge_id>/undo")
@requires("people.merge")
def undo_form(merge_id: UUID) -> ResponseReturnValue:
    """Say what undoing a merge gives back, and what stays."""
    with transaction():
        return _undo(merging.merge_of(merge_id), {})


@blueprint.post("/merges/<uuid:merge_id>/undo")
@requires("people.merge")
def undo(merge_id: UUID) -> ResponseReturnValue:
    """Undo a merge, and show the two records with what is still to be moved."""
    said = forms.plain("why")
    try:
        with transaction():
            merging.unmerge(merge_id, because=load(WhySchema(), said)["why"])
    except Invalid as problem:
        with transaction():
            return _undo(merging.merge_of(merge_id), said, problem), problem.status
    return redirect(url_for("people_merge.undone", merge_id=merge_id))


@blueprint.get("/merges/<uuid:merge_id>")
@requires("people.merge")
def undone(merge_id: UUID) -> ResponseReturnValue:
    """Show what a merge that was undone left with the kept record."""
    with transaction():
        done = merging.merge_of(merge_id)
        if done.undone_at is None:
            return redirect(url_for("people.page", person_id=done.kept_id))
        return render_template("people/undone.html", **_merge(done))


def _opened(person_id: UUID) -> Person:
    person = queries.person_of(person_id)
    queries.refuse_merged(person)
    audit.record("person.read", subject=("person", person.id), detail={"part": "merge"})
    return person


def _choose(person: Person, problem: Invalid | None = None) -> str:
    found = search_thoroughly(described(person), MOST_LIKE + 1).candidates
    own = groups.members(person.id)
    listed = [one for one in found if one.person_id not in own][:MOST_LIKE]
    audit.record(
        "person.candidates_read",
        subject=("person", person.id),
        detail={"shown": sorted(str(one.person_id) for one in listed)},
    )
    people = candidates.people_of({one.person_id for one in listed})
    hidden = hidden_homes(people.values())
    return render_template(
        "people/choose.html",
        person=_about(person),
        listed=[
            {
                **_about(people[one.person_id]),
                "age_words": telling.age_words(people[one.person_id], now()),
                "area": area(people[one.person_id], hidden),
                "sure": candidates.sure_words(one.posterior),
                "likely": one.posterior >= candidates.VERY_LIKELY,
                "reasons": [reason.words for reason in one.reasons],
                "compare": url_for("people_merge.compare", person_id=person.id, other_id=one.person_id),
            }
            for one in listed
            if one.person_id in people
        ],
        form={"values": forms.plain("other"), "errors": forms.errors_of(problem) if problem else {}},
    )


def _compare(kept: Person, merged: Person, said: Json, problem: Invalid | None = None) -> str:
    pair = merge_checks.pair_of(kept, merged)
    return render_template(
        "people/compare.html",
        kept=_about(kept) | {"version": said.get("kept_version", kept.version)},
        merged=_about(merged) | {"version": said.get("merged_version", merged.version)},
        rows=side_by_side.compared(kept, merged),
        refused=merge_checks.refusal(pair),
        warnings=merge_checks.warnings(pair),
        form={"values": {"choices": {}} | said, "errors": forms.errors_of(problem) if problem else {}},
        urls={
            "send": url_for("people_merge.merge", person_id=kept.id, other_id=merged.id),
            "swap": url_for("people_merge.compare", person_id=merged.id, other_id=kept.id),
        },
    )


def _undo(done: PersonMerge, said: Json, problem: Invalid | None = None) -> str:
    later = merging.later_merge(done) if done.undone_at is None else None
    return render_template(
        "people/undo.html",
        **_merge(done),
        later=url_for("people_merge.undo_form", merge_id=later.id) if later else "",
        form={"values": said, "errors": forms.errors_of(problem) if problem else {}},
    )


def _merge(done: PersonMerge) -> dict[str, Any]:
    kept, merged = queries.person_of(done.kept_id), queries.person_of(done.merged_id)
    names = queries.user_names([done.merged_by_id])
    return {
        "merge": {
            "id": done.id,
            "by": names[done.merged_by_id],
            "at": done.merged_at,
            "why": done.why,
            "undone_at": done.undone_at,
        },
        "kept": _about(kept),
        "merged": _about(merged),
        "stays": side_by_side.stays(done, kept),
    }


def _about(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "name": person.full_name,
        "born": birth_day(person.date_of_birth) if person.date_of_birth else "",
        "href": url_for("people.page", person_id=person.id),
    }
