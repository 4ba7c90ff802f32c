"""The mildest child of whom conditions are true: nearest to rest, and not a day or a count beyond the limit."""

import pytest

from routing_rules import ruleset
from routing_rules.rules import Condition
from routing_rules.witness import Witnesses

WITNESSES = Witnesses(ruleset.sample())


def mildest(*conditions):
    return WITNESSES.child([Condition(*one) for one in conditions])


@pytest.mark.parametrize(
    ("conditions", "age"),
    [
        ([("unborn", "is", "yes")], {"age_days": 0, "age_years": 0, "unborn": "yes", "age_band": "unborn"}),
        ([("age_days", "<", 1)], {"age_days": 0, "age_years": 0, "unborn": "no", "age_band": "newborn"}),
        ([("age_days", "<", 3)], {"age_days": 2, "age_years": 0, "unborn": "no", "age_band": "newborn"}),
        ([("age_days", "<=", 3)], {"age_days": 3, "age_years": 0, "unborn": "no", "age_band": "newborn"}),
        ([("age_years", "<", 1)], {"age_days": 365, "age_years": 0, "unborn": "no", "age_band": "under_one"}),
        (
            [("age_years", "<=", 1), ("age_days", "<", 900)],
            {"age_days": 730, "age_years": 1, "unborn": "no", "age_band": "one_to_four"},
        ),
    ],
)
def test_it_is_as_old_as_its_conditions_allow(conditions, age):
    assert {name: mildest(*conditions)[name] for name in age} == age


@pytest.mark.parametrize(
    ("conditions", "count"),
    [([(">=", 3)], 3), ([(">", 3)], 4), ([(">", 3), (">=", 2)], 4), ([("<", 3)], 2), ([("<", 3), ("<=", 1)], 1)],
)
def test_a_number_is_the_nearest_that_fulfils_every_condition(conditions, count):
    assert mildest(*(("dash_yes_count", *one) for one in conditions))["dash_yes_count"] == count


def test_answers_that_exclude_each_other_are_true_of_no_child():
    assert mildest(("low_mood", "is", "yes"), ("low_mood", "is", "no")) is None
