"""Rows are compared by the matcher: what may be the same person is found, and a brother, twin or namesake is not."""

from datetime import date

import pytest

from screening.people import alike
from screening.people.alike import Asked
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
BORN = date(2018, 5, 2)
HOME = {"address_line_1": "86 Surrey Drive", "postcode": "SO23 8UG"}


def card(name, **more):
    return alike.of_participation(given.person(given.contact(), name, **more))


def compared(one, other, **asked):
    return alike.compare(Asked(card(one[0], **one[1]), **asked), card(other[0], **other[1]))


ADA = ("Ada Marlow", {"born": BORN})


@pytest.mark.parametrize(
    "other",
    [
        ("Ada Marlow", {"born": BORN}),
        ("Ada Marlow", {"born": date(2018, 2, 5)}),
        ("Marlow Ada", {"born": BORN}),
        ("Ada", {"born": BORN}),
        ("Ada Marlow", {"born_earliest": date(2018, 1, 1), "born_latest": date(2018, 12, 31)}),
        ("Ada Marlow", {}),
    ],
)
def test_who_may_be_the_same_is_a_candidate(other):
    assert compared(ADA, other).is_candidate


@pytest.mark.parametrize(
    "other",
    [
        ("Ben Marlow", {"born": date(2015, 3, 13), **HOME}),
        ("Ben Marlow", {"born": BORN, **HOME}),
        ("Zoltan Brown", {"born": BORN}),
        ("Ada Marlow", {"born": date(2011, 9, 20), "postcode": "PO9 1AA"}),
    ],
    ids=["a brother", "a twin", "the same birth", "a namesake"],
)
def test_who_is_somebody_else_is_none(other):
    assert not compared(("Ada Marlow", {"born": BORN, **HOME}), other).is_candidate


def test_only_the_whole_name_and_birth_are_sure():
    assert compared(ADA, ADA).is_strong
    assert not compared(ADA, ("Ada Marlowe", {"born": BORN})).is_strong
    assert not compared(("Ada Marlow", {}), ("Ada Marlow", {})).is_strong


def test_not_even_these_are_sure_where_the_index_has_two_of_them():
    assert not compared(ADA, ADA, has_namesakes=True).is_strong
