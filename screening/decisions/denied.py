"""What was said to be agreed by telephone is denied: it stands no more, and what came of it is undone.

What is done already stays, such as a child who is with a team: nobody's protection is withdrawn. The decision goes back
to who made it, and it is decided again by a person.
"""

from sqlalchemy import delete, exists, or_, select

from screening import audit, tasks
from screening.access import viewing, worker_viewer
from screening.cases import superseding
from screening.db import db, now
from screening.deciding import in_force
from screening.decisions import clock_of_work, reopening, second_person
from screening.decisions.awaited.following import ENDS_WITH_A_LATER_DECISION
from screening.decisions.awaited.returning import back_to_decider, say
from screening.decisions.awaited.service import end, open_of
from screening.decisions.awaited.words import TELEPHONE
from screening.decisions.turns import stage_now
from screening.locks import lock_contact
from screening.models import Awaited, Contact, Decision, Referral, ReferralDelivery, Task, TelephoneAgreement

REOPENED = "Open again: a manager denies what was said to be agreed by telephone. Decide again."


def undo(agreement: TelephoneAgreement) -> None:
    """Let a decision stand no more whose second view is denied by the person who was named; give it back."""
    # Whether that person may still read the contact is another matter: what they deny counts.
    with viewing(worker_viewer("decisions")):
        contact = lock_contact(agreement.contact_id)
        decision = db.session.get_one(Decision, agreement.decision_id, populate_existing=True)
        if contact is None or decision.second_view is None:
            return
        took_effect = decision.confirmed_by_id is not None
        decision.second_view = {**decision.second_view, "denied_at": now().isoformat()}
        decision.confirmed_by = decision.confirmed_at = None
        db.session.flush()
        if took_effect and decision.in_force and not _is_overtaken(decision):
            say(_take_back(contact, decision), agreement.note or "", who=agreement.manager.name)
        second_person.show(contact)


def words(agreement: TelephoneAgreement) -> str:
    """Say of a call that is denied what a person has to do: decide again, or read what was decided since."""
    decision = agreement.decision
    if decision.in_force and not _is_overtaken(decision):
        return agreement.manager.name + second_person.DENIED
    return f"{agreement.manager.name} does not confirm what was agreed by telephone. Read what was decided since."


def _take_back(contact: Contact, decision: Decision) -> Awaited:
    if decision.stage == "contact" and stage_now(contact) == "contact":
        _withdraw_referral(decision)
        _stop_waiting(decision)
        _undecide(contact)
    else:
        reopening.reopen(contact, REOPENED)
    clock_of_work.rise_to_score(contact)
    return back_to_decider(decision, came_from=TELEPHONE)


def _is_overtaken(decision: Decision) -> bool:
    """Say whether the team has decided about the child since, by a decision that stands."""
    same = [made for made in in_force(decision.contact_id) if made.child_id == decision.child_id]
    return decision.stage == "contact" and any(made.stage == "team" and made.stands for made in same)


def _withdraw_referral(decision: Decision) -> None:
    """Take a referral back that has gone nowhere yet; one that the case system was handed stays, and is routed."""
    referral = db.session.scalar(select(Referral).where(Referral.decision_id == decision.id))
    if referral is None or _is_handed_over(referral):
        return
    superseding.stand_again(referral.id)
    db.session.execute(delete(ReferralDelivery).where(ReferralDelivery.referral_id == referral.id))
    db.session.execute(delete(Referral).where(Referral.id == referral.id))
    audit.record("referral.withdrawn", contact_id=decision.contact_id, subject=("decision", decision.id))


def _is_handed_over(referral: Referral) -> bool:
    delivery = db.session.get(ReferralDelivery, referral.id, with_for_update=True, populate_existing=True)
    # A worker that stopped may have sent it.
    sending = or_(Task.state == "running", Task.crashes > 0)
    sent = exists().where(Task.kind == tasks.SEND_REFERRAL, Task.subject_id == referral.id, sending)
    return bool((delivery and delivery.state != "waiting") or db.session.scalar(select(sent)))


def _stop_waiting(decision: Decision) -> None:
    for row in open_of(decision.contact_id):
        if row.decision_id == decision.id and row.kind in ENDS_WITH_A_LATER_DECISION:
            end(row, "not_confirmed")


def _undecide(contact: Contact) -> None:
    """Set a contact back to be decided, unless a child of it is on the way to a team: that goes on at once."""
    goes_on = exists().where(Referral.contact_id == contact.id)
    if contact.state not in ("decided", "closed") or db.session.scalar(select(goes_on)):
        return
    contact.state, contact.decided_at, contact.referred_at = "received", None, None
    db.session.flush()
    audit.record("contact.reopened", contact_id=contact.id)
    reopening.lead_again(contact, REOPENED)
