"""Routing: where a contact goes next. Asks the rules, then writes one routing and its queue items.

It waits for no check, and it never answers "nowhere": where the rules fail, the contact is in nobody's queue, red,
with an alarm. A step happens once for a contact (unique in the database), so a second run leaves quietly.
"""

from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import Row, exists
from sqlalchemy.dialects.postgresql import insert

from routing_rules import route
from routing_rules.policy import PolicyError
from screening import audit, reasons, route_facts
from screening.db import db, new_id, now
from screening.locks import lock_contact
from screening.models import QueueItem, Routing
from screening.people import alike, case_rows
from screening.queues import placing
from screening.tasks import DECIDED_AGAIN, DECIDED_BY_TEAM
from workers import moves, route_case
from workers.checks import open_cases
from workers.proposal import RoutingProposal, kind_of

log = structlog.get_logger()
NOT_ROUTED = "Routing kept failing. Look where this belongs: tell support."
STATE_FOR = {
    "received": "received",
    "raised": "received",
    "referral": "decided",
    DECIDED_AGAIN: "decided",
    DECIDED_BY_TEAM: "decided",
}


def route_contact(contact_id: UUID, step: str) -> None:
    """Place a contact in the queue of the team that acts next; leave quietly where that was done or is not due."""
    contact = route_case.find(contact_id)
    if contact is None or contact.state != STATE_FOR[kind_of(step)]:
        return
    at = now()
    known = open_cases.of_children(contact, at)
    teams = route_facts.teams(beside=contact_id)
    case = route_case.read(contact, kind_of(step), at, known.cases, teams)
    if kind_of(step) == DECIDED_BY_TEAM and case.outcome is None:
        # Decided otherwise meanwhile.
        return
    possible = open_cases.possible_words(known.cases) + ([] if known.all_read else [case_rows.TOO_MANY])
    proposal = RoutingProposal(contact, step, case, teams.ids, _ask_rules(case), possible)
    written = _write(proposal)
    if written is None:
        return
    audit.record("contact.routed", contact_id=contact_id, detail={"step": step, "team": proposal.slug})
    held = placing.open_items(contact_id) if written.has_items else []
    if step == "raised":
        moves.move_if_unopened(proposal, held)
    elif proposal.kind == DECIDED_AGAIN:
        moves.move_decided_again(proposal, held)
    elif proposal.kind == DECIDED_BY_TEAM:
        moves.move_decided_by_team(proposal, held)
    elif step != "received" or not any(item.leads and item.team_id for item in held):
        # What a person has placed meanwhile stays where they put it.
        moves.place(proposal, held)


def give_up(contact_id: UUID) -> None:
    """Leave a contact that could not be routed to a person: in nobody's queue, or with who holds it, and flagged."""
    contact = lock_contact(contact_id)
    if contact is None or contact.state not in STATE_FOR.values():
        return
    lead = next((item for item in placing.open_items(contact_id) if item.leads), None)
    if lead is None:
        placing.place(placing.unrouted(contact, team=None, why=NOT_ROUTED))
    else:
        placing.flag(lead, NOT_ROUTED, cause=reasons.PLACING)
        db.session.flush()


def warm_up() -> None:
    """Do for nobody, and write nowhere, what the first routing of a process would wait for: calendar, numbers, SQL."""
    at, teams = now(), route_facts.teams(beside=new_id())
    route_case.find(new_id())
    open_cases.find([alike.NOBODY], at)
    _ask_rules(route.RouteCase("received", at, at, urgency=None, teams=teams.found))


def _ask_rules(case: route.RouteCase) -> route.Routing | None:
    try:
        return route.route(case)
    except (PolicyError, ValueError) as problem:
        # Mended by giving it to a person. The kind only: a message could repeat what somebody typed.
        log.error("routing_rules_failed", kind=type(problem).__name__)
        return None


def _write(proposal: RoutingProposal) -> Row[Any] | None:
    """Write the routing, and say whether the contact ever had a queue item; None where the step was done before."""
    values = {
        "id": new_id(),
        "contact_id": proposal.contact.id,
        "step": proposal.step,
        "team_id": proposal.team_id,
        "reasons": proposal.reasons,
        "runners_up": proposal.runners_up,
        "alerted": proposal.told,
        "needs_attention": proposal.needs_attention,
        "routed_at": proposal.case.at,
    }
    once = insert(Routing).values(values).on_conflict_do_nothing(index_elements=["contact_id", "step"])
    has_items = exists().where(QueueItem.contact_id == proposal.contact.id).label("has_items")
    return db.session.execute(once.returning(has_items)).first()
