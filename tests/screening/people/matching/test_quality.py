"""A small part of `make quality`: it fails when people are found less well than they were."""

import pytest

from bench.quality.callers import ABSENT, HARD, MIXED, ORDINARY
from bench.quality.counties import Size, in_memory
from bench.quality.measure import both

SMALL = Size(people=1_500, each=6, mixed=150)


@pytest.fixture(scope="module", params=["written names", "faker names"])
def tallies(request):
    return in_memory(request.param, SMALL, seed=21)


def test_the_right_person_comes_first(tallies):
    assert both(tallies, ORDINARY, HARD).shares["first"] >= 0.97


def test_the_right_person_is_among_the_first_five(tallies):
    assert both(tallies, ORDINARY, HARD).shares["of_five"] >= 0.985


def test_questions_without_a_pattern_find_the_right_person_too(tallies):
    assert tallies[MIXED].shares["first"] >= 0.97


def test_hardly_anybody_who_is_not_there_would_be_taken_for_somebody_else(tallies):
    assert tallies[ABSENT].shares["wrongly"] <= 0.02


def test_nobody_who_is_there_would_be_taken_for_somebody_else(tallies):
    assert both(tallies, ORDINARY, HARD, MIXED).shares["wrongly"] <= 0.002
