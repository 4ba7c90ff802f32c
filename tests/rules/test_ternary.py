"""Three values: what is true or false whatever the unknown turn out to be is settled, and nothing else is."""

from itertools import product

import pytest

from routing_rules.facts import AtLeast
from routing_rules.rules import Condition, Rule, n_of

T, F, U = True, False, None
VALUES = (T, F, U)

AND = {
    (T, T): T, (T, F): F, (T, U): U,
    (F, T): F, (F, F): F, (F, U): F,
    (U, T): U, (U, F): F, (U, U): U,
}  # fmt: skip
OR = {
    (T, T): T, (T, F): T, (T, U): T,
    (F, T): T, (F, F): F, (F, U): U,
    (U, T): T, (U, F): U, (U, U): U,
}  # fmt: skip


def always(value):
    return lambda known: value


@pytest.mark.parametrize(("values", "result"), list(AND.items()))
def test_all_of_two_is_kleenes_and(values, result):
    assert n_of(2, tuple(always(value) for value in values))({}) is result


@pytest.mark.parametrize(("values", "result"), list(OR.items()))
def test_one_of_two_is_kleenes_or(values, result):
    assert n_of(1, tuple(always(value) for value in values))({}) is result


def settled(needed, values):
    """Try every way in which the unknown values could turn out."""
    ways = product(*[(value,) if value is not U else (T, F) for value in values])
    results = {sum(way) >= needed for way in ways}
    return results.pop() if len(results) == 1 else U


@pytest.mark.parametrize("needed", range(1, 5))
@pytest.mark.parametrize("values", list(product(VALUES, repeat=4)), ids=str)
def test_n_of_four_is_settled_exactly_when_no_unknown_can_change_it(needed, values):
    assert n_of(needed, tuple(always(value) for value in values))({}) is settled(needed, values)


@pytest.mark.parametrize(
    ("operator", "value", "known", "result"),
    [
        ("is", "yes", "yes", T),
        ("is", "yes", "no", F),
        ("is", "no", "no", T),
        ("is", "yes", None, U),
        ("<", 3, 2, T),
        ("<", 3, 3, F),
        ("<=", 3, 3, T),
        ("<=", 3, 4, F),
        (">=", 3, 3, T),
        (">=", 3, 2, F),
        (">", 3, 4, T),
        (">", 3, 3, F),
        (">", 3, None, U),
    ],
)
def test_a_condition_on_a_known_value_is_settled_and_on_an_unknown_one_is_not(operator, value, known, result):
    assert Condition("a", operator, value).test({} if known is None else {"a": known}) is result


@pytest.mark.parametrize(
    ("operator", "value", "least", "result"),
    [
        (">=", 2, 2, T),
        (">=", 2, 1, U),
        (">", 2, 3, T),
        (">", 2, 2, U),
        ("<", 2, 1, U),
        ("<", 2, 2, F),
        ("<=", 2, 2, U),
        ("<=", 2, 3, F),
    ],
)
def test_a_count_that_may_be_more_settles_only_what_more_cannot_change(operator, value, least, result):
    assert Condition("a", operator, value).test({"a": AtLeast(least)}) is result


YES, NO, UNKNOWN = Condition("a", "is", "yes"), Condition("b", "is", "yes"), Condition("c", "is", "yes")
KNOWN = {"a": "yes", "b": "no"}


@pytest.mark.parametrize(
    ("parts", "result"),
    [
        ({"all": (YES,)}, T),
        ({"all": (YES, UNKNOWN)}, U),
        ({"all": (NO, UNKNOWN)}, F),
        ({"any": (YES, UNKNOWN)}, T),
        ({"any": (NO, UNKNOWN)}, U),
        ({"any": (NO,)}, F),
        ({"at_least": (2, (YES, NO, UNKNOWN))}, U),
        ({"at_least": (2, (YES, YES, UNKNOWN))}, T),
        ({"at_least": (3, (YES, NO, UNKNOWN))}, F),
        ({"all": (YES,), "any": (NO, UNKNOWN)}, U),
        ({"all": (UNKNOWN,), "any": (NO,)}, F),
        ({"all": (YES,), "any": (YES,), "at_least": (1, (UNKNOWN,))}, U),
        ({"all": (YES,), "any": (YES,), "at_least": (1, (YES, UNKNOWN))}, T),
    ],
)
def test_a_rule_joins_its_groups_as_and(parts, result):
    assert Rule(id="r", text="", level=2, urgency="green", source={}, examples=(), **parts).test(KNOWN) is result
