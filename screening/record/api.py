"""One contact through the API: whole to an integration or a person, its state alone to the partner who sent it."""

from datetime import datetime
from typing import Any

from flask import url_for
from flask.typing import ResponseReturnValue
from marshmallow import Schema, ValidationError, fields, validates
from sqlalchemy import or_, select

from screening import api, audit, telling
from screening.access import viewer
from screening.api import Blueprint
from screening.checks.queries import checks_of
from screening.checks.schemas import check_shown
from screening.db import Json, db, transaction
from screening.decisions.queries import decisions_of
from screening.errors import Conflict, NotFound
from screening.fields import Line
from screening.models import Contact, Message, Participation, QueueItem, Referrer
from screening.names import fold
from screening.record import briefing as briefings
from screening.record import queries, rescored
from screening.record.shape import as_sent
from screening.scoring import explaining
from screening.scoring.newest_score import newest_score_or_none
from screening.sign_in import requires

blueprint = Blueprint("record_api", __name__, description="Contacts: read one, or find some.")
MOST_FOUND = 50


class SearchSchema(Schema):
    """What to look for: a reference, your own reference, or a name of somebody in the contact."""

    text = Line(required=True)
    since = fields.AwareDateTime()

    @validates("text")
    def _says_something(self, text: str, **_: Any) -> None:
        # What folds to nothing is part of every name.
        if not fold(text):
            raise ValidationError("Write letters or digits to look for.")


@blueprint.route("/contacts/<reference>", methods=["GET"])
@requires("api.contact.read_own")
@blueprint.response(200)
def read(reference: str) -> ResponseReturnValue:
    """Read a contact: whole with integration scope, its state alone with partner scope."""
    with transaction():
        contact = queries.contact_to_read(reference, "api")
        found = _whole(contact) if viewer().may("api.contact.read") else _state(contact)
    return api.answer(found)


@blueprint.route("/contacts/<reference>/explanation", methods=["GET"])
@requires("contact.read_rules")
@blueprint.response(200)
def explanation(reference: str) -> ResponseReturnValue:
    """Say why it was scored so: what was known, established and not known, and what would change it."""
    with transaction():
        contact = queries.contact_to_read(reference, "explanation")
        if queries.own_view_first(contact):
            raise Conflict("Your own view of this contact comes first. Keep it on the decision's page, then read this.")
        screening = newest_score_or_none(contact.id)
        told = explaining.explain(contact, screening) if screening else None
    if told is None:
        raise NotFound(
            "This contact was not scored, or its rules are not kept here: a person reads it as level 4, red."
        )
    return api.answer(told)


@blueprint.route("/contacts/<reference>/briefing", methods=["GET"])
@requires("contact.read_checks")
@blueprint.response(200)
def briefing(reference: str) -> ResponseReturnValue:
    """Read the one page that travels with a contact: each sentence with where it comes from, and what is not known."""
    with transaction():
        contact = queries.contact_to_read(reference, "briefing")
        found = briefings.as_json(contact, briefings.briefing_of(contact))
    return api.answer(found)


@blueprint.route("/contacts/search", methods=["POST"])
@requires("api.contact.read")
@blueprint.arguments(SearchSchema)
@blueprint.response(200)
def search(wanted: dict[str, Any]) -> ResponseReturnValue:
    """Find contacts by reference or name, newest first, within what the caller may see."""
    text = wanted["text"].strip()
    with transaction():
        found = list(db.session.scalars(_matching(text, wanted.get("since"))))
        shown = [str(contact.id) for contact in found]
        audit.record(
            "contact.list_read", detail={"list": "search", "term": audit.hashed(fold(text)), "contacts": shown}
        )
    return api.answer({"contacts": [_entry(contact) for contact in found]})


