"""Decisions through the API: a person's token only, once for each key, on the version that was read."""

import pytest

from screening.db import db
from tests.screening.decisions import given
from tests.screening.queues import tokens

pytestmark = pytest.mark.usefixtures("context")
LEVEL_4 = {"level": 4, "urgency": "red"}
LOWER = {"outcome": "early_help", "against_reason": "A nurse saw it happen."}
RESEND = "the same key"


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def send(client):
    """Decide about a contact's first child with a person's token."""

    def decide(contact, *, by="sarah", version=None, key=None, body=None, **changed):
        db.session.commit()
        token = tokens.of_user(by)
        sent = body or given.body(next(iter(contact.children), None), **changed)
        version = contact.version if version is None else version
        path = f"/contacts/{contact.reference}/decisions"
        return tokens.post(client, token, path, sent, version=version, key=key)

    return decide


def confirm(client, contact, decision, *, by="grace", **view):
    path = f"/contacts/{contact.reference}/decisions/{decision.id}/confirm"
    same = {"outcome": "early_help", "level": 3, "urgency": "amber"}
    return tokens.post(client, tokens.of_user(by), path, {**same, **view}, version=contact.version)


def test_a_decision_is_answered_as_it_is_on_file(send):
    contact = given.contact()

    answer = send(contact)

    assert answer.status_code == 201, answer.text
    assert answer.json["child"] == str(contact.children[0].id)
    assert (answer.json["outcome"], answer.json["stage"], answer.json["stands"]) == ("assessment", "contact", True)
    assert answer.json["decided_by"] == "Sarah Okafor"
    assert answer.headers["ETag"] == f'"{contact.version}"'


def test_a_repeat_under_the_same_key_gets_the_same_answer_and_decides_nothing_twice(send):
    contact = given.contact("Ada Marlow", "Ben Marlow")

    version = contact.version
    first, again = send(contact, key=RESEND, version=version), send(contact, key=RESEND, version=version)

    assert first.json == again.json
    assert len(given.decisions_of(contact)) == 1


def test_a_second_decision_is_told_who_was_first_and_when(send):
    contact = given.contact("Ada Marlow", "Ben Marlow")
    send(contact)

    answer = send(contact)

    assert answer.status_code == 409
    assert answer.json["detail"].startswith("Sarah Okafor decided this at 12:00 on 24 November 2026.")


def test_a_decision_on_an_old_version_is_refused(send):
    contact = given.contact()

    assert send(contact, version=contact.version + 1).status_code == 412


def test_a_decision_without_a_version_is_refused(client):
    contact = given.contact()
    db.session.commit()
    path = f"/contacts/{contact.reference}/decisions"

    answer = tokens.post(client, tokens.of_user("sarah"), path, given.body(contact.children[0]), version=None)

    assert answer.status_code == 428


def test_a_decision_without_a_key_is_refused(client):
    contact = given.contact()
    db.session.commit()
    headers = tokens.headers(tokens.of_user("sarah"), version=contact.version) | {"Idempotency-Key": ""}

    path = f"/api/v1/contacts/{contact.reference}/decisions"
    answer = client.post(path, json=given.body(contact.children[0]), headers=headers)

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]


def test_what_is_missing_is_named_by_pointer(send):
    contact = given.contact()

    answer = send(contact, rationale={"worried": "Hungry."}, family_told={})

    pointers = {error["pointer"] for error in answer.json["errors"]}
    assert answer.status_code == 422
    assert {"/rationale/views", "/family_told"} <= pointers


def test_an_unknown_field_is_refused(send):
    contact = given.contact()

    answer = send(contact, body=given.body(contact.children[0]) | {"stage": "team"})

    assert answer.status_code == 422
    assert answer.json["errors"][0]["pointer"] == "/stage"


def test_a_contact_with_children_is_not_decided_without_saying_which(send):
    contact = given.contact()

    answer = send(contact, body=given.body(None))

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/child")


@pytest.mark.parametrize("scope", ["partner", "integration"])
def test_a_client_without_a_person_does_not_decide(client, scope):
    contact = given.contact()
    db.session.commit()
    path = f"/contacts/{contact.reference}/decisions"

    answer = tokens.post(client, tokens.of_client(scope), path, given.body(contact.children[0]), version=1)

    assert answer.status_code == 403
    assert given.decisions_of(contact) == []


@pytest.mark.parametrize(("user_name", "status"), [("priya", 403), ("owen", 403), ("nadia", 404), ("tom", 409)])
def test_only_who_holds_it_decides(send, user_name, status):
    contact = given.contact()

    answer = send(contact, by=user_name)

    assert answer.status_code == status
    assert given.NAME not in answer.text


def test_a_second_person_confirms(send, client):
    contact = given.contact(**LEVEL_4)
    assert not send(contact, **LOWER).json["stands"]

    answer = confirm(client, contact, given.decisions_of(contact)[0])

    assert answer.status_code == 200, answer.text
    assert (answer.json["stands"], answer.json["confirmed_by"]) == (True, "Grace Lindqvist")


def test_a_second_person_who_differs_is_answered_so(send, client):
    contact = given.contact(**LEVEL_4)
    send(contact, **LOWER)

    answer = confirm(client, contact, given.decisions_of(contact)[0], level=4)

    assert (answer.status_code, answer.json["stands"]) == (200, False)


def test_who_decided_does_not_confirm(send, client):
    contact = given.contact(holder="grace", **LEVEL_4)
    send(contact, by="grace", **LOWER)

    answer = confirm(client, contact, given.decisions_of(contact)[0])

    assert answer.status_code == 403


def test_a_decision_of_another_contact_is_not_found(send, client):
    contact, other = given.contact(**LEVEL_4), given.contact("Ben Marlow", **LEVEL_4)
    send(contact, **LOWER)

    assert confirm(client, other, given.decisions_of(contact)[0]).status_code == 404


def test_the_document_describes_both(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]

    decide = paths["/api/v1/contacts/{reference}/decisions"]["post"]
    confirm = paths["/api/v1/contacts/{reference}/decisions/{decision_id}/confirm"]["post"]
    for described in (decide, confirm):
        assert {"Idempotency-Key", "If-Match"} <= {one["name"] for one in described["parameters"]}
