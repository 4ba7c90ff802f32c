"""Every child whom we know of, on a screen: each is decided here, too, or left out with a reason."""

from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from screening import audit
from screening.db import db, now, transaction
from screening.decisions import queries
from screening.decisions.children import settling
from screening.decisions.children.finding import Known, unsettled
from screening.decisions.children.settled import Settled, settled, who_of
from screening.decisions.children.settling import Said
from screening.decisions.turns import holding
from screening.errors import Invalid, NotFound
from screening.models import Contact, KnownChild, Participation, Person
from screening.names import fold
from screening.people import links
from screening.sign_in import requires
from screening.telling import age_words

blueprint = Blueprint("known_children", __name__, url_prefix="/contacts")
ANSWERS = {"included": "Decide for them here, too", "left_out": "Leave them out", "grown_up": "They are 18 or over"}


@blueprint.get("/<reference>/children")
# Who works a queue; that they hold it, and may decide, is the service's to say.
@requires("queue.accept")
def page(reference: str) -> ResponseReturnValue:
    """Ask of every child whom we know of whether they are decided here, and show what was said of the others."""
    with transaction():
        contact = queries.contact_of(reference)
        holding(contact)
        return _page(contact, {})


@blueprint.post("/<reference>/children")
@requires("queue.accept")
def send(reference: str) -> ResponseReturnValue:
    """Keep what was said of them all, or show what is missing; all that was typed stays."""
    try:
        with transaction():
            contact = queries.contact_of(reference)
            settling.settle(contact=contact, said=typed(unsettled(contact)))
    except Invalid as problem:
        with transaction():
            contact = queries.contact_of(reference)
            return _page(contact, errors_of(problem)), problem.status
    return redirect(url_for("decisions.next_child", reference=reference))


@blueprint.post("/<reference>/children/<uuid:row_id>/include")
@requires("queue.accept")
def include(reference: str, row_id: UUID) -> ResponseReturnValue:
    """Decide here, too, for a child who was left out."""
    with transaction():
        contact = queries.contact_of(reference)
        row = db.session.get(KnownChild, row_id)
        if row is None or row.contact_id != contact.id or who_of(row) is None:
            raise NotFound("There is no such child here. Look at the list again.")
        settling.include_after_all(contact=contact, row=row)
    return redirect(url_for("decisions.next_child", reference=reference))


def typed(waiting: list[Known]) -> dict[UUID, Said]:
    """Read what was said of each, as typed."""
    form = request.form
    return {
        one.key: Said(*(form.get(f"children.{one.key}{part}", "").strip() for part in ("", ".reason", ".due")))
        for one in waiting
    }


def errors_of(problem: Invalid) -> dict[str, str]:
    """Say what is wrong by the field in which it is put right."""
    return {pointer.strip("/").replace("/", "."): " ".join(words) for pointer, words in problem.fields.items()}


def as_rows(contact: Contact, waiting: list[Known]) -> list[dict[str, Any]]:
    """Give those who are to be settled as the form shows them."""
    named = {fold(child.full_name) for child in contact.children}
    return [
        {
            "key": str(one.key),
            "name": one.name,
            "age_words": one.age_words,
            "because": one.because,
            "answers": [(answer, ANSWERS[answer]) for answer in one.answers],
            "is_expected": one.is_expected,
            "same_name": fold(one.name) in named,
            "restricted": isinstance(one.who, Person) and one.who.restricted,
        }
        for one in waiting
    ]


def _page(contact: Contact, errors: dict[str, str]) -> str:
    waiting = unsettled(contact)
    shown = [str(one.key) for one in waiting]
    audit.record("contact.read", contact_id=contact.id, detail={"part": "children", "shown": shown})
    return render_template(
        "decisions/children.html",
        contact={"reference": contact.reference, "href": url_for("record.page", reference=contact.reference)},
        named=[{"name": one.full_name, "age_words": age_words(one, now())} for one in contact.children],
        waiting=as_rows(contact, waiting),
        settled=[_settled(contact, one) for one in settled(contact)],
        unconfirmed=[one.full_name for one in _unconfirmed(contact)],
        form={"values": request.form.to_dict(), "errors": errors},
        urls={
            "send": url_for("known_children.send", reference=contact.reference),
            "people": url_for("record.page", reference=contact.reference, tab="people"),
            "go_on": url_for("decisions.next_child", reference=contact.reference),
        },
    )


def _settled(contact: Contact, one: Settled) -> dict[str, Any]:
    include_url = url_for("known_children.include", reference=contact.reference, row_id=one.row.id)
    return {
        "name": one.who.full_name,
        "because": one.because,
        "words": one.words,
        "by": one.when_words,
        "include_url": include_url if one.row.answer != "included" else "",
    }


def _unconfirmed(contact: Contact) -> list[Participation]:
    known = links.confirmed_records([one.id for one in contact.participations])
    return [one for one in contact.participations if one.id not in known]
