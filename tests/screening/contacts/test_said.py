from datetime import date

import pytest

from screening import dates
from screening.contacts import said
from screening.contacts.forms import to_body

TODAY = date(2026, 11, 25)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("3/4/2017", "2017-04-03"),
        ("03.04.17", "2017-04-03"),
        ("3-4-88", "1988-04-03"),
        ("4/2017", "2017-04"),
        ("May 2018", "2018-05"),
        ("2 May 2018", "2018-05-02"),
        ("21st september 2019", "2019-09-21"),
        ("2018", "2018"),
        ("2018-05-02", "2018-05-02"),
        ("umpteen", "umpteen"),
        ("31/2/2017", "2017-02-31"),
        ("Mayday 2018", "2018-05"),
    ],
)
def test_a_date_is_read_day_first_as_it_is_said(typed, meant):
    assert dates.iso(typed, TODAY) == meant


@pytest.mark.parametrize(
    ("typed", "meant"), [("7", 7), ("about 7", 7), ("7 years old", 7), ("aged 11", 11), ("tiny", "tiny")]
)
def test_an_age_is_read_as_it_is_said(typed, meant):
    body = said.as_sent({"children": [{"age_years_estimated": typed}]}, TODAY)

    assert body["children"][0]["age_years_estimated"] == meant


def test_fields_named_by_their_path_become_the_apis_shape():
    pairs = [("children.0.given_name", "Ada"), ("children.1.answers.injury_seen", "yes"), ("narrative", "Hungry")]

    assert to_body(pairs) == {
        "children": [{"given_name": "Ada"}, {"answers": {"injury_seen": "yes"}}],
        "narrative": "Hungry",
    }


def test_a_blank_field_is_absent():
    assert to_body([("narrative", "  "), ("views.child", "")]) == {}


def test_buttons_and_tokens_are_left_behind():
    assert to_body([("csrf_token", "secret"), ("version", "3"), ("action", "save")]) == {}


@pytest.mark.parametrize(
    "path", ["children", "children.x.given_name", "children.0", "answers", "children.0.answers", "a.b.c"]
)
def test_a_path_that_does_not_fit_is_left_out(path):
    body = to_body([(path, "value")])

    assert body.get("children", []) in ([], [{}], [{"answers": {}}])
    assert body.get("answers", {}) == {}


def test_a_list_is_sent_once_for_each_that_is_ticked():
    pairs = [("adults.0.alleged_harm_to", "0"), ("adults.0.alleged_harm_to", "2")]

    assert to_body(pairs)["adults"][0]["alleged_harm_to"] == [0, 2]


ADA = ("children.0.given_name", "Ada")
NONE = ("children.0.disabilities", "NONE")


@pytest.mark.parametrize(
    ("pairs", "children"),
    [
        ([("children.0.disabilities.x", "1"), NONE], [{"disabilities": ["NONE"]}]),
        ([NONE, ("children.0.disabilities.x", "1")], [{"disabilities": ["NONE"]}]),
        ([ADA, ("children.50.given_name", "Ben")], [{"given_name": "Ada"}]),
        ([ADA, ("children.first.given_name", "Ben")], [{"given_name": "Ada"}]),
        ([ADA, ("children.01.given_name", "Ben")], [{"given_name": "Ada"}]),
        ([("children.0", "Ben"), ADA], [{"given_name": "Ada"}]),
        ([ADA, ("children.0", "Ben")], [{"given_name": "Ada"}]),
        ([ADA, ("children.0.given_name.x", "Ben")], [{"given_name": "Ada"}]),
        ([ADA, ("children.0.answers.1", "yes")], [{"given_name": "Ada", "answers": {"1": "yes"}}]),
    ],
)
def test_an_odd_path_costs_nothing_but_itself(pairs, children):
    assert to_body(pairs)["children"] == children


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ({"date_of_birth": "about 7"}, {"age_years_estimated": 7}),
        ({"date_of_birth": "6 months"}, {"date_of_birth": "2026-05"}),
        ({"age_years_estimated": "6 months"}, {"date_of_birth": "2026-05"}),
        ({"date_of_birth": "17"}, {"date_of_birth": "17"}),
        ({"expected_delivery_date": "due in March"}, {"expected_delivery_date": "2027-03"}),
    ],
)
def test_an_age_in_the_place_of_a_date_is_an_age(typed, sent):
    assert said.as_sent({"children": [typed]}, TODAY)["children"][0] == sent


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        ("date_of_birth", "030417", "Understood: born 3 April 2017"),
        ("date_of_birth", "about 7", "Understood: born about 2018/19"),
        ("age_years_estimated", 7, "Understood: born about 2018/19"),
        ("age_years_estimated", "6 months", "Understood: born May 2026"),
        ("expected_delivery_date", "due in March", "Understood: due March 2027"),
        ("date_of_birth", "?", "Understood: not known"),
        ("date_of_birth", "umpteen", said.NOT_UNDERSTOOD),
        ("date_of_birth", "31/2/2017", said.NOT_UNDERSTOOD),
    ],
)
def test_what_was_understood_is_told_back_where_it_was_typed(field, typed, words):
    assert said.understood({"children": [{field: typed}]}, TODAY) == {f"children.0.{field}": words}


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ({"not_known": {"school": "refused"}}, {"not_known": {"school": "refused"}}),
        ({"school": "Oak", "not_known": {"school": "refused"}}, {"school": "Oak"}),
        ({"interpreter": "refused"}, {"interpreter": "unknown", "not_known": {"interpreter": "refused"}}),
        ({"interpreter": "unknown"}, {"interpreter": "unknown"}),
        ({"school": "?"}, {"not_known": {"school": "unknown"}}),
        ({"where_now": {"safe_until": "Not safe", "with_whom": "dk"}},
         {"where_now": {"safe_until": "Not safe", "not_known": {"with_whom": "unknown"}}}),
        ({"in_household": "unknown"}, {"not_known": {"in_household": "unknown"}}),
        ({"in_household": False, "not_known": {"in_household": "unknown"}}, {"in_household": False}),
        ({"where_now": {"place": "Home", "not_known": {"place": "unknown", "with_whom": "refused"}}},
         {"where_now": {"place": "Home", "not_known": {"with_whom": "refused"}}}),
    ],
)  # fmt: skip
def test_not_known_is_an_answer_until_somebody_says_more(typed, sent):
    assert said.as_sent({"adults": [typed]}, TODAY)["adults"][0] == sent


def test_the_caller_may_refuse_to_say_whether_it_is_safe_to_reply():
    sent = said.as_sent({"referrer": {"safe_to_reply": "refused"}}, TODAY)["referrer"]

    assert sent == {"safe_to_reply": "unknown", "not_known": {"safe_to_reply": "refused"}}


@pytest.mark.parametrize("order", [1, -1])
def test_a_number_that_was_said_beats_the_mark_beside_it(order):
    pairs = [("answers.dash_yes_count", "15"), ("answers.dash_yes_count", "unknown")][::order]

    assert to_body(pairs)["answers"] == {"dash_yes_count": "15"}
