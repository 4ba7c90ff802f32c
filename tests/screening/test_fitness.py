"""What a database must hold before the service starts on it, in development and in live mode."""

from datetime import date

import pytest
from sqlalchemy import delete, update

from screening.db import db
from screening.errors import ConfigurationError
from screening.models import County, RulesetInForce, User
from screening.running import fitness
from tests.screening.checks import given as partners

TODAY = date(2026, 11, 25)
ADOPTED = {"sample": False, "first_approver": "A. Named", "second_approver": "B. Named", "review_on": date(2027, 11, 1)}


def unfit(*, live):
    db.session.flush()
    return fitness.unfit(db.session(), TODAY, live=live)


@pytest.fixture
def live_county(context):
    """A county of its own: no sample, no sample accounts, rules that a partnership adopted."""
    db.session.execute(update(County).values(sample=False))
    db.session.execute(update(User).values(sample=False))
    db.session.execute(update(RulesetInForce).values(**ADOPTED))


def test_the_sample_county_may_run_in_development(context):
    assert unfit(live=False) == []


def test_a_county_of_its_own_may_go_live(live_county):
    assert unfit(live=True) == []


def test_the_sample_county_may_not_go_live(context):
    words = unfit(live=True)

    assert [sentence.partition(".")[0] for sentence in words] == [
        "This is the sample county's database",
        "No partnership has adopted the ruleset in force: it needs two names, its date and a review date",
    ]


def test_a_sample_account_that_could_sign_in_stops_live_mode(live_county):
    db.session.execute(update(User).where(User.user_name == "priya").values(sample=True))

    assert unfit(live=True) == ["1 sample accounts could sign in. Disable each: frontdoor users disable NAME."]


def test_a_sample_account_that_is_disabled_stops_nothing(live_county):
    db.session.execute(
        update(User).where(User.user_name == "priya").values(sample=True, disabled_at="2026-11-01T00:00Z")
    )

    assert unfit(live=True) == []


@pytest.mark.parametrize("missing", [{"sample": True}, {"review_on": None}])
def test_rules_that_nobody_adopted_stop_live_mode(live_county, missing):
    db.session.execute(update(RulesetInForce).values(**missing))

    assert unfit(live=True)[0].startswith("No partnership has adopted the ruleset in force")


@pytest.mark.parametrize("live", [False, True])
def test_no_ruleset_in_force_stops_a_start(live_county, live):
    """[F42]"""
    db.session.execute(delete(RulesetInForce))

    assert unfit(live=live) == ["No ruleset is in force. Publish one, or seed the sample county."]


def test_a_damaged_ruleset_stops_a_start_and_names_the_line(live_county):
    """[F42]"""
    db.session.execute(update(RulesetInForce).values(yaml="ruleset: [half wri"))

    with pytest.raises(
        ConfigurationError, match=r"The ruleset in force does not load\. the published ruleset, line \d+"
    ):
        fitness.refuse_unfit(db.session(), TODAY, live=False)


def test_a_ruleset_of_tomorrow_is_not_in_force_yet(live_county):
    db.session.execute(update(RulesetInForce).values(in_force_from=date(2026, 11, 26)))

    assert unfit(live=False) == ["No ruleset is in force. Publish one, or seed the sample county."]


def test_a_simulated_partner_stops_live_mode(live_county):
    partners.partner(simulator=True)

    assert unfit(live=True) == ["1 partners are simulators, which know nobody. Name real ones: see docs/partners.md."]


def test_real_partners_stop_nothing(live_county):
    partners.partner()

    assert unfit(live=True) == []
