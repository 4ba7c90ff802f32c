"""Partners and systems send contacts: kept once for a key, named by field where wrong, and scored for who may know."""

import hashlib
import json
import threading

import pytest
from sqlalchemy import func, select, text

from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import ApiToken, Contact, RulesetInForce, Task, User
from tests.screening.contacts.bodies import body, bruised_baby


def give_token(client="school", scope="partner", user_name=None):
    token = f"token of {client} {scope} {user_name}"
    user = db.session.scalars(select(User).where(User.user_name == user_name)).one() if user_name else None
    row = ApiToken(
        client=client,
        scope="user" if user else scope,
        user_id=user.id if user else None,
        token_hash=hashlib.sha256(token.encode()).digest(),
        created_at=now(),
    )
    db.session.add(row)
    db.session.flush()
    return {"Authorization": f"Bearer {token}"}


@pytest.fixture
def partner(context):
    return give_token()


@pytest.fixture
def integration(context):
    return give_token("case system", "integration")


def post(client, headers, sent=None, key="k1", path="/api/v1/contacts", **raw):
    headers = headers | ({"Idempotency-Key": key} if key else {})
    return client.post(path, headers=headers, **(raw or {"json": sent if sent is not None else body()}))


def test_a_contact_that_is_kept_gets_a_reference(client, partner):
    answer = post(client, partner)

    assert answer.status_code == 201
    assert answer.json["reference"].startswith("FD-")
    assert answer.json["status"] == "received"


def test_a_partner_is_not_told_the_score(client, partner):
    assert "screening" not in post(client, partner).json


def test_an_integration_is_told_the_score(client, integration):
    assert post(client, integration, bruised_baby()).json["screening"]["urgency"]["at_least"] == "red"


def test_the_same_key_and_body_get_the_same_answer_and_one_contact(client, partner):
    first, second = post(client, partner), post(client, partner)

    assert first.json == second.json
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_the_same_key_with_another_body_is_refused(client, partner):
    post(client, partner)

    answer = post(client, partner, body(narrative="Another worry"))

    assert answer.status_code == 422
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_a_refused_contact_does_not_use_its_key_up(client, partner):
    assert post(client, partner, body(narrative="")).status_code == 422

    assert post(client, partner).status_code == 201


def test_two_clients_may_use_the_same_key(client, partner, integration):
    post(client, partner)
    post(client, integration)

    assert db.session.scalar(select(func.count()).select_from(Contact)) == 2


def test_a_key_is_required(client, partner):
    answer = post(client, partner, key=None)

    assert answer.status_code == 400
    assert "Idempotency-Key" in answer.json["detail"]


def test_a_token_is_required(client, context):
    assert post(client, {}).status_code == 401


def test_a_cookie_is_no_token(signed_in):
    assert signed_in("priya").post("/api/v1/contacts", json=body(), headers={"Idempotency-Key": "k"}).status_code == 401


def test_what_is_wrong_is_named_by_pointer(client, partner):
    answer = post(client, partner, body(children=[{"sex": "X"}], colour="red"))

    assert answer.content_type.startswith("application/problem+json")
    assert {error["pointer"] for error in answer.json["errors"]} == {"/children/0/sex", "/colour"}


@pytest.mark.parametrize(
    "raw",
    [
        b"[" * 100_000 + b"]" * 100_000,
        b'{"contact_type": NaN}',
        b'{"contact_type": "notification", "contact_type": "hoax"}',
        b'{"narrative": "\\u0000"}',
        b"\xff\xfe",
        b"null",
        b"[]",
        b'"text"',
        b"",
        b"{",
        b'{"answers": {"dash_yes_count": 99999999999999999999999999}}',
    ],
    ids=["deep", "NaN", "twice", "NUL", "no UTF-8", "null", "list", "text", "empty", "cut off", "huge number"],
)
def test_a_body_that_cannot_be_read_is_a_clear_refusal(client, partner, raw):
    answer = post(client, partner, data=raw, content_type="application/json")

    assert 400 <= answer.status_code < 500
    assert answer.json["detail"]
    assert "Traceback" not in answer.text


def test_another_kind_of_body_is_refused(client, partner):
    assert post(client, partner, data="<contact/>", content_type="text/xml").status_code == 415


def test_a_body_over_a_megabyte_is_refused(client, partner):
    raw = json.dumps(body(narrative="x" * 1_100_000))

    assert post(client, partner, data=raw, content_type="application/json").status_code == 413


def test_scoring_stores_nothing(client, integration):
    answer = post(client, integration, bruised_baby(), path="/api/v1/score")

    assert answer.json["level"]["at_least"] == 4
    assert db.session.scalar(select(func.count()).select_from(Contact)) == 0


def test_a_contact_is_kept_although_no_rules_are_in_force(client, integration):
    db.session.execute(RulesetInForce.__table__.delete())

    assert post(client, integration).status_code == 201
    assert post(client, integration, path="/api/v1/score").status_code == 503


def test_a_partner_may_not_ask_for_a_score(client, partner):
    assert post(client, partner, path="/api/v1/score").status_code == 403


def test_a_person_with_a_token_sends_as_themselves(client, context):
    answer = post(client, give_token("user:priya", user_name="priya"))

    kept = db.session.scalars(select(Contact).where(Contact.reference == answer.json["reference"])).one()
    assert kept.taken_by_id is not None


def test_the_api_describes_itself(client, context):
    document = client.get("/api/v1/openapi.json").json

    assert {"/api/v1/contacts", "/api/v1/score", "/api/v1/contacts/{reference}", "/api/v1/board"} <= set(
        document["paths"]
    )


@pytest.fixture
def committed_token(own_app):
    with own_app.app_context(), viewing(worker_viewer("test")), transaction():
        return give_token()


def test_twins_at_the_same_moment_make_one_contact(own_app, committed_token):
    answers = []

    def send():
        answers.append(post(own_app.test_client(), committed_token).json["reference"])

    threads = [threading.Thread(target=send) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(answers) == 6
    assert len(set(answers)) == 1
    with own_app.app_context(), viewing(worker_viewer("test")):
        assert db.session.scalar(select(func.count()).select_from(Contact)) == 1


def test_no_contact_is_kept_unaudited(own_app, own_database, postgres, committed_token):
    """[F45] The audit refuses, so the save fails, and nobody is told that it was kept."""
    from sqlalchemy import create_engine

    owner = create_engine(postgres.url(own_database, "frontdoor_owner"), isolation_level="AUTOCOMMIT")
    with owner.connect() as connection:
        connection.execute(text("revoke insert on audit from frontdoor_app"))
    owner.dispose()

    answer = post(own_app.test_client(), committed_token)

    assert answer.status_code == 503
    assert "Nothing was saved" in answer.json["detail"]
    with own_app.app_context(), viewing(worker_viewer("test")):
        assert db.session.scalar(select(func.count()).select_from(Contact)) == 0
        assert db.session.scalar(select(func.count()).select_from(Task)) == 0
