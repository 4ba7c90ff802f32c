"""Brings what is waited for into line with the decisions that stand: begins what they need, ends what not.

It may run any number of times: what was begun for a decision once is not begun again.
"""

from collections.abc import Iterator
from uuid import UUID

from sqlalchemy import exists, select

from routing_rules import clocks
from screening.db import db
from screening.deciding import in_force
from screening.decisions.awaited.returning import take_back
from screening.decisions.awaited.service import end, open_of, wait_for
from screening.decisions.proposal import ASSESSED
from screening.decisions.strategy.covering import is_covered
from screening.decisions.turns import lead_item
from screening.models import Awaited, Contact, Decision

# They are services, which a family takes or does not. Section 47 is neither: protection asks nobody's leave.
SERVICES = frozenset({"early_help", "assessment"})
ENDS_WITH_A_LATER_DECISION = frozenset({"agreement", "step_down", "another_authority"})
# A discussion that was decided on is held, or a manager calls it off: a later decision does not make it go away.
ASKED_ONCE = ENDS_WITH_A_LATER_DECISION | {"strategy_discussion"}


def bring_into_line(contact: Contact) -> None:
    """Begin and end what the decisions on a contact, as they stand now, make us wait for."""
    newest = newest_standing(contact.id)
    for row in open_of(contact.id):
        _end_overtaken(row, newest.get(row.child_id))
    for decision in newest.values():
        for kind in _needed(contact, decision):
            if not _was_begun(decision, kind):
                _begin(kind, contact, decision)


def newest_standing(contact_id: UUID) -> dict[UUID | None, Decision]:
    """Give the decision that counts for each child: the team's, where there is one that stands, else the first."""
    standing = [decision for decision in in_force(contact_id) if decision.stands]
    first_then_team = sorted(standing, key=lambda decision: (decision.stage == "team", decision.seq))
    return {decision.child_id: decision for decision in first_then_team}


def _needed(contact: Contact, decision: Decision) -> Iterator[str]:
    if decision.outcome in SERVICES and not _agreed_before(decision):
        yield "agreement"
    if decision.outcome == "early_help" and decision.stage == "team" and not _is_early_helps(contact):
        yield "step_down"
    if decision.outcome == "another_authority":
        yield "another_authority"
    if decision.outcome == "strategy_discussion" and not is_covered(contact.id, decision.child_id):
        yield "strategy_discussion"
    if decision.outcome in ASSESSED:
        yield "assessment"


def _begin(kind: str, contact: Contact, decision: Decision) -> None:
    if kind != "assessment":
        wait_for(kind, decision)
    elif not _ever(contact.id, decision.child_id, "assessment", answer="finished"):
        # It runs from first received, which is never later than from the referral.
        due_at = clocks.deadline("assessment", contact.first_received_at)
        wait_for(kind, decision, began_at=contact.first_received_at, due_at=due_at)


def _end_overtaken(row: Awaited, newest: Decision | None) -> None:
    replaced = row.decision.corrected_by_id is not None
    later = newest if newest is not None and newest.id != row.decision_id else None
    if row.kind == "returned":
        # It stays with who decides until what they decided stands: a second person may see it otherwise.
        if later and later.seq > row.decision.seq:
            take_back(row, "decided_again")
    elif row.kind in ASKED_ONCE and later and later.outcome == row.decision.outcome:
        # The same again, by the team: what was asked of the family stays asked, with its clock.
        row.decision, row.owner_id = later, later.decided_by_id
        db.session.flush()
    elif (row.kind in ENDS_WITH_A_LATER_DECISION and (replaced or later)) or (
        row.kind == "assessment" and newest is not None and newest.outcome not in ASSESSED
    ):
        end(row, "not_needed")


def _was_begun(decision: Decision, kind: str) -> bool:
    begun = exists().where(Awaited.decision_id == decision.id, Awaited.kind == kind)
    return bool(db.session.scalar(select(begun)))


def _agreed_before(decision: Decision) -> bool:
    """Say whether the family agreed already to the same service for this child, on this contact."""
    question = (
        select(Awaited)
        .where(
            Awaited.contact_id == decision.contact_id,
            Awaited.child_id.is_not_distinct_from(decision.child_id),
            Awaited.kind == "agreement",
            Awaited.ended_at.is_not(None),
        )
        .order_by(Awaited.seq.desc())
        .limit(1)
    )
    last = db.session.scalar(question)
    return last is not None and last.answer == "given" and last.decision.outcome == decision.outcome


def _ever(contact_id: UUID, child_id: UUID | None, kind: str, *, answer: str) -> bool:
    found = exists().where(
        Awaited.contact_id == contact_id,
        Awaited.child_id.is_not_distinct_from(child_id),
        Awaited.kind == kind,
        Awaited.answer == answer,
    )
    return bool(db.session.scalar(select(found)))


def _is_early_helps(contact: Contact) -> bool:
    item = lead_item(contact.id)
    return item is not None and item.team is not None and item.team.kind == "early_help"
