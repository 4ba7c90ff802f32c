"""What a database must hold before the service starts on it: rules that load, and in live mode nothing of the sample.

Asked by `frontdoor run`, `serve` and `doctor`. While the service runs, rules that fail stop nobody (`scoring`).
"""

from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from routing_rules import policy, ruleset
from routing_rules.policy import PolicyError
from screening.errors import ConfigurationError
from screening.models import County, Partner, RulesetInForce, User
from screening.scoring import rules_in_force


def refuse_unfit(session: Session, day: date, *, live: bool) -> None:
    """Raise ConfigurationError where the service must not start on this database."""
    wrong = unfit(session, day, live=live)
    if wrong:
        raise ConfigurationError(" ".join(wrong))


def unfit(session: Session, day: date, *, live: bool) -> list[str]:
    """List, in sentences, why the service must not start on this database."""
    wrong = [_rules_problem(session, day), _policy_problem()]
    if live:
        wrong += [_sample_problem(session), _partner_problem(session), _adoption_problem(_in_force(session, day))]
    return [words for words in wrong if words]


def _in_force(session: Session, day: date) -> RulesetInForce | None:
    begun = select(RulesetInForce).where(RulesetInForce.in_force_from <= day, RulesetInForce.withdrawn_at.is_(None))
    return session.scalar(begun.order_by(RulesetInForce.in_force_from.desc()).limit(1))


def _rules_problem(session: Session, day: date) -> str | None:
    try:
        rules_in_force.as_stored(session, day)
    except LookupError:
        return "No ruleset is in force. Publish one, or seed the sample county."
    except ruleset.RulesetError as problem:
        return f"The ruleset in force does not load. {'. '.join(problem.problems)}."
    return None


def _policy_problem() -> str | None:
    try:
        policy.packaged()
    except PolicyError as problem:
        return f"The policy files do not load. {problem}"
    return None


def _sample_problem(session: Session) -> str | None:
    county = session.get(County, 1)
    if county is not None and county.sample:
        return "This is the sample county's database. Live mode needs one of its own: set DATABASE_URL to it."
    accounts = session.scalar(select(func.count()).where(User.sample, User.disabled_at.is_(None)))
    if accounts:
        return f"{accounts} sample accounts could sign in. Disable each: frontdoor users disable NAME."
    return None


def _partner_problem(session: Session) -> str | None:
    simulated = session.scalar(select(func.count()).where(Partner.simulator, Partner.active))
    if simulated:
        return f"{simulated} partners are simulators, which know nobody. Name real ones: see docs/partners.md."
    return None


def _adoption_problem(in_force: RulesetInForce | None) -> str | None:
    if in_force is None:
        return None
    adopted = in_force.first_approver and in_force.second_approver and in_force.review_on
    if in_force.sample or not adopted:
        return "No partnership has adopted the ruleset in force: it needs two names, its date and a review date."
    return None
