"""Programs search people by POST: candidates with reasons, by need to know, written down, no name in an address."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.models import AuditEntry, User
from screening.people import alerts
from screening.people.finding import index
from tests.screening.contacts.test_api import give_token
from tests.screening.people import made
from tests.screening.people.indexed import home, name_reader, person

KATHRYN = {"given_names": ["Kathryn"], "family_names": ["Smyth"], "age_years_estimated": 8}


@pytest.fixture
def integration(context):
    return give_token("case system", "integration")


def ask(client, headers, said, status=200):
    answer = client.post("/api/v1/people/search", headers=headers, json=said)
    assert answer.status_code == status, answer.text
    return answer.json


def test_an_integration_is_given_candidates_with_reasons(client, integration):
    row = person("Catherine", "Smith", born="2018-05-02", source="case system", source_id="P1")

    found = ask(client, integration, KATHRYN)

    [candidate] = found["candidates"]
    assert (candidate["person"], candidate["source_id"]) == (str(row.id), "P1")
    assert 0 < candidate["posterior"] <= 1
    assert [reason for reason in candidate["reasons"] if "Kathryn / Catherine" in reason]
    assert found["ask"] is None


def test_a_person_of_staff_searches_with_their_own_token_and_reach(client, context):
    row = person("Catherine", "Smith", born="2018-05-02", restricted=True)
    index.put(row)
    name_reader(row, "sarah")
    sarah, tom = (give_token(f"user:{name}", user_name=name) for name in ("sarah", "tom"))

    assert len(ask(client, sarah, KATHRYN)["candidates"]) == 1
    assert ask(client, tom, KATHRYN)["candidates"] == []


def test_a_call_handler_finds_people_in_a_call_alone(client, context):
    ask(client, give_token("user:callum", user_name="callum"), KATHRYN, status=403)


def test_a_partner_may_not_search(client, context):
    ask(client, give_token(), KATHRYN, status=403)


def test_without_a_token_nobody_searches(client, context):
    ask(client, {}, KATHRYN, status=401)


def test_the_fact_that_tells_the_first_two_apart_is_named(client, integration):
    for born in ("2018-05-02", "2018-06-09"):
        person("Catherine", "Smith", born=born)

    assert ask(client, integration, KATHRYN)["ask"] == "date of birth"


def test_no_protected_address_is_given_away(client, integration):
    person("Catherine", "Smith", born="2018-05-02", homes=[home("9 Quay Lane", "PO1 1ZZ", protected=True)])

    found = ask(client, integration, KATHRYN | {"addresses": [{"line_1": "9 Quay Lane", "postcode": "PO1 1ZZ"}]})

    assert [reason for reason in found["candidates"][0]["reasons"] if "ddress" in reason or "ostcode" in reason] == []


QUAY = {"line_1": "9 Quay Lane", "postcode": "PO1 1ZZ"}


def of_home(found):
    return [one for one in found["candidates"][0]["reasons"] if "ddress" in one or "ostcode" in one]


def test_an_alert_gives_no_address_away_from_when_it_is_set_until_it_ends(client, integration):
    row = person("Catherine", "Smith", born="2018-05-02", homes=[home("9 Quay Lane", "PO1 1ZZ")])
    asked = KATHRYN | {"addresses": [QUAY]}
    before = ask(client, integration, asked)

    with viewing(user_viewer(db.session.query(User).filter_by(user_name="sarah").one())):
        day = now().date() + timedelta(days=90)
        alert = alerts.set_alert(row.id, kind="protected_address", words="She fled.", review_on=day)
        standing = ask(client, integration, asked)
        unhomed = ask(client, integration, asked | {"addresses": [{"line_1": "3 Mill Road", "postcode": "GU1 1ZZ"}]})
        alerts.end_alert(alert.id, because="They moved.")

    assert of_home(before)
    assert of_home(standing) == []
    assert standing["candidates"] == unhomed["candidates"]
    assert of_home(ask(client, integration, asked))


def test_who_lives_with_somebody_protected_gives_no_address_away(client, integration):
    household = made.household()
    row = person("Catherine", "Smith", born="2018-05-02", homes=[home(**QUAY)], household_id=household.id)
    person("Mary", "Smith", homes=[home(**QUAY, protected=True)], household_id=household.id)

    found = ask(client, integration, KATHRYN | {"addresses": [QUAY]})

    assert found["candidates"][0]["person"] == str(row.id)
    assert of_home(found) == []


def test_what_was_looked_for_is_audited_as_hashes(client, integration):
    person("Catherine", "Smith", born="2018-05-02")

    ask(client, integration, KATHRYN)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "people.searched")).one()
    assert len(entry.detail["shown"]) == 1
    assert "Kathryn" not in str(entry.detail)


@pytest.mark.parametrize(
    ("said", "pointer"),
    [
        ({}, ""),
        ({"sex": "F"}, ""),
        ({"given_names": []}, ""),
        (KATHRYN | {"colour": "red"}, "/colour"),
        (KATHRYN | {"given_names": "Kathryn"}, "/given_names"),
        (KATHRYN | {"date_of_birth": "next year"}, "/date_of_birth"),
        (KATHRYN | {"age_years_estimated": "eight"}, "/age_years_estimated"),
        (KATHRYN | {"addresses": [{"house": "9"}]}, "/addresses/0/house"),
        (KATHRYN | {"addresses": ["9 Quay Lane"]}, "/addresses/0"),
    ],
)
def test_a_search_that_cannot_be_made_is_refused_by_field(client, integration, said, pointer):
    problem = ask(client, integration, said, status=422)

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize(
    "said",
    [
        {"given_names": ["'; drop table person; --"]},
        {"given_names": ["%"], "family_names": ["_"]},
        {"given_names": ["الله"]},
        {"given_names": ["…"]},
        {"family_names": ["x" * 200]},
        {"given_names": ["Ada"] * 30, "family_names": ["Marlow"] * 30},
        {"phones": ["not a number"]},
        {"addresses": [{"postcode": "O"}]},
        {"date_of_birth": "1900"},
        {"age_years_estimated": 130},
        {"nhs_number": "1"},
        {"expected_delivery_date": "1990-01-01"},
    ],
)
def test_an_odd_search_finds_nobody_and_breaks_nothing(client, integration, said):
    person("Catherine", "Smith", born="2018-05-02")

    assert ask(client, integration, said)["candidates"] == []


def test_a_mistyped_nhs_number_does_not_speak_against_the_right_person(client, integration):
    person("Catherine", "Smith", born="2018-05-02", nhs_number="9990000018")

    with_number, without = (
        ask(client, integration, KATHRYN | {"nhs_number": "9990000019"}),
        ask(client, integration, KATHRYN),
    )

    assert with_number["candidates"] == without["candidates"]
