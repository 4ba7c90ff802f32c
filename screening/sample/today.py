"""The sample county's work of today: contacts that a team holds or is offered, so that no queue starts empty.

Teams, reasons and clocks come from the county's own rules. No receipt is promised: nobody outside is written to.
"""

from dataclasses import replace
from datetime import datetime, timedelta

from routing_rules import clocks, route
from screening import route_facts, tasks
from screening.db import db
from screening.decisions.proposal import REFERRAL_OUTCOMES
from screening.models import BackgroundCheck, Contact, QueueItem, Routing, Screening
from screening.queues import placing
from screening.sample import teams
from screening.sample.decisions import Cast, decide
from screening.sample.family_files import Story
from screening.sample.history import screened
from screening.sample.involvements import team_slug
from screening.sample.stories import office_time_ago
from screening.sample.views import keep_own_views

OWN_RECORDS = "own_records"
ANSWER_WITHIN, ANSWERED_AFTER = timedelta(minutes=1), timedelta(seconds=20)
HELD_AFTER = timedelta(minutes=6)


def put_in_queue(story: Story, contact: Contact, screening: Screening, people: Cast, at: datetime) -> None:
    """Route a contact that is still worked on, place it, and ask the checks about it."""
    if "outcome" not in story.told:
        _place(story, contact, screening, people, story.received_at)
        _promise_checks(contact, screening, at)
        return
    decided_at = office_time_ago(at, story.told["live"]["decided"])
    _checked_before(contact)
    screened(story, contact, screening, people, decided_at)
    made = decide(story, contact, screening, people, decided_at)
    keep_own_views(story, made)
    _place(story, contact, screening, people, decided_at)
    teams.discuss(story, contact, made, people)
    teams.review(story, contact, people)


def _place(story: Story, contact: Contact, screening: Screening, people: Cast, offered_at: datetime) -> None:
    found = route.route(_case(story, contact, screening, people, offered_at))
    if found.chosen is None:
        raise LookupError("No team takes this contact, so it cannot be today's work in the sample county.")
    lead = _item(story, contact, screening, found, people.teams[found.chosen.team].id, found.chosen.reason)
    _offer(lead, offered_at)
    _hold(lead, story, people, offered_at)
    for alert in found.alerts:
        if alert.team and alert.team != found.chosen.team:
            beside = _item(story, contact, screening, found, people.teams[alert.team].id, alert.reason)
            beside.leads, beside.accept_due_at = False, None
            _offer(beside, offered_at)
    _keep_routing(lead, found, offered_at)


def _case(story: Story, contact: Contact, screening: Screening, people: Cast, offered_at: datetime) -> route.RouteCase:
    told, teams = route_facts.told_by(contact), [route_facts.team(team) for team in people.teams.values()]
    return replace(
        route_facts.new_case(told, screening.output, at=offered_at, teams=teams),
        step=_step(story),
        outcome=story.told.get("outcome"),
        involvements=tuple(_open_now(story, people)),
    )


def _step(story: Story) -> str:
    return "referral" if story.told.get("outcome") in REFERRAL_OUTCOMES else "received"


def _open_now(story: Story, people: Cast) -> list[route.Involvement]:
    kinds = {"early_help": "early_help"}
    return [
        route.Involvement(kinds.get(row["kind"], "social_work"), team_slug(story.family, row, people.teams.values()))
        for row in story.family.get("open", [])
        if "ended_days_ago" not in row
    ]


def _item(
    story: Story, contact: Contact, screening: Screening, found: route.Routing, team_id: object, why: str
) -> QueueItem:
    return QueueItem(
        contact_id=contact.id,
        team_id=team_id,
        step=_step(story),
        urgency=screening.urgency_at_least,
        level=screening.level_at_least,
        priority=found.priority,
        why=why,
        due_at=found.due_at,
        accept_due_at=found.accept_by,
    )


def _offer(item: QueueItem, offered_at: datetime) -> None:
    placing.place(item)
    item.queued_at = offered_at


def _hold(item: QueueItem, story: Story, people: Cast, offered_at: datetime) -> None:
    who = story.told["live"].get("held_by")
    if who is None:
        return
    if clocks.is_out_of_hours(offered_at) and item.urgency == "red":
        # At night a red contact is the emergency duty team's, whoever would hold it by day.
        who = story.told["live"].get("at_night", who)
    placing.change(item, "accepted")
    item.holder_id, item.accepted_at = people.users[who].id, offered_at + HELD_AFTER


def _keep_routing(lead: QueueItem, found: route.Routing, offered_at: datetime) -> None:
    db.session.add(
        Routing(
            contact_id=lead.contact_id,
            step=lead.step,
            team_id=lead.team_id,
            reasons=list(dict.fromkeys([lead.why, found.reason])),
            runners_up=[{"team": other.team, "reason": other.reason} for other in found.runners_up],
            alerted=[{"kind": alert.kind, "team": alert.team, "reason": alert.reason} for alert in found.alerts],
            needs_attention=found.needs_attention,
            routed_at=offered_at,
        )
    )


def _promise_checks(contact: Contact, screening: Screening, at: datetime) -> None:
    urgency = "red" if screening.hard_open else screening.urgency_at_least
    for person in contact.participations:
        check = BackgroundCheck(
            contact_id=contact.id,
            participation_id=person.id,
            kind=OWN_RECORDS,
            asked_at=at,
            due_at=at + ANSWER_WITHIN,
        )
        db.session.add(check)
        db.session.flush()
        key = str(check.id)
        tasks.promise(tasks.CHECK_OWN_RECORDS, key, contact_id=contact.id, subject_id=check.id, urgency=urgency)


def _checked_before(contact: Contact) -> None:
    # Decided work has its checks answered; its people are new to the county, so this is what they would answer.
    asked_at = contact.first_received_at
    db.session.add_all(
        BackgroundCheck(
            contact_id=contact.id,
            participation_id=person.id,
            kind=OWN_RECORDS,
            asked_at=asked_at,
            due_at=asked_at + ANSWER_WITHIN,
            answered_at=asked_at + ANSWERED_AFTER,
            outcome="nothing_known",
        )
        for person in contact.participations
    )
