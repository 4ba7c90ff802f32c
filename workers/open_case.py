"""A child whose contact was linked to an open case: the team that has the case gets it as work, with a clock.

Where our records know of no such team it is the duty manager's: who decided knows of a case, and somebody finds whose.
"""

from uuid import UUID

from sqlalchemy import select

from routing_rules import clocks
from screening.db import db, now
from screening.locks import lock_contact
from screening.models import Contact, Decision, QueueItem, Team
from screening.models.queue_item import OPEN_CASE, OPEN_STATES
from screening.queues import placing
from screening.teams import team_of_kind
from screening.urgency import PRIORITY, hasten, is_higher
from workers.checks import open_cases

LINKED = "Decided: this belongs to the case that is open with this team. Read it, and tell the child's worker."
NO_TEAM = "Decided: this belongs to an open case, and our records know of no team that has one. Find who has it."


def hand_on(decision_id: UUID) -> None:
    """Give what was linked to an open case to each team that has one of the child; nothing where it stands no more."""
    decision = db.session.get(Decision, decision_id)
    contact = lock_contact(decision.contact_id) if decision else None
    if decision is None or contact is None or decision.corrected_by_id is not None:
        return
    told = _told(contact)
    found: list[tuple[Team | None, str]] = [(team, LINKED) for team in _teams_of(contact, decision)]
    for team, why in found or [(team_of_kind(["duty_manager"]), NO_TEAM)]:
        if item := told.get(team.id if team else None):
            _bring_forward(item, contact, decision)
        else:
            placing.place(_item(contact, decision, team, why))


def _teams_of(contact: Contact, decision: Decision) -> list[Team]:
    """List the teams with whom a case of the child is open for sure, as we were told lately."""
    children = [child for child in contact.children if decision.child_id in (None, child.id)]
    cases = open_cases.confirmed(open_cases.of_people(children, now()).cases)
    slugs = {case.team for case in cases if case.kind == "social_work"}
    return list(db.session.scalars(select(Team).where(Team.slug.in_(slugs), Team.active).order_by(Team.name)))


def _item(contact: Contact, decision: Decision, team: Team | None, why: str) -> QueueItem:
    return QueueItem(
        contact_id=contact.id,
        team_id=team.id if team else None,
        step=OPEN_CASE,
        leads=False,
        urgency=decision.urgency,
        level=decision.level,
        priority=PRIORITY[decision.urgency],
        why=why,
        due_at=clocks.due_at(decision.urgency, contact.first_received_at),
        accept_due_at=clocks.accept_due_at(decision.urgency, now()),
    )


def _told(contact: Contact) -> dict[UUID | None, QueueItem]:
    """Give what each team was given of a brother or sister and has still to do."""
    question = select(QueueItem).where(
        QueueItem.contact_id == contact.id, QueueItem.step == OPEN_CASE, QueueItem.state.in_(OPEN_STATES)
    )
    return {item.team_id: item for item in db.session.scalars(question)}


def _bring_forward(item: QueueItem, contact: Contact, decision: Decision) -> None:
    item.level = max(item.level, decision.level)
    if is_higher(decision.urgency, than=item.urgency):
        item.urgency = decision.urgency
        hasten(item, decision.urgency, contact.first_received_at)
