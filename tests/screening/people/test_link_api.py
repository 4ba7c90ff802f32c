"""A program that acts for a person says who somebody in a contact is; nobody else does."""

import pytest
from sqlalchemy import func, select

from screening.db import db
from screening.models import PersonLink
from tests.screening.people import made
from tests.screening.queues import given, tokens

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def ada(context):
    contact = given.contact(taken_by_id=given.user("priya").id)
    given.item(contact, "screening")
    return given.person(contact)


def say(client, token, participation, person, answer="confirmed", **more):
    body = {"participation": str(participation.id), "person": str(person.id), "answer": answer}
    place = f"/contacts/{participation.contact.reference}/links"
    return tokens.post(client, token, place, body, version=None, **more)


def test_a_persons_token_confirms_who_it_is(client, ada):
    person = made.person()

    answer = say(client, tokens.of_user("sarah"), ada, person)

    assert answer.status_code == 201
    assert (answer.json["person"], answer.json["answer"]) == (str(person.id), "confirmed")


def test_a_handlers_token_only_proposes(client, ada):
    token, person = tokens.of_user("priya"), made.person()

    assert say(client, token, ada, person).status_code == 403
    assert say(client, token, ada, person, "proposed").status_code == 201


def test_an_integration_says_nothing_of_who_people_are(client, ada):
    assert say(client, tokens.of_client("integration"), ada, made.person()).status_code == 403


def test_the_same_key_is_answered_twice_and_done_once(client, ada):
    token, person = tokens.of_user("sarah"), made.person()

    answers = [say(client, token, ada, person, key="one key") for _ in range(2)]

    assert answers[0].json == answers[1].json
    assert db.session.scalar(select(func.count()).where(PersonLink.participation_id == ada.id)) == 1


def test_somebody_else_who_was_first_is_told_as_a_problem(client, ada):
    say(client, tokens.of_user("sarah"), ada, made.person())

    answer = say(client, tokens.of_user("tom"), ada, made.person())

    assert (answer.status_code, answer.content_type.split(";")[0]) == (409, "application/problem+json")
    assert "Sarah Okafor" in answer.json["detail"]


def test_an_answer_that_is_none_names_its_field(client, ada):
    answer = say(client, tokens.of_user("sarah"), ada, made.person(), "perhaps")

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/answer"


def test_a_contact_out_of_reach_does_not_exist(client, ada):
    assert say(client, tokens.of_user("winnie"), ada, made.person()).status_code == 404
