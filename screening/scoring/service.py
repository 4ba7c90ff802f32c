"""Rows to facts to a screening row: the same for a first score and for every later one.

Nothing here lowers a priority: what cannot be scored is kept as unscored, level 4 and red, for a person (R6).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import chain, repeat
from typing import Any

import structlog
from sqlalchemy.exc import DBAPIError, PendingRollbackError

from routing_rules import clocks
from routing_rules.facts import ChildFacts, ContactFacts
from routing_rules.rules import Ruleset
from routing_rules.ruleset import RulesetError
from routing_rules.screen import ENGINE, screen
from screening import audit, codes, dates
from screening.db import Json, db, new_id, now
from screening.errors import place_of
from screening.models import Contact, Participation, Screening
from screening.models.participation import unborn_by_mark
from screening.scoring import family_history, rules_in_force

log = structlog.get_logger()
NOTHING_LOOKED_UP: Json = {}


def score(contact: Contact, *, reason: str) -> Screening:
    """Score a contact as it now stands, by the rules in force on the day it was first received; keep everything.

    `reason` says what made it necessary: `sent`, `check`, `addition`, `child`.

    Raises:
        DBAPIError, PendingRollbackError: the database went away.
    """
    row = Screening(id=new_id(), contact_id=contact.id, reason=reason, engine=ENGINE, screened_at=now(), facts={})
    try:
        facts = facts_of(contact)
        row.facts = facts.as_json()
        _scored(row, screen(facts, rules_on(clocks.london_date(contact.first_received_at))))
    except (DBAPIError, PendingRollbackError):
        # Nothing can be kept in this transaction any more: the sender is told, and sends it again.
        raise
    except Exception as problem:  # noqa: BLE001  mended: kept as unscored, for a person; the save must not fail (R6)
        # The kind and the place only: the message of an exception may hold what somebody typed.
        log.error("not_scored", kind=type(problem).__name__, where=place_of(problem))
        _unscored(row)
    db.session.add(row)
    db.session.flush()
    audit.record("screening.made", contact_id=contact.id, subject=("screening", row.id), detail={"reason": reason})
    return row


def score_body(body: Json, on: datetime, rules: Ruleset) -> Json:
    """Score a contact in the API's shape, storing nothing. `on` is when it was first received."""
    return screen(facts_of_body(body, on), rules)


def facts_of_body(body: Json, on: datetime, looked_up: Sequence[Json] = ()) -> ContactFacts:
    """Gather what is known of a contact in the API's shape. History is not known, but for what was looked up."""
    children = tuple(
        ChildFacts(str(place), child.get("answers", {}), _derived(_born(child), child.get("sex"), on) | history)
        for place, (child, history) in enumerate(
            zip(body.get("children", []), chain(looked_up, repeat(NOTHING_LOOKED_UP)), strict=False)
        )
    )
    return ContactFacts(body.get("answers", {}), children, _of_the_contact(body, on))


def rules_or_none(day: date) -> Ruleset | None:
    """Find the rules in force on a day, or None where none can be used: nothing is lost for want of them."""
    try:
        return rules_on(day)
    except (RulesetError, LookupError) as problem:
        log.error("no_rules", kind=type(problem).__name__)
        return None


def rules_on(day: date) -> Ruleset:
    """Find the rules in force on a day, or the last good ones before them where those are damaged.

    Raises:
        LookupError: no ruleset was in force.
        RulesetError: none that was can be used.
    """
    found = rules_in_force.in_use(db.session(), day)
    for one in found.damaged:
        log.error("rules_damaged", ruleset=one.hash[:12], used=found.hash[:12])
    return found.rules


def facts_of(contact: Contact) -> ContactFacts:
    """Gather what is known: answers as given, ages on the day of receipt, and what the checks established."""
    looked_up, on = family_history.looked_up(contact), contact.first_received_at
    said = family_history.answered(contact)
    children = tuple(
        ChildFacts(str(child.id), said[child.id], _derived(_known_birth(child), child.sex, on) | looked_up[child.id])
        for child in contact.children
    )
    kind = {"contact_type": contact.contact_type, "channel": contact.channel}
    return ContactFacts(said[None], children, _of_the_contact(kind, on))


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


def _of_the_contact(body: Json, on: datetime) -> dict[str, Any]:
    said = {name: body[name] for name in ("contact_type", "channel") if body.get(name)}
    if said.get("contact_type") in codes.TYPE_IN_RULES:
        said["contact_type"] = codes.TYPE_IN_RULES[said["contact_type"]]
    return said | {"out_of_hours": "yes" if clocks.is_out_of_hours(on) else "no"}


@dataclass(frozen=True)
class _Birth:
    """What is known of a birth: the latest day it can have been, or an age in years, or that it is to come."""

    latest: date | None = None
    age_years: int | None = None
    unborn: bool = False


def _known_birth(child: Participation) -> _Birth:
    return _Birth(child.born_latest, child.age_years_estimated, child.is_unborn)


def _born(child: Json) -> _Birth:
    latest = dates.span(child["date_of_birth"])[1] if child.get("date_of_birth") else None
    unborn = bool(child.get("expected_delivery_date")) or unborn_by_mark(child.get("not_known"))
    return _Birth(latest, child.get("age_years_estimated"), unborn)


def _derived(birth: _Birth, sex: str | None, on: datetime) -> dict[str, Any]:
    """Work out age and birth. The youngest that the child can be counts, which only raises."""
    facts: dict[str, Any] = {"sex": sex} if sex else {}
    if birth.unborn:
        return facts | {"unborn": "yes"}
    if birth.latest is not None:
        return facts | {"age_days": max((clocks.london_date(on) - birth.latest).days, 0), "unborn": "no"}
    if birth.age_years is not None:
        return facts | {"age_days": birth.age_years * 365, "unborn": "no"}
    return facts
