"""What routing may look at: a contact's rows, read into the rules' own shape. Decides nothing, writes nothing."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from routing_rules import policy, route
from routing_rules.clocks import london_date
from screening.db import db
from screening.models import Contact, Decision, Referral, Screening
from screening.queues import caseload
from workers.checks import open_cases
from workers.checks.open_cases import OpenCase

# received: a contact has come. raised: a later answer made it red. referral: the contact decision was made.
RULES_STEP = {"received": "received", "raised": "received", "referral": "referral"}
# Of several children's outcomes, the bundle goes where the gravest is acted on.
GRAVEST_FIRST = ("strategy_discussion", "assessment", "early_help")


@dataclass(frozen=True)
class Teams:
    """The county's teams as the rules want them, and the row of each by its slug."""

    found: list[route.Team]
    ids: dict[str, UUID]


def find(contact_id: UUID) -> Contact | None:
    """Find a contact with the people in it, and hold it until the commit: see `screening.locks`, here in one query."""
    question = select(Contact).where(Contact.id == contact_id).options(joinedload(Contact.participations))
    locked = question.with_for_update(key_share=True, of=Contact).execution_options(populate_existing=True)
    return db.session.scalars(locked).unique().one_or_none()


def read(contact: Contact, step: str, at: datetime, known: list[OpenCase], teams: Teams) -> route.RouteCase:
    """Read a contact for one routing step, as it stands at this moment. A contact that was not scored is urgent."""
    screening = _latest_screening(contact.id)
    scored = screening if screening and screening.output else None
    return route.RouteCase(
        step=RULES_STEP[step],
        first_received_at=contact.first_received_at,
        at=at,
        urgency=scored.urgency_at_least if scored else None,
        level=scored.level_at_least if scored else None,
        outcome=_outcome(contact.id) if step == "referral" else None,
        contact_type=contact.contact_type,
        about_child=_about_child(contact, at),
        hard_open=screening.hard_open if screening else False,
        unscreened=screening.unscreened if screening else False,
        specialisms=tuple(scored.output.get("specialisms", ())) if scored else (),
        must_do=tuple(scored.output.get("must_do", ())) if scored else (),
        areas=_areas(contact),
        involvements=open_cases.confirmed(known),
        teams=teams.found,
    )


def _latest_screening(contact_id: UUID) -> Any:
    wanted = (Screening.urgency_at_least, Screening.level_at_least, Screening.hard_open, Screening.unscreened)
    score = select(*wanted, Screening.output).where(Screening.contact_id == contact_id)
    return db.session.execute(score.order_by(Screening.seq.desc()).limit(1)).first()


def _about_child(contact: Contact, at: datetime) -> bool:
    # Certain that there is no child only on a short path in which nobody named one.
    short_paths = policy.packaged().read("short_path_types", london_date(at), tuple)
    return bool(contact.children) or contact.contact_type not in short_paths


def _areas(contact: Contact) -> tuple[str, ...]:
    homes = [child.postcode for child in contact.children]
    homes += [adult.postcode for adult in contact.adults if adult.in_household]
    codes = [route.outward_code(postcode) for postcode in homes if postcode]
    return tuple(dict.fromkeys(code for code in codes if code))


def teams() -> Teams:
    """Read the teams, with what each has open."""
    loaded = caseload.of_teams()
    return Teams([_team(row) for row in loaded], {row.slug: row.id for row in loaded})


def _team(team: Any) -> route.Team:
    return route.Team(
        slug=team.slug,
        name=team.name,
        kind=team.kind,
        areas=frozenset(team.areas),
        specialisms=frozenset(team.specialisms),
        hours=team.hours.get("cover", "office"),
        capacity=team.capacity,
        open_items=team.weight,
        active=team.active,
    )


def _outcome(contact_id: UUID) -> str | None:
    question = (
        select(Decision.outcome)
        .join(Referral, Referral.decision_id == Decision.id)
        .where(Referral.contact_id == contact_id, Decision.corrected_by_id.is_(None))
    )
    found = set(db.session.scalars(question))
    return next((outcome for outcome in GRAVEST_FIRST if outcome in found), min(found, default=None))
