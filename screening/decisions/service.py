"""Deciding: who may, what must be said, and what follows. Knows no HTTP; the caller opens the transaction."""

from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.dialects.postgresql import insert

from screening import audit
from screening.access import require, viewer
from screening.chronology import gate
from screening.db import db, new_id, now
from screening.decisions import after, clock_of_work, second_person, unsent
from screening.decisions.answers import Answer, Problems, View, incomplete
from screening.decisions.children import settling
from screening.decisions.grounds import ANSWERED, names_told, same_as_siblings, snapshot, standing_checks
from screening.decisions.proposal import Proposal, proposal_for
from screening.decisions.turns import Turn, lock, refuse_stale, turn
from screening.errors import Conflict, Invalid, NotAllowed, NotFound
from screening.models import BackgroundCheck, Contact, Decision, OwnView, Screening, User
from screening.models.decision import RATIONALE_PARTS
from screening.scoring.newest_score import newest_score_or_none
from screening.wording import moment


def keep_own_view(*, contact: Contact, child_id: UUID | None, level: int, urgency: str) -> OwnView:
    """Keep what the decider thinks before the proposal unfolds. The first view is the one that counts.

    Raises:
        NotAllowed, Conflict, Invalid: as for `decide`.
    """
    now_deciding = turn(contact, child_id)
    wrong = View(outcome="", level=level, urgency=urgency).problems()
    own = {f"/own_{part}": wrong[f"/{part}"] for part in ("level", "urgency") if f"/{part}" in wrong}
    if own:
        raise Invalid("Your own view is not complete yet.", fields=own)
    row = {
        "id": new_id(),
        "contact_id": contact.id,
        "child_id": child_id,
        "stage": now_deciding.stage,
        "user_id": now_deciding.decider.id,
        "level": level,
        "urgency": urgency,
        "kept_at": now(),
    }
    db.session.execute(insert(OwnView).values(row).on_conflict_do_nothing())
    return db.session.scalars(_own_view(contact, now_deciding.stage, child_id)).one()


def own_view(contact: Contact, stage: str, child_id: UUID | None) -> OwnView | None:
    """Find what the viewer thought of a child before they saw the proposal, or None where they have not said."""
    return db.session.scalar(_own_view(contact, stage, child_id))


def decide(*, contact: Contact, answer: Answer, version: int | None = None) -> Decision:
    """Put a decision about one child on file, on the facts, rules and checks of this moment.

    Raises:
        NotAllowed: the viewer has no decision rights, or the contact is not with their team.
        Conflict: this child is decided already, or somebody else holds the contact; says who and when.
        Stale: the contact changed since the decider read it.
        Invalid: something that every decision needs is missing, or a child whom we know of is not settled.
    """
    contact = lock(contact.id)
    now_deciding = turn(contact, answer.child_id)
    refuse_stale(contact, version)
    if now_deciding.item.leads:
        # Else it is one decision that came back: who holds the contact settles whom else we know of.
        settling.refuse_unsettled(contact)
    screening = latest_screening(contact)
    proposal = proposal_for(screening, answer.child_id)
    same = same_as_siblings(contact, now_deciding.stage, answer)
    wrong = _incomplete(contact, answer, proposal, same)
    what = {"stage": now_deciding.stage, "outcome": answer.outcome, "urgency": answer.urgency}
    wrong |= gate.closing_problems(contact, answer.child_id, **what)
    if names_told(answer.for_referrer, contact):
        wrong["/for_referrer"] = ["Leave out names: others may read the referrer's mailbox."]
    if wrong:
        raise Invalid("The decision is not complete yet.", fields=wrong)
    lowered = answer.is_lower_than(proposal)
    decision = _put_on_file(contact, answer, now_deciding, screening, lowered=lowered)
    decision.same_as = {part: str(made.id) for part, made in same.items()} or None
    decision.stood_on = snapshot(contact)
    decision.needs_second_person = lowered and proposal.gravest
    db.session.flush()
    detail = {"stage": now_deciding.stage}
    audit.record("decision.made", contact_id=contact.id, subject=("decision", decision.id), detail=detail)
    unsent.drop(contact.id, answer.child_id)
    clock_of_work.rise(contact, decision)
    _go_on(contact, now_deciding.stage)
    return decision


def _incomplete(contact: Contact, answer: Answer, proposal: Proposal, same: dict[str, Decision]) -> Problems:
    missing = {str(check.id) for check in missing_checks(contact)}
    named = {part: made.child.full_name if made.child else "the other child" for part, made in same.items()}
    return incomplete(answer, proposal, missing=missing, same=named, may_sign=viewer().may("decision.confirm"))


