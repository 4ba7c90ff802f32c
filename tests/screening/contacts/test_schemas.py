"""Bad input is refused field by field in plain words; unborn and not known are allowed [F36, F37, F40]."""

from datetime import timedelta

import pytest

from screening import validation
from screening.contacts.schemas import ContactSchema
from screening.db import now
from screening.errors import Invalid
from tests.screening.contacts.bodies import body, child

pytestmark = pytest.mark.usefixtures("context")


def load(**changes):
    return validation.load(ContactSchema(), body(**changes))


def wrong(**changes):
    with pytest.raises(Invalid) as refused:
        load(**changes)
    return refused.value.fields


def wrong_child(**changes):
    return list(wrong(children=[child(**changes)]))


def test_the_smallest_contact_is_taken():
    assert load()["referrer"] == {"safe_to_reply": "unknown"}


def test_a_field_that_is_not_known_is_refused():
    assert list(wrong(score=0)) == ["/score"]


@pytest.mark.parametrize("role", ["role", "is_admin", "restricted", "state", "reference"])
def test_nobody_sets_what_is_not_theirs_to_say(role):
    assert list(wrong(**{role: True})) == [f"/{role}"]


def test_every_field_that_is_wrong_is_named_at_once():
    fields = wrong(channel="pigeon", children=[child(sex="X", date_of_birth="2018-02-30")])

    assert set(fields) == {"/channel", "/children/0/sex", "/children/0/date_of_birth"}


@pytest.mark.parametrize(
    "birth", ["2018-02-30", "2018-13", "9999", "1018", "-5", "yesterday", "2018-5-2", "", 2018, None]
)
def test_an_odd_date_of_birth_is_refused(birth):
    assert wrong_child(date_of_birth=birth) == ["/children/0/date_of_birth"]


@pytest.mark.parametrize("birth", ["2018", "2018-05", "2018-05-02", "2020-02-29"])
def test_a_date_of_birth_may_be_known_in_part(birth):
    assert load(children=[child(date_of_birth=birth)])["children"][0]["date_of_birth"] == birth


def test_a_birth_in_the_future_is_refused():
    assert wrong_child(date_of_birth="2090") == ["/children/0/date_of_birth"]


def test_a_child_of_130_is_refused():
    assert wrong_child(date_of_birth="1900") == ["/children/0/date_of_birth"]


def test_a_child_about_whom_nothing_is_known_is_taken():
    assert load(children=[{}])["children"] == [{"answers": {}}]


def test_an_unborn_child_is_taken():
    due = (now() + timedelta(days=90)).date().isoformat()

    assert load(children=[{"expected_delivery_date": due, "sex": "U"}])["children"][0]["sex"] == "U"


def test_an_unborn_child_has_no_sex_yet():
    due = (now() + timedelta(days=90)).date().isoformat()

    assert list(wrong(children=[{"expected_delivery_date": due, "sex": "F"}])) == ["/children/0/sex"]


def test_a_due_date_in_three_years_is_refused():
    due = (now() + timedelta(days=1000)).date().isoformat()

    assert list(wrong(children=[{"expected_delivery_date": due}])) == ["/children/0/expected_delivery_date"]


def test_a_child_has_one_kind_of_age():
    assert wrong_child(age_years_estimated=7) == ["/children/0/age_years_estimated"]


@pytest.mark.parametrize("age", [-1, 26, 1.5, "7", True, 10**30, 2.6e-42])
def test_an_estimated_age_is_a_whole_number_of_a_child(age):
    assert list(wrong(children=[{"age_years_estimated": age}])) == ["/children/0/age_years_estimated"]


def test_no_disability_excludes_all_others():
    assert wrong_child(disabilities=["NONE", "AUT"]) == ["/children/0/disabilities"]


@pytest.mark.parametrize("text", ["a\x00b", "bell \x07", "\ud800"])
def test_a_text_that_cannot_be_kept_is_refused(text):
    assert list(wrong(narrative=text)) == ["/narrative"]


@pytest.mark.parametrize(
    "text",
    [
        "'; drop table contact; --",
        "<script>alert(1)</script>",
        "{{ 7 * 7 }} %s %(x)s ${jndi}",
        "=1+1",
        "Zoë O’Hara \N{BABY}\nsecond line\ttab",
    ],
)
def test_a_text_is_kept_as_it_was_typed(text):
    assert load(narrative=text)["narrative"] == text