def _matching(text: str, since: datetime | None) -> Any:
    named = select(Participation.id).where(
        Participation.contact_id == Contact.id,
        Participation.name_key.contains(fold(text), autoescape=True),
        Participation.left_out_at.is_(None),
    )
    theirs = select(Referrer.contact_id).where(Referrer.contact_id == Contact.id, Referrer.your_reference == text)
    question = select(Contact).where(
        Contact.received_at.is_not(None),
        or_(Contact.reference == text.upper(), named.exists(), theirs.exists()),
    )
    if since is not None:
        question = question.where(Contact.first_received_at >= since)
    return question.order_by(Contact.first_received_at.desc(), Contact.seq.desc()).limit(MOST_FOUND)


def _entry(contact: Contact) -> Json:
    return {
        "reference": contact.reference,
        "state": contact.state,
        "first_received_at": contact.first_received_at,
        "links": {"self": url_for("record_api.read", reference=contact.reference)},
    }


def _state(contact: Contact) -> Json:
    """Tell a partner what became of what they sent; never how it was scored, checked or decided."""
    messages = {message.kind: message for message in queries.messages_of(contact)}
    acknowledged, outcome = messages.get("acknowledgement"), messages.get("outcome")
    return {
        "reference": contact.reference,
        "your_reference": contact.referrer.your_reference if contact.referrer else None,
        "received_at": contact.received_at,
        "state": contact.state,
        "acknowledged_at": _reached_at(acknowledged),
        "outcome_notice": _reached_at(outcome),
    }


def _reached_at(message: Message | None) -> Any:
    return (message.sent_at or message.told_by_phone_at) if message else None


def _whole(contact: Contact) -> Json:
    hidden = queries.own_view_first(contact)
    return {
        "version": contact.version,
        "reference": contact.reference,
        "state": contact.state,
        "first_received_at": contact.first_received_at,
        "received_at": contact.received_at,
        "decided_at": contact.decided_at,
        "referred_at": contact.referred_at,
        "contact": as_sent(contact),
        # Not before the own view of a person who is about to decide, as in the pages.
        "screening": None if hidden else telling.rules_output(newest_score_or_none(contact.id)),
        # What each later score changed, newest first; a lower one only proposes.
        "rescored": rescored.as_rows(rescored.rescored(contact)) if viewer().may("contact.read_checks") else [],
        "checks": [_check(check) for check in checks_of(contact)] if viewer().may("contact.read_checks") else [],
        **_what_became_of_it(contact),
    }


def _what_became_of_it(contact: Contact) -> Json:
    # As in the pages: who works in no queue is told what was said, and not what others made of it.
    if not (viewer().may("queue.read") or viewer().may("api.queue.read")):
        return {"routing": [], "decisions": [], "receipt": None, "acknowledgement": None, "holder": None}
    messages = queries.messages_of(contact)
    return {
        "routing": [_routing(routing, team) for routing, team in queries.routings_of(contact)],
        "decisions": decisions_of(contact),
        "receipt": _message(messages, "receipt"),
        "acknowledgement": _message(messages, "acknowledgement"),
        "holder": _holder(queries.lead_of(contact)),
    }


def _check(check: Any) -> Json:
    names = ("id", "kind", "person", "asked_at", "due_at", "answered_at", "outcome", "found", "problem")
    # Whom it asked, and how: null where it asked our own records.
    return {**{name: getattr(check, name) for name in names}, "asked": check_shown(check) or None}


def _routing(routing: Any, team: Any) -> Json:
    return {
        "step": routing.step,
        "team": team.slug if team else None,
        "reasons": routing.reasons,
        "runners_up": routing.runners_up,
        "needs_attention": routing.needs_attention,
        "routed_at": routing.routed_at,
    }


def _message(messages: list[Message], kind: str) -> Json | None:
    found = next((message for message in messages if message.kind == kind), None)
    if found is None:
        return None
    return {
        "state": found.state,
        "reason": found.reason,
        "sent_at": found.sent_at,
        "told_by_phone_at": found.told_by_phone_at,
    }


def _holder(item: QueueItem | None) -> Json | None:
    if item is None:
        return None
    return {
        "queue_item": item.id,
        "team": item.team.slug if item.team else None,
        "state": item.state,
        "person": item.holder.name if item.holder else None,
        "urgency": item.urgency,
        "level": item.level,
        "due_at": item.due_at,
    }
