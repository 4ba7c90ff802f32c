"""What follows a decision: once every child is decided, the referral is created and routed, or the contact ends."""

from sqlalchemy import select

from screening import audit, tasks
from screening.db import db, now
from screening.decisions.proposal import REFERRAL_OUTCOMES
from screening.models import Contact, Decision, QueueItem, Referral

OPEN_STATES = ("waiting", "accepted")


def follow(contact: Contact, stage: str) -> None:
    """Move the contact on where every one of its children has a decision that stands; else leave it where it is."""
    standing = _standing(contact, stage)
    if set(_whom(contact, stage)) - set(standing):
        return
    if stage == "contact":
        _end_screening(contact, list(standing.values()))
    else:
        _close(contact)


def _standing(contact: Contact, stage: str) -> dict[object, Decision]:
    question = select(Decision).where(
        Decision.contact_id == contact.id, Decision.stage == stage, Decision.corrected_by_id.is_(None)
    )
    return {decision.child_id: decision for decision in db.session.scalars(question) if decision.stands}


def _whom(contact: Contact, stage: str) -> list[object]:
    if stage == "team":
        return list(db.session.scalars(select(Referral.child_id).where(Referral.contact_id == contact.id)))
    return [child.id for child in contact.children] or [None]


def _end_screening(contact: Contact, decisions: list[Decision]) -> None:
    contact.state, contact.decided_at = "decided", now()
    referred = [decision for decision in decisions if decision.outcome in REFERRAL_OUTCOMES]
    if not referred:
        # Passed to another authority: ours, with its clock, until a named person there accepts it.
        if all(decision.outcome != "another_authority" for decision in decisions):
            _close(contact)
        return
    _create_referrals(contact, referred)
    urgency = min((decision.urgency for decision in referred), key=lambda word: tasks.PRIORITY[word])
    # The screening team holds it until the worker has placed it: a contact is never in no queue.
    tasks.promise(tasks.ROUTE, f"{contact.id}:referral", contact_id=contact.id, urgency=urgency)


def _create_referrals(contact: Contact, decisions: list[Decision]) -> None:
    contact.referred_at = now()
    source_code = contact.referrer.source_code if contact.referrer else None
    for decision in decisions:
        referral = Referral(
            contact_id=contact.id,
            child_id=decision.child_id,
            decision_id=decision.id,
            source_code=source_code,
            referred_at=contact.referred_at,
        )
        db.session.add(referral)
    db.session.flush()
    audit.record("referral.created", contact_id=contact.id, detail={"children": len(decisions)})


def _close(contact: Contact) -> None:
    contact.state = "closed"
    question = select(QueueItem).where(QueueItem.contact_id == contact.id, QueueItem.state.in_(OPEN_STATES))
    for item in db.session.scalars(question):
        item.state, item.ended_at = "done", now()
    db.session.flush()
    audit.record("contact.closed", contact_id=contact.id)