def test_a_text_is_refused_when_it_is_too_long_never_cut():
    assert list(wrong(narrative="x" * 50_001)) == ["/narrative"]


def test_a_name_is_one_line():
    assert wrong_child(given_name="Ada\r\nBcc: all@example.org") == ["/children/0/given_name"]


@pytest.mark.parametrize(
    "email",
    [
        "a@b",
        "a b@example.org",
        "a@example.org\nBcc: x@example.org",
        "A <a@example.org>",
        "a@example.org, b@example.org",
    ],
)
def test_an_address_that_could_mislead_mail_is_refused(email):
    assert list(wrong(referrer={"email": email})) == ["/referrer/email"]


def test_a_number_that_cannot_be_rung_is_refused():
    assert list(wrong(referrer={"phone": "no idea"})) == ["/referrer/phone"]


def test_true_means_safe_to_reply():
    assert load(referrer={"safe_to_reply": True})["referrer"]["safe_to_reply"] == "yes"


@pytest.mark.parametrize("postcode", ["SO23 8UG", "so238ug", "SO23", "GU14"])
def test_a_postcode_may_be_whole_or_its_first_half(postcode):
    kept = load(children=[child(address={"postcode": postcode})])["children"][0]["address"]["postcode"]

    assert kept == {"so238ug": "SO23 8UG"}.get(postcode, postcode)


def test_what_is_no_postcode_is_refused():
    assert wrong_child(address={"postcode": "the corner"}) == ["/children/0/address/postcode"]


def test_an_answer_to_a_question_that_nobody_asks_is_refused():
    assert list(wrong(answers={"favourite_colour": "yes"})) == ["/answers/favourite_colour"]


def test_an_answer_about_a_child_is_not_the_households():
    assert list(wrong(answers={"injury_seen": "yes"})) == ["/answers/injury_seen"]


@pytest.mark.parametrize("answer", ["maybe", "", None, True, 1.5, ["yes"], {"a": 1}])
def test_an_answer_is_one_of_the_five(answer):
    assert wrong_child(answers={"injury_seen": answer})[0].startswith("/children/0/answers/injury_seen")


@pytest.mark.parametrize("number", ["lots", "1000", "14.5", "-1", True, ""])
def test_an_answer_in_numbers_is_a_whole_number(number):
    (pointer,) = wrong(answers={"dash_yes_count": number})

    assert pointer.startswith("/answers/dash_yes_count")


@pytest.mark.parametrize(("number", "kept"), [(14, 14), ("14", 14), (0, 0), ("unknown", "unknown")])
def test_an_answer_in_numbers_may_be_typed_or_not_known(number, kept):
    assert load(answers={"dash_yes_count": number})["answers"] == {"dash_yes_count": kept}


def test_harm_points_to_a_child_that_is_there():
    assert list(wrong(adults=[{"alleged_harm_to": [1]}])) == ["/adults/0/alleged_harm_to"]


def test_a_receipt_in_the_future_is_refused():
    assert list(wrong(received_at=(now() + timedelta(hours=1)).isoformat())) == ["/received_at"]


def test_a_receipt_without_a_zone_is_refused():
    assert list(wrong(received_at="2026-11-23T09:14:00")) == ["/received_at"]


def test_a_receipt_before_any_calendar_is_refused_in_words():
    assert list(wrong(received_at="0001-01-01T00:00:00+14:00")) == ["/received_at"]


def test_a_worry_says_something():
    assert list(wrong(narrative="  ")) == ["/narrative"]


def test_characters_that_nobody_sees_are_no_account():
    assert list(wrong(narrative="\u200b\u200b")) == ["/narrative"]


def test_a_year_in_digits_that_we_do_not_write_is_refused():
    assert wrong_child(date_of_birth="\uff12\uff10\uff11\uff18") == ["/children/0/date_of_birth"]


def test_a_silent_call_says_nothing():
    assert load(contact_type="silent", narrative="", children=[])["narrative"] == ""


def test_danger_now_is_sent_as_it_stands():
    assert load(narrative="", answers={"immediate_danger": "yes"})["answers"] == {"immediate_danger": "yes"}


@pytest.mark.parametrize("whole", [[], None, "text", 5])
def test_a_body_that_is_no_object_is_refused(whole):
    with pytest.raises(Invalid):
        validation.load(ContactSchema(), whole)


def test_more_people_than_a_contact_holds_are_refused():
    assert list(wrong(children=[{}] * 51)) == ["/children"]