def confirm(*, decision: Decision, view: View, version: int | None = None) -> Decision:
    """Keep a second person's own view of a decision; where the two agree, the decision stands.

    Where they differ it does not take effect: both views stay on file, and who holds the contact decides again.

    Raises:
        NotAllowed: the viewer may not confirm, or decided it.
        NotFound: the contact is none that the viewer may know of.
        Conflict: somebody gave a second view already; says who and when.
        Stale, Invalid: as for `decide`.
    """
    require("decision.confirm")
    contact = lock(decision.contact_id)
    db.session.refresh(decision)
    refuse_second_view(decision)
    refuse_stale(contact, version)
    if wrong := view.problems():
        raise Invalid("Your own view is not complete yet.", fields=wrong)
    agrees = (view.outcome, view.level, view.urgency) == (decision.outcome, decision.level, decision.urgency)
    _keep_second_view(decision, view, agrees=agrees)
    subject = ("decision", decision.id)
    audit.record("decision.confirmed", contact_id=contact.id, subject=subject, detail={"agrees": agrees})
    _go_on(contact, decision.stage)
    return decision


def refuse_second_view(decision: Decision) -> None:
    """Let the viewer give the second view where one is wanted, and wanted from them.

    Raises:
        Conflict: no second view is wanted any more; says who gave it and when.
        NotAllowed: the viewer made the decision.
    """
    if decision.confirmed_by and decision.confirmed_at:
        raise Conflict(f"{decision.confirmed_by.name} agreed to this at {moment(decision.confirmed_at)}.")
    if decision.withdrawn_at is not None:
        raise Conflict(
            f"{decision.decided_by.name} took this back at {moment(decision.withdrawn_at)}: no second view is wanted."
        )
    if not decision.awaits_second_view:
        raise Conflict("No second view is wanted on this any more. Open the contact to see what was decided.")
    if viewer().user_id == decision.decided_by_id:
        raise NotAllowed("You made this decision: a second person has to look at it. Ask another manager.")


def latest_screening(contact: Contact) -> Screening:
    """Find the newest scoring of a contact.

    Raises:
        NotFound: the contact was never scored, as while it is being taken.
    """
    found = newest_score_or_none(contact.id)
    if found is None:
        raise NotFound("This contact is still being taken. It can be decided once it has been sent.")
    return found


def missing_checks(contact: Contact) -> list[BackgroundCheck]:
    """List the checks that have brought no answer: waiting, failed, refused, not asked. None of them means "no"."""
    return [check for check in standing_checks(contact) if check.outcome not in ANSWERED]


def _own_view(contact: Contact, stage: str, child_id: UUID | None) -> Select[OwnView]:
    return select(OwnView).where(
        OwnView.contact_id == contact.id,
        OwnView.stage == stage,
        OwnView.child_id.is_not_distinct_from(child_id),
        OwnView.user_id == viewer().user_id,
    )


def _go_on(contact: Contact, stage: str) -> None:
    after.follow(contact, stage)
    second_person.show(contact)


def _keep_second_view(decision: Decision, view: View, *, agrees: bool) -> None:
    at = now()
    decision.second_view = {
        "outcome": view.outcome,
        "level": view.level,
        "urgency": view.urgency,
        "by": str(viewer().user_id),
        "at": at.isoformat(),
    }
    if agrees:
        decision.confirmed_by = db.session.get(User, viewer().user_id)
        decision.confirmed_at = at
    db.session.flush()


def _put_on_file(contact: Contact, answer: Answer, turn: Turn, screening: Screening, *, lowered: bool) -> Decision:
    decision_id = new_id()
    if turn.replaces is not None:
        # It steps aside before the new one is written: only one may be in force.
        turn.replaces.corrected_by_id = decision_id
        db.session.flush()
    decision = Decision(
        id=decision_id,
        contact_id=contact.id,
        child_id=answer.child_id,
        stage=turn.stage,
        outcome=answer.outcome,
        level=answer.level,
        urgency=answer.urgency,
        rationale={part: answer.rationale[part] for part in RATIONALE_PARTS},
        family_told=answer.family_told,
        against_reason=answer.against_reason,
        acknowledged_missing=answer.acknowledged_missing,
        explored=answer.explored,
        for_referrer=(answer.for_referrer or "").strip() or None,
        primary_need=answer.primary_need or None,
        against_proposal=lowered,
        screening_id=screening.id,
        decided_by_id=turn.decider.id,
        decided_at=now(),
    )
    db.session.add(decision)
    return decision
