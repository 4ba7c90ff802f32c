"""One button fills in the same for others: only what is still empty."""

import pytest
from werkzeug.datastructures import MultiDict

from screening.contacts import filling

HARM = [{"id": "injury_seen", "section": "Harm", "core_safety": False}]
SAFE = [{"id": "child_safe_now", "section": "Safe now", "core_safety": True}]
HOME = {"line_1": "1 Mill Lane", "postcode": "SO53 1BB"}


def filled(body, questions=(), **pressed):
    fields = [(name, value) for name, values in pressed.items() for value in values]
    return filling.by_button(body, MultiDict(fields), questions)


def test_an_answer_is_said_of_the_children_that_were_ticked_and_of_no_other():
    body = {"children": [{"answers": {"injury_seen": "yes"}}, {}, {}]}

    found, anchor = filled(body, HARM, same=["0.Harm"], **{"same_to.0.Harm": ["2"]})

    assert found["children"] == [{"answers": {"injury_seen": "yes"}}, {}, {"answers": {"injury_seen": "yes"}}]
    assert anchor == "#section-worry"


def test_what_was_said_of_a_child_stays():
    body = {"children": [{"answers": {"injury_seen": "yes"}}, {"answers": {"injury_seen": "no"}}]}

    found, _ = filled(body, HARM, same=["0.Harm"], **{"same_to.0.Harm": ["1"]})

    assert found["children"][1]["answers"] == {"injury_seen": "no"}


def test_only_the_answers_of_that_group_are_said_of_others():
    body = {"children": [{"answers": {"injury_seen": "yes", "child_safe_now": "no"}}, {}]}

    found, anchor = filled(body, [*HARM, *SAFE], same=["0.safe"], **{"same_to.0.safe": ["1"]})

    assert found["children"][1] == {"answers": {"child_safe_now": "no"}}
    assert anchor == "#section-safe"


def test_a_child_of_whom_nothing_was_said_is_where_the_others_are():
    body = {"children": [{"where_now": {"place": "School"}}]}

    found, _ = filled(body, same=["0.where_now"], **{"same_to.0.where_now": ["1"]})

    assert found["children"][1] == {"where_now": {"place": "School"}}


def test_an_adult_lives_at_the_same_address():
    body = {"children": [{"address": HOME}], "adults": [{"given_name": "Gary"}]}

    found, anchor = filled(body, same_home=["adults.0 children.0"])

    assert found["adults"] == [{"given_name": "Gary", "address": HOME}]
    assert anchor == "#adults-0-address-postcode"


@pytest.mark.parametrize("pressed", ["adults.7 children.0", "elsewhere.0 children.0", "adults.0 children.9", "x"])
def test_a_button_that_names_nobody_changes_nothing(pressed):
    body = {"children": [{"address": HOME}], "adults": [{}]}

    assert filled(body, same_home=[pressed])[0] == body


def test_an_address_that_was_chosen_is_taken_whole():
    found, _ = filled({}, take_address=["children.0|1 Mill Lane|Eastleigh|SO53 1BB"])

    assert found["children"] == [{"address": HOME | {"town": "Eastleigh"}}]


def test_each_address_is_offered_once():
    body = {"children": [{"given_name": "Ada", "address": HOME}, {"address": HOME}], "adults": [{"address": {}}]}

    assert filling.homes(body) == [("children.0", "Ada")]
