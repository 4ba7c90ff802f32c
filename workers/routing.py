"""Routing: where a contact goes next. Asks the rules, then writes one routing and its queue items.

It waits for no check, and it never answers "nowhere": where the rules fail, the contact is in nobody's queue, red,
with an alarm. A step happens once for a contact (unique in the database), so a second run leaves quietly.
"""

from dataclasses import dataclass
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
from screening.models import Contact, QueueItem, Routing
from screening.people import alike, case_rows
from screening.queues import placing
from screening.tasks import DECIDED_AGAIN
from workers import route_case
from workers.checks import open_cases

log = structlog.get_logger()
NOT_ROUTED = "Routing kept failing. Look where this belongs: tell support."
RULES_FAILED = "Routing failed. A person has to place this now: tell support."
STATE_FOR = {"received": "received", "raised": "received", "referral": "decided", DECIDED_AGAIN: "decided"}


@dataclass(frozen=True)
class Proposal:
    """One routing step of one contact. `found` is None where the rules failed."""

    contact: Contact
    step: str
    case: route.RouteCase
    team_ids: dict[str, UUID]
    found: route.Routing | None
    to_confirm: list[str]

    @property
    def kind(self) -> str:
        """Which step it is; of decisions made again, each routes once."""
        return kind_of(self.step)

    @property
    def slug(self) -> str | None:
        """The team proposed to hold it; None is nobody's queue, with an alarm."""
        return self.found.chosen.team if self.found and self.found.chosen else None

    @property
    def team_id(self) -> UUID | None:
        """That team's row."""
        return self.team_ids.get(self.slug or "")

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
    contact = route_case.find(contact_id)
    if contact is None or contact.state != STATE_FOR[kind_of(step)]:
        return
    at = now()
    known = open_cases.of_children(contact, at)
    teams = route_facts.teams(beside=contact_id)
    case = route_case.read(contact, kind_of(step), at, known.cases, teams)
    possible = open_cases.possible_words(known.cases) + ([] if known.all_read else [case_rows.TOO_MANY])
    proposal = Proposal(contact, step, case, teams.ids, _ask_rules(case), possible)
    written = _write(proposal)
    if written is None:
        return
    audit.record("contact.routed", contact_id=contact_id, detail={"step": step, "team": proposal.slug})
    held = placing.open_items(contact_id) if written.has_items else []
    if step == "raised":
        _move_if_unopened(proposal, held)
    elif proposal.kind == DECIDED_AGAIN:
        _move_decided_again(proposal, held)
    elif step != "received" or not any(item.leads and item.team_id for item in held):
        # What a person has placed meanwhile stays where they put it.
        _place(proposal, held)


def kind_of(step: str) -> str:
    """Say which step a routing's is, without which decision it was for."""
    return step.partition(".")[0]


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


def _write(proposal: Proposal) -> Row[Any] | None:
    """Write the routing, and say whether the contact ever had a queue item; None where the step was done before."""
    values = {
        "id": new_id(),
        "contact_id": proposal.contact.id,
        "step": proposal.step,
        "team_id": proposal.team_id,
        "reasons": _reasons(proposal),
        "runners_up": [_as_json(other) for other in proposal.found.runners_up] if proposal.found else [],
        "alerted": _told(proposal),
        "needs_attention": proposal.needs_attention,
        "routed_at": proposal.case.at,
    }
    once = insert(Routing).values(values).on_conflict_do_nothing(index_elements=["contact_id", "step"])
    has_items = exists().where(QueueItem.contact_id == proposal.contact.id).label("has_items")
    return db.session.execute(once.returning(has_items)).first()


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


def _place(proposal: Proposal, held: list[QueueItem]) -> None:
    for old in held:
        # Work beside the lead goes on, and what somebody was told and has not seen; the old lead and the alerts that
        # routing made about it are over.
        if old.leads or (old.is_alert and not old.is_to_be_seen):
            placing.end(old)
    lead = _item(proposal, proposal.team_id, proposal.why, leads=True)
    for old in (one for one in held if one.leads):
        reasons.carry(old, lead)
    if proposal.needs_attention:
        words = proposal.found.reason if proposal.found else RULES_FAILED
        placing.flag(lead, words, cause=reasons.PLACING)
    beside = [item for told in _told(proposal) if (item := _beside(proposal, told))]
    placing.place_all([lead, *beside])


def _beside(proposal: Proposal, told: dict[str, Any]) -> QueueItem | None:
    team_id = proposal.team_ids.get(told["team"])
    if team_id is None or team_id == proposal.team_id:
        return None
    item = _item(proposal, team_id, told["reason"], leads=False)
    if told["kind"] != "parallel":
        item.accept_due_at = None
    return item


def _item(proposal: Proposal, team_id: UUID | None, why: str, *, leads: bool) -> QueueItem:
    case, found = proposal.case, proposal.found
    return QueueItem(
        contact_id=proposal.contact.id,
        team_id=team_id,
        step=route_case.RULES_STEP[proposal.kind],
        leads=leads,
        # Not scored is urgent: no failure lowers a priority.
        urgency="red" if case.urgency in (None, "immediate") else case.urgency,
        level=case.level or 4,
        priority=found.priority if found else 0,
        why=why,
        due_at=found.due_at if found else case.first_received_at,
        accept_due_at=found.accept_by if found else case.at,
    )


def _move_if_unopened(proposal: Proposal, held: list[QueueItem]) -> None:
    lead = next((item for item in held if item.leads), None)
    if lead is None or proposal.team_id is None or lead.team_id == proposal.team_id:
        return
    if lead.state == "waiting" and not lead.is_claimed_at(now()):
        _place(proposal, held)
    else:
        # Somebody has it open: it is theirs to move.
        words = f"Now red. The rules propose another team: {proposal.slug}."
        placing.flag(lead, words, cause=reasons.PLACING)
        db.session.flush()


def _move_decided_again(proposal: Proposal, held: list[QueueItem]) -> None:
    """Give it to the team that acts on what was decided again; who had it is told, and had it until this moment."""
    lead = next((item for item in held if item.leads), None)
    if lead is None:
        _place(proposal, held)
    elif proposal.team_id is None:
        # Whoever has it protects the child until a person has placed it.
        placing.flag(lead, proposal.why, cause=reasons.PLACING)
        placing.tell_duty_manager(lead, proposal.why)
    elif lead.team_id != proposal.team_id or lead.step != "referral":
        _place(proposal, held)
        _tell_who_had_it(lead)


def _tell_who_had_it(old: QueueItem) -> None:
    new = next(item for item in placing.open_items(old.contact_id) if item.leads)
    if old.team is None or new.team is None or new.team_id == old.team_id:
        return
    words = f"Decided again: {new.team.name} acts on it now. Go on with what protects the child until they accept it."
    told = {"step": placing.ATTENTION, "leads": False, "accept_due_at": None}
    # Whoever had accepted it is told by name.
    placing.follow(new, team=old.team, why=words, holder_id=old.holder_id, **told)
