"""What routing may look at: a contact's rows, read into the rules' own shape. Decides nothing, writes nothing."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select

from routing_rules import policy, route
from routing_rules.clocks import london_date
from screening.db import db
from screening.models import Contact, Decision, Referral, Screening, Team
from screening.queues import caseload
from workers.checks import open_cases
from workers.checks.open_cases import OpenCase

# received: a contact has come. raised: a later answer made it red. referral: the contact decision was made.
RULES_STEP = {"received": "received", "raised": "received", "referral": "referral"}
# Of several children's outcomes, the bundle goes where the gravest is acted on.
GRAVEST_FIRST = ("strategy_discussion", "assessment", "early_help")


def read(contact: Contact, step: str, at: datetime, known: list[OpenCase]) -> route.RouteCase:
    """Read a contact for one routing step, as it stands at this moment. A contact that was not scored is urgent."""
    screening = latest_screening(contact.id)
    output: dict[str, Any] = (screening.output if screening else None) or {}
    scored = screening if output else None
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
        specialisms=tuple(output.get("specialisms", ())),
        must_do=tuple(output.get("must_do", ())),
        areas=_areas(contact),
        involvements=open_cases.confirmed(known),
        teams=_teams(),
    )


def latest_screening(contact_id: UUID) -> Screening | None:
    """Find a contact's newest score."""
    newest = select(Screening).where(Screening.contact_id == contact_id).order_by(Screening.seq.desc()).limit(1)
    return db.session.scalar(newest)


def _about_child(contact: Contact, at: datetime) -> bool:
    # Certain that there is no child only on a short path in which nobody named one.
    short_paths = policy.packaged().read("short_path_types", london_date(at), tuple)
    return bool(contact.children) or contact.contact_type not in short_paths


def _areas(contact: Contact) -> tuple[str, ...]:
    homes = [child.postcode for child in contact.children]
    homes += [adult.postcode for adult in contact.adults if adult.in_household]
    codes = [route.outward_code(postcode) for postcode in homes if postcode]
    return tuple(dict.fromkeys(code for code in codes if code))


def _teams() -> list[route.Team]:
    loads = caseload.of_teams()
    return [
        route.Team(
            slug=team.slug,
            name=team.name,
            kind=team.kind,
            areas=frozenset(team.areas),
            specialisms=frozenset(team.specialisms),
            hours=team.hours.get("cover", "office"),
            capacity=team.capacity,
            open_items=loads.get(team.id, 0),
            active=team.active,
        )
        for team in db.session.scalars(select(Team).order_by(Team.slug))
    ]


def _outcome(contact_id: UUID) -> str | None:
    question = (
        select(Decision.outcome)
        .join(Referral, Referral.decision_id == Decision.id)
        .where(Referral.contact_id == contact_id, Decision.corrected_by_id.is_(None))
    )
    found = set(db.session.scalars(question))
    return next((outcome for outcome in GRAVEST_FIRST if outcome in found), min(found, default=None))
