"""Rows to facts to a screening row: the same for a first score and for every later one.

Nothing here lowers a priority: what cannot be scored is kept as unscored, level 4 and red, for a person (R6).
"""

from datetime import date, datetime
from typing import Any

import structlog
from sqlalchemy import select

from routing_rules import ruleset
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.ruleset import Ruleset, RulesetError
from routing_rules.screen import ENGINE, screen
from screening import audit
from screening.db import Json, db, now
from screening.models import BackgroundCheck, Contact, Participation, RulesetInForce, Screening

log = structlog.get_logger()


def score(contact: Contact, *, reason: str) -> Screening:
    """Score a contact as it now stands, by the rules in force on the day it was first received; keep everything.

    `reason` says what made it necessary: `sent`, `check`.
    """
    facts = facts_of(contact)
    row = Screening(contact_id=contact.id, reason=reason, engine=ENGINE, facts=facts.as_json(), screened_at=now())
    try:
        output = screen(facts, rules_on(contact.first_received_at.date()))
    except (RulesetError, LookupError, TypeError) as problem:
        log.error("not_scored", kind=type(problem).__name__)
        _unscored(row)
    else:
        _scored(row, output)
    db.session.add(row)
    db.session.flush()
    audit.record("screening.made", contact_id=contact.id, subject=("screening", row.id), detail={"reason": reason})
    return row


def score_body(body: Json, on: datetime) -> Json:
    """Score a contact in the API's shape, storing nothing. `on` is when it was first received."""
    children = tuple(
        ChildFacts(str(place), child.get("answers", {}), _derived_from_body(child, on.date()))
        for place, child in enumerate(body.get("children", []))
    )
    return screen(ContactFacts(body.get("answers", {}), children), rules_on(on.date()))


def rules_on(day: date) -> Ruleset:
    """Find the rules in force on a day; compiled once a process.

    Raises:
        LookupError: no ruleset was in force.
        RulesetError: the one in force is damaged.
    """
    newest = (
        select(RulesetInForce)
        .where(RulesetInForce.in_force_from <= day)
        .order_by(RulesetInForce.in_force_from.desc())
        .limit(1)
    )
    row = db.session.scalar(newest)
    if row is None:
        raise LookupError("No ruleset is in force for that day. Have an administrator publish one.")
    return ruleset.load_text(row.yaml).in_force(day)


def facts_of(contact: Contact) -> ContactFacts:
    """Gather what is known: answers as given, ages on the day of receipt, and what the checks found."""
    found = _found_by_child(contact)
    on = contact.first_received_at.date()
    children = tuple(
        ChildFacts(str(child.id), child.answers, _derived(child, on) | _from_checks(found.get(child.id, {})))
        for child in contact.children
    )
    return ContactFacts(contact.answers, children)


def _scored(row: Screening, output: Json) -> None:
    row.ruleset, row.output = output["ruleset"], output
    row.level_at_least, row.level_at_most = output["level"]["at_least"], output["level"]["at_most"]
    row.urgency_at_least, row.urgency_at_most = output["urgency"]["at_least"], output["urgency"]["at_most"]
    row.hard_open, row.unscreened = output["hard_open"], output["unscreened"]


def _unscored(row: Screening) -> None:
    row.ruleset, row.output = "none", None
    row.level_at_least = row.level_at_most = 4
    row.urgency_at_least = row.urgency_at_most = "red"
    row.hard_open = row.unscreened = True


def _derived(child: Participation, on: date) -> dict[str, Any]:
    """Work out age and birth. The latest day of birth counts: the youngest the child can be, which only raises."""
    if child.expected_delivery_date is not None:
        return {"unborn": "yes"}
    if child.born_latest is not None:
        return {"age_days": max((on - child.born_latest).days, 0), "unborn": "no"}
    if child.age_years_estimated is not None:
        return {"age_days": child.age_years_estimated * 365, "unborn": "no"}
    return {}


def _derived_from_body(child: Json, on: date) -> dict[str, Any]:
    from screening.dates import span

    if child.get("expected_delivery_date"):
        return {"unborn": "yes"}
    if child.get("date_of_birth"):
        return {"age_days": max((on - span(child["date_of_birth"])[1]).days, 0), "unborn": "no"}
    if child.get("age_years_estimated") is not None:
        return {"age_days": child["age_years_estimated"] * 365, "unborn": "no"}
    return {}


def _found_by_child(contact: Contact) -> dict[Any, Json]:
    answered = select(BackgroundCheck.participation_id, BackgroundCheck.outcome, BackgroundCheck.found).where(
        BackgroundCheck.contact_id == contact.id, BackgroundCheck.kind == "own_records"
    )
    return {
        person: found or {"nothing_known": True}
        for person, outcome, found in db.session.execute(answered)
        if outcome in ("information_found", "nothing_known")
    }


def _from_checks(found: Json) -> dict[str, Any]:
    if not found:
        return {}
    counts = found.get("counts", {})
    return {"contacts_12_months": 0 if "nothing_known" in found else counts.get("12")}
