"""How the sample county's people decided each story, child by child, with a whole rationale. Makes decision rows."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select

from routing_rules import clocks
from screening.db import db
from screening.decisions.proposal import REFERRAL_OUTCOMES, Proposal, proposal_for
from screening.models import Contact, Decision, Participation, Referral, Screening, Team, User
from screening.sample.family_files import Story
from screening.wording import long_day, moment

DECIDERS = ("sarah", "tom", "sarah", "grace")
DECIDES_FIRST_FOR = {"emergency-duty": "edith", "mash": "grace"}
# Who decides a referral for a team; the manager of two districts stands in where the sample county has no one else.
DECIDES_FOR = {"mash": "marcus", "winchester": "winnie", "havant": "nadia"}
STANDS_IN, SECOND_PEOPLE = "henry", ("grace", "henry")
FIRST_WORDS = {1: "One earlier contact", 2: "Two earlier contacts", 3: "Three earlier contacts"}


@dataclass(frozen=True)
class Cast:
    """The sample county's teams by slug and users by name."""

    teams: dict[str, Team]
    users: dict[str, User]


def cast() -> Cast:
    """Look up everybody who acts in the stories."""
    teams = {team.slug: team for team in db.session.scalars(select(Team))}
    return Cast(teams, {user.user_name: user for user in db.session.scalars(select(User))})


def first_team(story: Story, screening: Screening, people: Cast) -> Team:
    """Say which team read a contact first, as routing would have had it then."""
    urgency = screening.urgency_at_least
    if clocks.is_out_of_hours(story.received_at) and urgency != "green":
        return people.teams["emergency-duty"]
    return people.teams["mash" if urgency == "red" else "screening"]


def decider_of(story: Story, screening: Screening, people: Cast) -> User:
    """Say who of that team decided it."""
    by_number = DECIDERS[story.number % len(DECIDERS)]
    return people.users[DECIDES_FIRST_FOR.get(first_team(story, screening, people).slug, by_number)]


def team_decider(team: Team, people: Cast) -> User:
    """Say who decides for a team."""
    return people.users[DECIDES_FOR.get(team.slug, STANDS_IN)]


def decide(story: Story, contact: Contact, screening: Screening, people: Cast, at: datetime) -> list[Decision]:
    """Put the contact decision on file for each child; where it is a referral, create it."""
    decider = decider_of(story, screening, people)
    contact.state, contact.decided_at = "decided", at
    made = [_decision(story, contact, child, screening, decider, at) for child in contact.children]
    for decision in made:
        _confirm_where_lowered(decision, proposal_for(screening, decision.child_id), people, at)
    db.session.add_all(made)
    db.session.flush()
    if story.told["outcome"] in REFERRAL_OUTCOMES:
        contact.referred_at = at
        source = story.referrer["source_code"]
        rows = {"contact_id": contact.id, "source_code": source, "referred_at": at}
        rows["primary_need"] = story.told.get("need", "N1")
        db.session.add_all(Referral(child_id=made_one.child_id, decision_id=made_one.id, **rows) for made_one in made)
    return made


def _decision(
    story: Story, contact: Contact, child: Participation, screening: Screening, decider: User, at: datetime
) -> Decision:
    proposal = proposal_for(screening, child.id)
    level, urgency = story.told.get("level", proposal.level), story.told.get("urgency", proposal.urgency)
    lowered = proposal.is_lowered_by(story.told["outcome"], level, urgency)
    return Decision(
        contact_id=contact.id,
        child_id=child.id,
        stage="contact",
        outcome=story.told["outcome"],
        level=level,
        urgency=urgency,
        rationale=_rationale(story),
        family_told=_family_told(story, at),
        against_proposal=lowered,
        against_reason=story.told["against"] if lowered else None,
        acknowledged_missing=[],
        screening_id=screening.id,
        decided_by_id=decider.id,
        decided_at=at,
    )


def _confirm_where_lowered(decision: Decision, proposal: Proposal, people: Cast, at: datetime) -> None:
    if not (decision.against_proposal and proposal.gravest):
        return
    second = next(person for name in SECOND_PEOPLE if (person := people.users[name]).id != decision.decided_by_id)
    view = {"outcome": decision.outcome, "level": decision.level, "urgency": decision.urgency, "by": str(second.id)}
    decision.needs_second_person, decision.second_view = True, view
    decision.confirmed_by_id, decision.confirmed_at = second.id, at + timedelta(minutes=25)


def decide_as_team(
    story: Story, contact: Contact, screening: Screening, people: Cast, team: Team, at: datetime
) -> list[Decision]:
    """Put the decision of the team that took the referral on file for each child."""
    decider, made = team_decider(team, people), []
    for child in contact.children:
        decision = _decision(story, contact, child, screening, decider, at)
        _confirm_where_lowered(decision, proposal_for(screening, child.id), people, at)
        decision.stage = "team"
        made.append(decision)
    db.session.add_all(made)
    return made


def _rationale(story: Story) -> dict[str, str]:
    return {
        "worried": story.told["why"],
        "going_well": part(story, "well"),
        "history": _history(story),
        "views": part(story, "views"),
        "identity": story.family["identity"],
    }


def _history(story: Story) -> str:
    if not story.earlier:
        return "Our own records hold nothing before this contact."
    count = len(story.earlier)
    told = [
        f"{before.referrer['words']} on {long_day(before.on)} ({before.told['outcome'].replace('_', ' ')})"
        for before in story.earlier
    ]
    return f"{FIRST_WORDS.get(count, f'{count} earlier contacts')}: {'; '.join(told)}."


def part(story: Story, name: str) -> str:
    """Give what a contact says of its own, or else what holds for the family."""
    said: str = story.told.get(name) or story.family[name]
    return said


def _family_told(story: Story, at: datetime) -> dict[str, str]:
    if unsafe := story.told.get("unsafe"):
        return {"unsafe_because": unsafe}
    at_home = [adult["is"] for adult in story.family.get("adults", []) if not adult.get("away")]
    return {"who": (at_home or ["carer"])[0], "when": moment(at), "how": "by telephone"}
