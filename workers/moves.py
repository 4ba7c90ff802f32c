"""What routing does to a contact's items: places it, or moves it on. Nothing of it is ever in no queue."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from routing_rules import clocks
from screening import codes, reasons
from screening.chronology import gate
from screening.db import db, now
from screening.decisions import after, by_team
from screening.decisions.awaited.service import open_of
from screening.models import Decision, QueueItem
from screening.models.awaited import HOLDS_OPEN
from screening.queues import placing
from screening.wording import small
from workers import route_case
from workers.proposal import RULES_FAILED, RoutingProposal


def move_if_unopened(proposal: RoutingProposal, held: list[QueueItem]) -> None:
    """Place a contact that rose anew, where nobody has opened it; else say to who has where it belongs."""
    lead = next((item for item in held if item.leads), None)
    if lead is None or proposal.team_id is None or lead.team_id == proposal.team_id:
        return
    if lead.state == "waiting" and not lead.is_claimed_at(now()):
        place(proposal, held)
    else:
        # Somebody has it open: it is theirs to move.
        words = f"Now red. The rules propose another team: {proposal.slug}."
        placing.flag(lead, words, cause=reasons.PLACING)
        db.session.flush()


def move_decided_by_team(proposal: RoutingProposal, held: list[QueueItem]) -> None:
    """Give it to the team that acts on what the one that has it decided, with a clock of its own; that one is told.

    A team that acts itself keeps it; the contact ends where it waited for nothing but to be placed.
    """
    left = gate.to_finish(gate.missing(proposal.contact))
    old, new = _move(proposal, held)
    if old is None:
        return
    decided = by_team.to_act_on(proposal.contact.id)
    if new is None:
        _keep(proposal, old, decided)
        return
    who = old.team.name if old.team else "Nobody's queue"
    new.why = f"{who} decided: {small(codes.OUTCOMES[proposal.case.outcome or ''])}. {new.why}{left}"
    new.due_at, new.returns = _own_clock(proposal, old, decided), old.returns
    by_team.let_decide_there(decided, due_at=new.due_at)
    _tell_who_had_it(old, new, "acts on what was decided")


def _keep(proposal: RoutingProposal, lead: QueueItem, decided: Sequence[Decision]) -> None:
    # The duty manager is proposed where no team matches: they say who acts, and do not act.
    if proposal.team_id is None or (lead.team is not None and lead.team.kind == "duty_manager"):
        by_team.keep_until_placed(decided, due_at=_own_clock(proposal, lead, decided))
    after.end_if_settled(proposal.contact)


def _own_clock(proposal: RoutingProposal, old: QueueItem, decided: Sequence[Decision]) -> datetime:
    """Tell by when: from the decision, and not later than what is waited for or the clock that runs already."""
    at, urgency = proposal.case.at, proposal.case.urgency or "red"
    ends = [old.due_at, *(row.due_at for row in open_of(proposal.contact.id) if row.kind in HOLDS_OPEN)]
    own = clocks.due_at(urgency, min((one.decided_at for one in decided), default=at))
    # What ran out before was the other team's.
    return min([own, *(end for end in ends if end > at)])


def move_decided_again(proposal: RoutingProposal, held: list[QueueItem]) -> None:
    """Give it to the team that acts on what was decided again; who had it is told, and had it until this moment."""
    old, new = _move(proposal, held)
    if old is not None and new is not None:
        _tell_who_had_it(old, new, "acts on it now", because="Decided again: ")


def _move(proposal: RoutingProposal, held: list[QueueItem]) -> tuple[QueueItem | None, QueueItem | None]:
    """Place it where it is proposed, unless it is there; give the item that led, and the one that took its place."""
    lead = next((item for item in held if item.leads), None)
    if lead is None:
        return None, place(proposal, held)
    if proposal.team_id is None:
        # Whoever has it protects the child until a person has placed it.
        placing.flag(lead, proposal.why, cause=reasons.PLACING)
        placing.tell_duty_manager(lead, proposal.why)
    elif lead.team_id != proposal.team_id or lead.step != "referral":
        return lead, place(proposal, held)
    return lead, None


def place(proposal: RoutingProposal, held: list[QueueItem]) -> QueueItem:
    """Put a contact where it is proposed: what is open of it, `held`, gives way but for what goes on beside it."""
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
    beside = [item for told in proposal.told if (item := _beside(proposal, told))]
    placing.place_all([lead, *beside])
    return lead


def _beside(proposal: RoutingProposal, told: dict[str, Any]) -> QueueItem | None:
    team_id = proposal.team_ids.get(told["team"])
    if team_id is None or team_id == proposal.team_id:
        return None
    item = _item(proposal, team_id, told["reason"], leads=False)
    if told["kind"] != "parallel":
        item.accept_due_at = None
    return item


def _item(proposal: RoutingProposal, team_id: UUID | None, why: str, *, leads: bool) -> QueueItem:
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


def _tell_who_had_it(old: QueueItem, new: QueueItem, does: str, because: str = "") -> None:
    if old.team is None or new.team is None or new.team_id == old.team_id:
        return
    words = f"{because}{new.team.name} {does}. Go on with what protects the child until they accept it."
    told = {"step": placing.ATTENTION, "leads": False, "accept_due_at": None}
    # Whoever had accepted it is told by name.
    placing.follow(new, team=old.team, why=words, holder_id=old.holder_id, **told)
