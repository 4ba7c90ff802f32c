"""Deciding: who may, what must be said, and what follows. Knows no HTTP; the caller opens the transaction."""

from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from sqlalchemy import select

from screening import audit
from screening.access import require, viewer
from screening.db import db, now
from screening.decisions import after
from screening.decisions.proposal import Proposal, proposal_for
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.models import BackgroundCheck, Contact, Decision, Participation, QueueItem, Screening, User
from screening.models.decision import OUTCOMES, RATIONALE_PARTS
from screening.wording import moment

ANSWERED = ("information_found", "nothing_known")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What somebody decided about one child. `child_id` is None where no child could be named."""

    child_id: UUID | None
    outcome: str
    level: int
    urgency: str
    rationale: dict[str, str]
    family_told: dict[str, str]
    against_reason: str | None = None
    acknowledged_missing: list[str] = field(default_factory=list)


def decide(*, contact: Contact, stage: str, answer: Answer) -> Decision:
    """Put a decision about one child on file, on the facts, rules and checks of this moment.

    Raises:
        NotAllowed: the viewer has no decision rights, or the contact is not with their team.
        Conflict: this child is decided already; says by whom and when.
        Invalid: something that every decision needs is missing.
    """
    decider = _decider(contact, stage)
    child = _child(contact, answer.child_id)
    _refuse_second_decision(contact, stage, child)
    screening = latest_screening(contact)
    proposal = proposal_for(screening, answer.child_id)
    _refuse_incomplete(contact, proposal, answer)
    lowered = proposal.is_lowered_by(answer.outcome, answer.level, answer.urgency)
    decision = _put_on_file(contact, stage, answer, screening, decider, lowered)
    decision.needs_second_person = lowered and proposal.gravest
    db.session.flush()
    audit.record("decision.made", contact_id=contact.id, subject=("decision", decision.id), detail={"stage": stage})
    after.follow(contact, stage)
    return decision


def confirm(*, decision: Decision, outcome: str, level: int, urgency: str) -> Decision:
    """Give a second person's own view of a lowered decision; where it agrees, the decision stands.

    Raises:
        NotAllowed: the viewer may not confirm, or decided it.
        Conflict: it stands already, or the two views differ: then the contact stays with who holds it.
    """
    require("decision.confirm")
    if decision.stands:
        raise Conflict("This decision already stands. Open the contact to see who agreed to it.")
    if viewer().user_id == decision.decided_by_id:
        raise NotAllowed("A second person has to agree to this. You made the decision: ask another manager.")
    decision.second_view = {"outcome": outcome, "level": level, "urgency": urgency, "by": str(viewer().user_id)}
    agrees = (outcome, level, urgency) == (decision.outcome, decision.level, decision.urgency)
    if agrees:
        decision.confirmed_by_id, decision.confirmed_at = viewer().user_id, now()
    audit.record("decision.confirmed", contact_id=decision.contact_id, detail={"agrees": agrees})
    db.session.flush()
    if agrees:
        after.follow(_contact(decision.contact_id), decision.stage)
    return decision


def latest_screening(contact: Contact) -> Screening:
    """Find the newest scoring of a contact.

    Raises:
        NotFound: the contact was never scored, as while it is being taken.
    """
    newest = select(Screening).where(Screening.contact_id == contact.id).order_by(Screening.seq.desc()).limit(1)
    found = db.session.scalar(newest)
    if found is None:
        raise NotFound("This contact is still being taken. It can be decided once it has been sent.")
    return found


def missing_checks(contact: Contact) -> list[BackgroundCheck]:
    """List the checks that have brought no answer: waiting, failed, refused, not asked. None of them means "no"."""
    checks = db.session.scalars(
        select(BackgroundCheck).where(BackgroundCheck.contact_id == contact.id).order_by(BackgroundCheck.seq)
    )
    return [check for check in checks if check.outcome not in ANSWERED]


def in_force(contact: Contact) -> list[Decision]:
    """List the decisions on a contact that nothing has corrected, oldest first."""
    question = select(Decision).where(Decision.contact_id == contact.id, Decision.corrected_by_id.is_(None))
    return list(db.session.scalars(question.order_by(Decision.seq)))


def _decider(contact: Contact, stage: str) -> User:
    require(f"decision.{stage}")
    user = db.session.get(User, viewer().user_id) if viewer().user_id else None
    if user is None or (stage == "contact" and not user.social_work_number):
        raise NotAllowed("Only a registered social worker decides. Ask an administrator to add your number.")
    item = _open_item(contact)
    if item is None or item.team_id not in viewer().team_ids:
        raise NotAllowed("This contact is not with your team. Ask the team that holds it, or have it transferred.")
    if item.state != "accepted" or item.holder_id != user.id:
        raise Conflict("Accept this contact before you decide it, so that everybody sees who holds it.")
    if (item.step == "referral") != (stage == "team"):
        raise Conflict("This contact is at another step now. Open it again to see what it needs.")
    return user


def _open_item(contact: Contact) -> QueueItem | None:
    question = select(QueueItem).where(
        QueueItem.contact_id == contact.id, QueueItem.leads, QueueItem.state.in_(("waiting", "accepted"))
    )
    return db.session.scalar(question)


def _contact(contact_id: UUID) -> Contact:
    found = db.session.get(Contact, contact_id)
    if found is None:
        raise NotFound("There is no such contact.")
    return found


def _child(contact: Contact, child_id: UUID | None) -> Participation | None:
    if child_id is None and not contact.children:
        return None
    found = next((child for child in contact.children if child.id == child_id), None)
    if found is None:
        raise Invalid("Say which child this is about.", fields={"/child": ["Choose a child of this contact."]})
    return found


def _refuse_second_decision(contact: Contact, stage: str, child: Participation | None) -> None:
    child_id = child.id if child else None
    for decision in in_force(contact):
        if decision.stage == stage and decision.child_id == child_id:
            who, when = decision.decided_by.name, moment(decision.decided_at)
            raise Conflict(f"{who} decided this at {when}. Nothing of yours was saved: open it again to read why.")


def _refuse_incomplete(contact: Contact, proposal: Proposal, answer: Answer) -> None:
    wrong: dict[str, list[str]] = {}
    if answer.outcome not in OUTCOMES:
        wrong["/outcome"] = ["Choose an outcome."]
    for part in RATIONALE_PARTS:
        if not answer.rationale.get(part, "").strip():
            wrong[f"/rationale/{part}"] = ["Write this part of the rationale. If nothing is known, say so and why."]
    wrong.update(_family_told_problems(answer.family_told))
    wrong.update(_against_problems(proposal, answer))
    unanswered = {str(check.id) for check in missing_checks(contact)}
    if unanswered - set(answer.acknowledged_missing):
        wrong["/acknowledged_missing"] = ["Some checks have not been answered. Confirm that you decide without them."]
    if wrong:
        raise Invalid("The decision is not complete yet.", fields=wrong)


def _family_told_problems(told: dict[str, str]) -> dict[str, list[str]]:
    if told.get("unsafe_because", "").strip() or all(told.get(part, "").strip() for part in ("who", "when", "how")):
        return {}
    return {"/family_told": ["Say who was told, when and how, or why it is not safe to tell them."]}


def _against_problems(proposal: Proposal, answer: Answer) -> dict[str, list[str]]:
    lowered = answer.outcome in OUTCOMES and proposal.is_lowered_by(answer.outcome, answer.level, answer.urgency)
    blocked = _blocked(proposal, answer.outcome)
    if blocked and not viewer().may("decision.confirm"):
        return {"/outcome": [blocked]}
    if (lowered or blocked) and not (answer.against_reason or "").strip():
        return {"/against_reason": ["This is lower than the rules propose. Write why."]}
    return {}


def _blocked(proposal: Proposal, outcome: str) -> str | None:
    if outcome == "no_further_action" and not proposal.no_further_action_offered:
        return "Safety questions are still unanswered. Ask them, or have a manager sign that it is safe without."
    if outcome == "open_case" and (proposal.gravest or proposal.hard_open):
        return "New harm is not only linked to an open case. A manager has to record their view."
    return None


def _put_on_file(
    contact: Contact, stage: str, answer: Answer, screening: Screening, decider: User, lowered: bool
) -> Decision:
    values: dict[str, Any] = {
        "outcome": answer.outcome,
        "level": answer.level,
        "urgency": answer.urgency,
        "rationale": answer.rationale,
        "family_told": answer.family_told,
        "against_reason": answer.against_reason,
        "acknowledged_missing": answer.acknowledged_missing,
    }
    decision = Decision(
        contact_id=contact.id,
        child_id=answer.child_id,
        stage=stage,
        against_proposal=lowered,
        screening_id=screening.id,
        decided_by_id=decider.id,
        decided_at=now(),
        **values,
    )
    db.session.add(decision)
    return decision
