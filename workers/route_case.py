"""What routing may look at: a contact's rows, read into the rules' own shape. Decides nothing, writes nothing."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import joinedload

from routing_rules import route
from screening import route_facts
from screening.danger import service as danger
from screening.db import Json, db
from screening.decisions import by_team
from screening.decisions.turns import lead_item
from screening.models import Contact, Decision, Referral
from screening.scoring.newest_score import newest_score, newest_score_or_none
from screening.tasks import DECIDED_AGAIN, DECIDED_BY_TEAM
from screening.urgency import URGENCY_ORDER
from workers.checks import open_cases
from workers.checks.open_cases import OpenCase

# received: a contact has come. raised: a later answer made it red. referral: the contact decision was made.
# decided_again: it was made again after that, and leads elsewhere.
# decided_by_team: the team to which it was referred decided.
RULES_STEP = {
    "received": "received",
    "raised": "received",
    "referral": "referral",
    DECIDED_AGAIN: "referral",
    DECIDED_BY_TEAM: "referral",
}
# Of several children's outcomes, the bundle goes where the gravest is acted on.
GRAVEST_FIRST = ("strategy_discussion", "assessment", "early_help")


def find(contact_id: UUID) -> Contact | None:
    """Find a contact with the people in it, and hold it until the commit: see `screening.locks`, here in one query."""
    question = select(Contact).where(Contact.id == contact_id).options(joinedload(Contact.participations))
    locked = question.with_for_update(key_share=True, of=Contact).execution_options(populate_existing=True)
    return db.session.scalars(locked).unique().one_or_none()


def read(contact: Contact, step: str, at: datetime, known: list[OpenCase], teams: route_facts.Teams) -> route.RouteCase:
    """Read a contact for one routing step, as it stands at this moment. A contact that was not scored is urgent."""
    case = route_facts.new_case(route_facts.told_by(contact), _latest_output(contact.id), at=at, teams=teams.found)
    rules_step = RULES_STEP[step]
    if rules_step != "referral" and danger.is_said(contact):
        # The same queue as red, and a clock of minutes.
        case = replace(case, urgency="immediate")
    case = replace(case, step=rules_step, involvements=open_cases.confirmed(known))
    if step == DECIDED_BY_TEAM:
        return _held(contact, _as_decided(contact, case, by_team.to_act_on(contact.id)))
    return _as_decided(contact, case, _referred_decisions(contact.id)) if rules_step == "referral" else case


def case_on_receipt(contact: Contact, screening_output: Json | None) -> route.RouteCase:
    """Ask where a stored contact would have gone when it came, had it been scored like this, all loads equal.

    The hour is that of its receipt, the teams are today's. Who its children were open to is left out: what the case
    system told that day is not kept, and it is the same whichever rules scored it.
    """
    told, teams = route_facts.told_by(contact), route_facts.teams(beside=contact.id)
    at = contact.received_at or contact.first_received_at
    return route_facts.new_case(told, screening_output, at=at, teams=route_facts.unloaded(teams.found))


def _latest_output(contact_id: UUID) -> Json | None:
    newest = newest_score_or_none(contact_id)
    return newest.output if newest else None


def _held(contact: Contact, case: route.RouteCase) -> route.RouteCase:
    """Say which team has it; what made its work graver than what was decided counts."""
    lead = lead_item(contact.id)
    if lead is None:
        return case
    urgency = max(case.urgency or "red", lead.urgency, key=URGENCY_ORDER.index)
    return replace(
        case, held_by=lead.team.slug if lead.team else None, urgency=urgency, level=max(case.level or 4, lead.level)
    )


def _as_decided(contact: Contact, case: route.RouteCase, decided: Sequence[Decision]) -> route.RouteCase:
    """Put the urgency and level that were decided in the place of the rules'; a later score may only raise them.

    What a hard rule left open stays open: nobody is asked whether a decision answers it.
    """
    case = replace(case, outcome=_outcome(decided))
    if not decided:
        return case
    newest = newest_score(contact.id).id
    urgencies, levels = [one.urgency for one in decided], [one.level for one in decided]
    if any(one.screening_id != newest for one in decided):
        urgencies, levels = [*urgencies, case.urgency or "red"], [*levels, case.level or 4]
    elif case.urgency is None:
        # It could not be scored, and two people decided it as it stands.
        case = replace(case, hard_open=False, unscreened=False)
    return replace(case, urgency=max(urgencies, key=URGENCY_ORDER.index), level=max(levels))


def _referred_decisions(contact_id: UUID) -> list[Decision]:
    """Give the first decisions in force about the children who were referred, also where one was made again since."""
    of_child = Referral.child_id.is_not_distinct_from(Decision.child_id)
    # By the team a child is referred who was included there.
    first = or_(Decision.stage == "contact", Referral.decision_id == Decision.id)
    referred = exists().where(Referral.contact_id == contact_id, of_child, first)
    found = select(Decision).where(
        Decision.contact_id == contact_id,
        Decision.corrected_by_id.is_(None),
        Decision.outcome.in_(GRAVEST_FIRST),
        referred,
    )
    return list(db.session.scalars(found))


def _outcome(decided: Sequence[Decision]) -> str | None:
    found = {decision.outcome for decision in decided}
    return next((outcome for outcome in GRAVEST_FIRST if outcome in found), min(found, default=None))
