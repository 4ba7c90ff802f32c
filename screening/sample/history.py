"""The sample county's earlier contacts, from first receipt to decision, as rows. Today's work is in `today`.

Rows are made through the models, and scored, as the live path does it; their times are in the past. The audit says
only that the county was seeded: nobody did these things, so nobody is named as having done them.
"""

from datetime import datetime, timedelta
from typing import Any

from routing_rules import clocks
from routing_rules.route_case import outward_code
from routing_rules.situation import KIND_WORDS
from screening import acceptance
from screening.db import Json, db
from screening.decisions.proposal import REFERRAL_OUTCOMES
from screening.models import Contact, Participation, QueueItem, Referrer, Routing, Screening, Team, User
from screening.references import new_reference
from screening.sample import family_files
from screening.sample.decisions import Cast, decide, decide_as_team, decider_of, first_team, part, team_decider
from screening.sample.family_files import Story
from screening.sample.views import answer_threshold, keep_own_views
from screening.scoring.service import score
from screening.urgency import PRIORITY

HANDLERS = ("priya", "callum")


def take(story: Story, people: Cast) -> tuple[Contact, Screening]:
    """Make a contact with everybody in it, received and scored."""
    phoned = story.referrer["channel"] == "phone"
    contact = Contact(
        reference=new_reference(),
        state="received",
        first_received_at=story.received_at,
        received_at=story.received_at,
        channel=story.told.get("channel", story.referrer["channel"]),
        contact_type=story.referrer.get("contact_type", "request_for_service"),
        taken_by_id=people.users[HANDLERS[story.number % 2]].id if phoned else None,
        narrative=story.told["said"],
        answers=family_files.answers(story),
        views={"family": part(story, "views"), **({"child": said} if (said := story.told.get("child")) else {})},
        identity={"relevance": story.family["identity"]},
        information_sharing=_sharing(story),
        referrer=_referrer(story),
    )
    for role, given in (("child", family_files.children(story)), ("adult", family_files.adults(story))):
        contact.participations += [Participation(role=role, position=place, **row) for place, row in enumerate(given)]
    db.session.add(contact)
    db.session.flush()
    screening = score(contact, reason="sent")
    screening.screened_at = story.received_at
    return contact, screening


def finish(story: Story, contact: Contact, screening: Screening, people: Cast, before: datetime) -> None:
    """Take an earlier contact to its end: decided, acted on by its team, closed."""
    decided_at = _decision_time(story, screening, people)
    first = screened(story, contact, screening, people, decided_at)
    made = decide(story, contact, screening, people, decided_at)
    keep_own_views(story, made)
    if acceptance.asks(first):
        answer_threshold(story, first, screening, made)
    if story.told["outcome"] in REFERRAL_OUTCOMES:
        ended_at = min(clocks.add_office_hours(decided_at, 16), before - timedelta(hours=1))
        team = _team_after(story, contact, people)
        item = _held(contact, screening, team, team_decider(team, people), "referral", decided_at, ended_at)
        made = decide_as_team(story, contact, screening, people, team, ended_at)
        keep_own_views(story, made)
        answer_threshold(story, item, screening, made)
    contact.state = "closed"


def screened(story: Story, contact: Contact, screening: Screening, people: Cast, until: datetime) -> QueueItem:
    """Keep that a contact was with the team that read it first until it was decided."""
    team, holder = first_team(story, screening, people), decider_of(story, screening, people)
    return _held(contact, screening, team, holder, "received", story.received_at, until)


def _decision_time(story: Story, screening: Screening, people: Cast) -> datetime:
    # Within the clock of its urgency; who decides at night does not wait for offices to open.
    if first_team(story, screening, people).kind != "screening":
        return story.received_at + timedelta(minutes=95)
    return clocks.add_office_hours(story.received_at, 3 + story.number % 4)


def _team_after(story: Story, contact: Contact, people: Cast) -> Team:
    # Named in the story, the MASH, or that of the children's home.
    outcome = story.told["outcome"]
    slug = story.told.get("team") or ("mash" if outcome == "strategy_discussion" else None)
    if slug:
        return people.teams[slug]
    area = outward_code(contact.children[0].postcode or "")
    kind = "early_help" if outcome == "early_help" else "district"
    return next(team for team in people.teams.values() if team.kind == kind and area in team.areas)


def _held(
    contact: Contact, screening: Screening, team: Team, holder: User, step: str, queued_at: datetime, ended_at: datetime
) -> QueueItem:
    words, urgency = KIND_WORDS[team.kind], screening.urgency_at_least
    why = f"{words[0].upper()}{words[1:]}."
    told = {"contact_id": contact.id, "team_id": team.id, "step": step}
    db.session.add(
        Routing(**told, reasons=[why], runners_up=[], alerted=[], needs_attention=False, routed_at=queued_at)
    )
    item = QueueItem(
        **told,
        state="done",
        urgency=urgency,
        level=screening.level_at_least,
        priority=PRIORITY[urgency],
        why=why,
        queued_at=queued_at,
        due_at=clocks.due_at(urgency, contact.first_received_at),
        accept_due_at=clocks.accept_due_at(urgency, queued_at),
        holder_id=holder.id,
        accepted_at=queued_at + (ended_at - queued_at) / 4,
        ended_at=ended_at,
    )
    item.team = team
    db.session.add(item)
    return item


def _sharing(story: Story) -> Json:
    if unsafe := story.told.get("unsafe"):
        return {"parents_informed": "unsafe", "agreement": "not_sought", "reason": unsafe}
    if story.referrer.get("professional"):
        return {"parents_informed": "yes", "agreement": "given"}
    return {"parents_informed": "no", "agreement": "not_sought", "reason": "The caller has not spoken to the family."}


def _referrer(story: Story) -> Referrer:
    caller = story.referrer
    names: list[Any] = caller.get("names", [None])
    school = next((child.get("school") for child in story.family["children"] if child.get("school")), None)
    return Referrer(
        name=story.told.get("by", names[story.number % len(names)]),
        agency=school if caller.get("is_school") else caller.get("agency"),
        source_code=caller["source_code"],
        email=caller.get("email"),
        phone=caller.get("phone"),
        safe_to_reply="yes" if caller.get("professional") else caller.get("safe_to_reply", "unknown"),
    )
