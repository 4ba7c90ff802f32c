"""The queues through the API: an integration reads, a person's token acts; versions, keys, and who was first."""

from datetime import timedelta

import pytest

from screening.db import db, now
from tests.screening.queues import given, tokens

pytestmark = pytest.mark.usefixtures("context")
REASON = "The family lives in Havant since May."
NAME = "Ada Marlow"
MOVE = {"reason": REASON, "to_team": "havant"}


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def waiting():
    return new_item()


@pytest.fixture
def act(client):
    """Act on an item with a person's token."""

    def post(item, action, body=None, *, by="sarah", version=None, key=None):
        version = item.version if version is None else version
        path = f"/queue-items/{item.id}/{action}"
        return tokens.post(client, tokens.of_user(by), path, body or {}, version=version, key=key)

    return post


def new_item(team="screening", **more):
    contact = given.contact()
    given.person(contact, NAME)
    item = given.item(contact, team, **more)
    db.session.commit()
    return item


def read(client, token, slug="screening", **query):
    return client.get(f"/api/v1/teams/{slug}/queue", query_string=query, headers=tokens.headers(token))


def test_an_integration_reads_a_queue_next_to_breach_first_and_no_name(client, waiting):
    sooner = new_item(due_at=now() + timedelta(minutes=5))

    answer = read(client, tokens.of_client("integration"))

    assert [item["id"] for item in answer.json["items"]] == [str(sooner.id), str(waiting.id)]
    assert answer.json["counts"]["new"] == 2
    assert NAME not in answer.text


def test_a_person_reads_the_queues_of_their_own_teams(client, waiting):
    token = tokens.of_user("sarah")

    assert [read(client, token, slug).status_code for slug in ("screening", "havant")] == [200, 404]


@pytest.mark.parametrize("query", [{"tab": "nonsense"}, {"after": "x"}, {"after": "W10"}, {"after": "WzEsMl0"}])
def test_a_question_that_makes_no_sense_is_refused(client, query):
    assert read(client, tokens.of_user("sarah"), **query).status_code == 422


def test_a_partner_reads_no_queue(client, waiting):
    assert read(client, tokens.of_client("partner")).status_code == 403


def test_without_a_token_nothing_is_read(client):
    assert client.get("/api/v1/teams/screening/queue").status_code == 401


def test_a_browsers_session_is_no_token(signed_in):
    assert signed_in("sarah").get("/api/v1/teams/screening/queue").status_code == 401


def test_accepting_answers_the_item_with_its_new_version(act, waiting):
    answer = act(waiting, "accept")

    assert answer.status_code == 200, answer.text
    assert (answer.json["state"], answer.json["holder"]) == ("accepted", "Sarah Okafor")
    assert answer.headers["ETag"] == f'"{waiting.version}"'
    assert answer.json["version"] == waiting.version


def test_who_comes_second_is_told_who_was_first_and_when(act, waiting):
    version = waiting.version
    act(waiting, "accept")

    answer = act(waiting, "accept", by="tom", version=version)

    assert (answer.status_code, answer.json["detail"]) == (409, "Accepted by Sarah Okafor at 12:00.")
    assert answer.content_type.startswith("application/problem+json")


def test_a_repeat_under_the_same_key_gets_the_same_answer(act, waiting):
    version = waiting.version

    first = act(waiting, "return", MOVE, version=version, key="the same key")
    again = act(waiting, "return", MOVE, version=version, key="the same key")

    assert first.json == again.json
    assert len(given.items_of(waiting.contact)) == 2


def test_the_same_key_with_another_body_is_refused(act, waiting):
    act(waiting, "return", MOVE, key="the same key")

    assert act(waiting, "return", {**MOVE, "to_team": "mash"}, key="the same key").status_code == 422


def test_a_version_that_is_old_missing_or_nonsense_is_refused(client, act, waiting):
    headers = tokens.headers(tokens.of_user("sarah"))
    address = f"/api/v1/queue-items/{waiting.id}/accept"

    assert act(waiting, "accept", version=waiting.version + 1).status_code == 412
    assert client.post(address, json={}, headers=headers).status_code == 428
    assert client.post(address, json={}, headers=headers | {"If-Match": "x"}).status_code == 400


def test_an_action_without_a_key_is_refused(client, waiting):
    headers = tokens.headers(tokens.of_user("sarah"), version=waiting.version)
    headers.pop("Idempotency-Key")

    assert client.post(f"/api/v1/queue-items/{waiting.id}/accept", json={}, headers=headers).status_code == 400


def test_a_claim_answers_until_when(act, waiting):
    answer = act(waiting, "claim")

    assert (answer.json["claimed_by"], answer.json["claimed_until"] is not None) == ("Sarah Okafor", True)


def test_a_return_answers_the_item_that_follows(act):
    item = new_item("winchester")

    answer = act(item, "return", MOVE, by="winnie")

    assert (answer.json["team"], answer.json["returns"], answer.json["state"]) == ("screening", 1, "waiting")


def test_a_transfer_answers_the_item_that_follows(act, waiting):
    assert act(waiting, "transfer", MOVE).json["team"] == "havant"


def test_an_undo_answers_the_item_that_stands(act, waiting):
    act(waiting, "transfer", MOVE)

    answer = act(given.lead_of(waiting.contact), "undo")

    assert (answer.json["team"], answer.json["state"]) == ("screening", "waiting")


def test_a_reason_that_is_too_short_is_named_by_pointer(act, waiting):
    answer = act(waiting, "return", {"reason": "no", "to_team": "havant"})

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/reason")


def test_allocating_names_the_holder(act, waiting):
    assert act(waiting, "allocate", {"to_user": "tom"}, by="grace").json["holder"] == "Tom Whitlock"


def test_an_unknown_field_is_refused(act, waiting):
    assert act(waiting, "accept", {"force": True}).status_code == 422


@pytest.mark.parametrize(
    ("user_name", "action", "body", "status"),
    [
        ("priya", "accept", {}, 403),
        ("owen", "return", MOVE, 403),
        ("winnie", "transfer", MOVE, 403),
        ("sarah", "allocate", {"to_user": "tom"}, 403),
        ("winnie", "accept", {}, 404),
        ("henry", "allocate", {"to_user": "henry"}, 404),
    ],
)
def test_who_may_not_does_not(act, waiting, user_name, action, body, status):
    answer = act(waiting, action, body, by=user_name)

    assert answer.status_code == status
    assert waiting.state == "waiting"


@pytest.mark.parametrize("scope", ["partner", "integration"])
@pytest.mark.parametrize("action", ["claim", "accept"])
def test_only_a_persons_token_acts(client, waiting, scope, action):
    path = f"/queue-items/{waiting.id}/{action}"

    answer = tokens.post(client, tokens.of_client(scope), path, {}, version=waiting.version)

    assert answer.status_code == 403
