"""What the case system gets of a referral: the contact, the decision, and everything that was found, as JSON.

It is written with the eyes of a system that may read every contact which is not restricted, and none that is.
"""

from typing import Any

from sqlalchemy import select

from screening import telling
from screening.access import client_viewer, viewing
from screening.checks.queries import ShownCheck, checks_of
from screening.db import Json, db
from screening.models import Contact, Decision, Participation, Person, PersonLink, Referral, ReferralDelivery
from screening.record.shape import as_sent
from screening.scoring.newest_score import newest_score_or_none

READER = client_viewer("case system", "integration")
VERSION = 1


def of_referral(referral: Referral) -> Json | None:
    """Write a referral down; None where the contact is restricted: a named person hands that over."""
    with viewing(READER):
        contact = db.session.scalar(select(Contact).where(Contact.id == referral.contact_id))
        if contact is None:
            return None
        decision = db.session.get_one(Decision, referral.decision_id)
        screening = newest_score_or_none(contact.id)
        return {
            "version": VERSION,
            "referral": str(referral.id),
            "reference": contact.reference,
            "first_received_at": contact.first_received_at.isoformat(),
            "referred_at": referral.referred_at.isoformat(),
            "child": str(referral.child_id) if referral.child_id else None,
            "takes_the_place_of": _before(referral),
            "people": _records(contact),
            "decision": _decision(decision),
            "contact": _plain(as_sent(contact)),
            "screening": telling.rules_output(screening),
            "checks": [_check(check) for check in checks_of(contact)],
        }


def _before(referral: Referral) -> list[str]:
    """Name the child's referrals that give way to this one, by their ids: they are withdrawn once this one is there."""
    gave_way = select(ReferralDelivery.referral_id).where(ReferralDelivery.superseded_by_id == referral.id)
    return [str(one) for one in db.session.scalars(gave_way.order_by(ReferralDelivery.made_at))]


def _decision(decision: Decision) -> Json:
    return {
        "outcome": decision.outcome,
        "level": decision.level,
        "urgency": decision.urgency,
        "rationale": decision.rationale,
        "family_told": decision.family_told,
        "decided_by": decision.decided_by.name,
        "decided_at": decision.decided_at.isoformat(),
    }


def _check(check: ShownCheck) -> Json:
    return {
        "kind": check.kind,
        "person": check.person,
        "outcome": check.outcome,
        "answered_at": check.answered_at.isoformat() if check.answered_at else None,
        "problem": check.problem,
        "found": check.found,
        "words": telling.check(check)["details"],
    }


def _records(contact: Contact) -> list[Json]:
    """Give whom of the index a person confirmed each of them to be, by the number of the system they came from."""
    question = (
        select(Participation.id, Person.source, Person.source_id)
        .join(PersonLink, PersonLink.participation_id == Participation.id)
        .join(Person, Person.id == PersonLink.person_id)
        .where(
            Participation.contact_id == contact.id, PersonLink.answer == "confirmed", PersonLink.replaced_at.is_(None)
        )
    )
    return [
        {"person": str(row.id), "source": row.source, "source_id": row.source_id}
        for row in db.session.execute(question)
        if row.source_id
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if value is None or isinstance(value, bool | int | float) else str(value)
