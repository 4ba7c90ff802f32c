"""A county's first rules, published by a command with the names of those who adopted them: nobody can propose them yet.

Every later version is proposed by one person and published by another.
"""

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import or_, select

from routing_rules import clocks, ruleset
from routing_rules.rules import Ruleset
from screening.admin import publishing
from screening.db import db, now
from screening.errors import BadRequest, Conflict
from screening.models import Contact, RulesetInForce
from screening.wording import LONDON

NOT_FIRST = (
    "This county has rules of its own already. One person drafts and proposes others, and a second publishes them:\n"
    "    frontdoor rules draft FILE --title WORDS\n"
    "    frontdoor rules propose DRAFT --from DAY --why WORDS\n"
    "    frontdoor rules publish DRAFT"
)


def publish(rules: Ruleset, day: date, *, names: tuple[str, str], review_on: date) -> RulesetInForce:
    """Put a county's first rules in force from a day on, adopted by two people. The day may be a past one.

    Raises:
        BadRequest: the names are one person's, the review is not after the day, or the rules are not ready on it.
        Conflict: they are published already, they are not the first, or contacts were received since the day.
    """
    _refuse_unready(rules, day, names, review_on)
    publishing.one_at_a_time()
    _refuse_taken(rules.hash, day)
    _refuse_others()
    refuse_received(day)
    adopted: dict[str, Any] = {"adopted_by": list(names), "adopted_on": clocks.london_date(now())}
    approvers = dict(zip(("first_approver", "second_approver"), names, strict=True))
    return publishing.put_in_force(rules, day, {}, sample=False, review_on=review_on, **adopted, **approvers)


def refuse_received(day: date) -> None:
    """Refuse a day from which contacts are there: what they were scored by stays what counts for them."""
    begins = datetime.combine(day, time(), LONDON)
    if db.session.scalar(select(Contact.id).where(Contact.first_received_at >= begins).limit(1)) is not None:
        raise Conflict("Contacts were received since that day, and scored by other rules. Give a later day.")


def _refuse_unready(rules: Ruleset, day: date, names: tuple[str, str], review_on: date) -> None:
    if len({name.strip().casefold() for name in names}) < len(names):
        raise BadRequest("Two people adopt rules. Name somebody else as the second approver.")
    if review_on <= day:
        raise BadRequest("The rules would be looked at again before they count. Give a later --review-on.")
    if unready := ruleset.unready_on(rules, day):
        raise BadRequest("\n".join(unready))


def _refuse_taken(found_hash: str, day: date) -> None:
    same_day = (RulesetInForce.in_force_from == day) & RulesetInForce.withdrawn_at.is_(None)
    there = db.session.scalar(select(RulesetInForce).where((RulesetInForce.hash == found_hash) | same_day))
    if there is not None:
        since = f"{there.hash[:12]}, in force from {there.in_force_from}"
        raise Conflict(f"These rules, or others from the same day, are published already: {since}.")


def _refuse_others() -> None:
    # What came with the sample county was published by nobody, and is adopted by none.
    others = or_(RulesetInForce.published_at.is_not(None), RulesetInForce.sample.is_(False))
    if db.session.scalar(select(RulesetInForce.hash).where(others).limit(1)) is not None:
        raise Conflict(NOT_FIRST)
