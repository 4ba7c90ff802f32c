"""Facts keep: what is stored with a screening is what is read again, and an age in days is one in years."""

import json

import pytest

from routing_rules.facts import ChildFacts, ContactFacts, age_years, oldest_under


def test_facts_come_back_as_they_were_stored():
    child = ChildFacts("a", {"injury_seen": "no"}, {"age_days": 9})
    facts = ContactFacts({"low_mood": "yes"}, (child,), {"channel": "phone"})

    assert ContactFacts.from_json(json.loads(json.dumps(facts.as_json()))) == facts


@pytest.mark.parametrize(("days", "years"), [(0, 0), (365, 0), (366, 1), (1460, 3), (1461, 4), (5 * 1461, 20)])
def test_four_years_with_their_leap_day_are_four_years(days, years):
    assert age_years(days) == years


@pytest.mark.parametrize("years", range(1, 20))
def test_one_day_after_the_oldest_under_an_age_is_that_age(years):
    assert (age_years(oldest_under(years)), age_years(oldest_under(years) + 1)) == (years - 1, years)
