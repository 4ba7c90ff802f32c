"""Routing: where a contact goes next. Asks the rules, then writes one routing and its queue items.

It waits for no check, and it never answers "nowhere": where the rules fail, the contact is in nobody's queue, red,
with an alarm. A step happens once for a contact (unique in the database), so a second run leaves quietly.
"""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from routing_rules import route
from routing_rules.policy import PolicyError
from screening import audit
from screening.db import db, new_id, now
from screening.models import Contact, QueueItem, Routing, Team
from screening.queues import placing
from workers import route_case
from workers.checks import open_cases

log = structlog.get_logger()
RULES_FAILED = "Routing failed. A person has to place this now: tell support."
STATE_FOR = {"received": "received", "raised": "received", "referral": "decided"}


@dataclass(frozen=True)
class Proposal:
    """One routing step of one contact. `found` is None where the rules failed."""

    contact: Contact
    step: str
    case: route.RouteCase
    found: route.Routing | None
    to_confirm: list[str]

    @property
    def slug(self) -> str | None:
        """The team proposed to hold it; None is nobody's queue, with an alarm."""
        return self.found.chosen.team if self.found and self.found.chosen else None

    @property
    def why(self) -> str:
        """The reason that stands beside it in the queue."""
        if self.found is None:
            return RULES_FAILED
        return self.found.chosen.reason if self.found.chosen else self.found.reason

    @property
    def needs_attention(self) -> bool:
        """True where a manager has to look, whoever holds it."""
        return self.found is None or self.found.needs_attention or self.found.calendar_unknown


def route_contact(contact_id: UUID, step: str) -> None:
    """Place a contact in the queue of the team that acts next; leave quietly where that was done or is not due."""
    contact = db.session.get(Contact, contact_id)
    if contact is None or contact.state != STATE_FOR[step]:
        return
    at = now()
    known = open_cases.of_children(contact, at)
    case = route_case.read(contact, step, at, known)
    proposal = Proposal(contact, step, case, _ask_rules(case), open_cases.possible_words(known))
    if not _written(proposal):
        return
    if step == "raised":
        _move_if_unopened(proposal)
    else:
        _place(proposal)
    audit.record("contact.routed", contact_id=contact_id, detail={"step": step, "team": proposal.slug})


def _ask_rules(case: route.RouteCase) -> route.Routing | None:
    try:
        return route.route(case)
    except (PolicyError, ValueError) as problem:
        # Mended by giving it to a person. The kind only: a message could repeat what somebody typed.
        log.error("routing_rules_failed", kind=type(problem).__name__)
        return None


def _written(proposal: Proposal) -> bool:
    """Write the routing; False where another worker did this step first."""
    values = {
        "id": new_id(),
        "contact_id": proposal.contact.id,
        "step": proposal.step,
        "team_id": _team_id(proposal.slug),
        "reasons": _reasons(proposal),
        "runners_up": [_as_json(other) for other in proposal.found.runners_up] if proposal.found else [],
        "alerted": _told(proposal),
        "needs_attention": proposal.needs_attention,
        "routed_at": proposal.case.at,
    }
    once = insert(Routing).values(values).on_conflict_do_nothing(index_elements=["contact_id", "step"])
    return db.session.execute(once.returning(Routing.id)).first() is not None


def _reasons(proposal: Proposal) -> list[str]:
    general = [proposal.found.reason] if proposal.found else []
    return list(dict.fromkeys([proposal.why, *general, *proposal.to_confirm]))


def _as_json(candidate: route.Candidate) -> dict[str, Any]:
    return {"team": candidate.team, "reason": candidate.reason}


def _told(proposal: Proposal) -> list[dict[str, Any]]:
    if proposal.found is None:
        return []
    alerts = [{"kind": alert.kind, "team": alert.team, "reason": alert.reason} for alert in proposal.found.alerts]
    return alerts + [{"kind": "parallel", **_as_json(beside)} for beside in proposal.found.parallel]


def _team_id(slug: str | None) -> UUID | None:
    return db.session.scalar(select(Team.id).where(Team.slug == slug)) if slug else None


def _place(proposal: Proposal) -> None:
    for item in placing.open_items(proposal.contact.id):
        # Work beside the lead goes on; the old lead and the alerts about it are over.
        if item.leads or item.accept_due_at is None:
            placing.end(item)
    lead = placing.place(_item(proposal, _team_id(proposal.slug), proposal.why))
    if proposal.needs_attention:
        placing.flag(lead, proposal.found.reason if proposal.found else RULES_FAILED)
    for told in _told(proposal):
        _place_beside(proposal, lead, told)
    db.session.flush()


def _place_beside(proposal: Proposal, lead: QueueItem, told: dict[str, Any]) -> None:
    team_id = _team_id(told["team"])
    if team_id is None or team_id == lead.team_id:
        return
    item = _item(proposal, team_id, told["reason"])
    item.leads = False
    if told["kind"] != "parallel":
        item.accept_due_at = None
    placing.place(item)


def _item(proposal: Proposal, team_id: UUID | None, why: str) -> QueueItem:
    case, found = proposal.case, proposal.found
    return QueueItem(
        contact_id=proposal.contact.id,
        team_id=team_id,
        step="referral" if proposal.step == "referral" else "received",
        # Not scored is urgent: no failure lowers a priority.
        urgency=case.urgency or "red",
        level=case.level or 4,
        priority=found.priority if found else 0,
        why=why,
        due_at=found.due_at if found else case.first_received_at,
        accept_due_at=found.accept_by if found else case.at,
    )


def _move_if_unopened(proposal: Proposal) -> None:
    lead = next((item for item in placing.open_items(proposal.contact.id) if item.leads), None)
    team_id = _team_id(proposal.slug)
    if lead is None or team_id is None or lead.team_id == team_id:
        return
    if lead.state == "waiting" and lead.claimed_by_id is None:
        _place(proposal)
    else:
        # Somebody has it open: it is theirs to move.
        placing.flag(lead, f"Now red. The rules propose another team: {proposal.slug}.")
        db.session.flush()
