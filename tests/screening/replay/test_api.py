"""Shadow runs through the API: a person's token starts and reads them; nobody is named."""

import pytest
from sqlalchemy import func, select

from screening.db import db
from screening.models import RulesetInForce, RulesReplay
from tests.screening.queues import tokens
from tests.screening.replay import given
from workers import replay

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def version():
    return db.session.scalar(select(RulesetInForce.hash))


def start(client, body, by="grace", key=None):
    return tokens.post(client, tokens.of_user(by), "/rules/replays", body, version=None, key=key)


def read(client, run_id, by="sarah"):
    return client.get(f"/api/v1/rules/replays/{run_id}", headers=tokens.headers(tokens.of_user(by)))


def test_a_run_is_started_and_read(client, version):
    given.some()
    started = start(client, {"version": version, "days": 30})
    assert started.status_code == 201
    assert (started.json["state"], started.json["total"], started.json["looked_at"]) == ("running", 5, 0)
    replay.look_at_chunk(db.session.scalar(select(RulesReplay.id)))

    found = read(client, started.json["id"]).json

    assert (found["state"], found["looked_at"], found["ruleset"]) == ("done", 5, version)
    assert found["in_words"] == "Of 6 children, 0 would move up, 0 would move down."
    assert found["tally"]["moved"]["same"] == 6
    assert "Marlow" not in str(found)


def test_a_request_that_comes_twice_starts_one_run(client, version):
    token = tokens.of_user("grace")
    twice = [
        tokens.post(client, token, "/rules/replays", {"version": version}, version=None, key="once") for _ in range(2)
    ]

    assert twice[0].json == twice[1].json
    assert db.session.scalar(select(func.count()).select_from(RulesReplay)) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({}, ""),
        ({"version": "0" * 64, "draft": "01a21529-039a-73a9-aa51-eef726a7900f"}, ""),
        ({"version": "short"}, "/version"),
        ({"version": "0" * 64, "days": 0}, "/days"),
        ({"version": "0" * 64, "more": 1}, "/more"),
    ],
)
def test_a_body_that_is_wrong_is_refused_by_field(client, body, pointer):
    answer = start(client, body)

    assert answer.status_code == 422
    assert pointer in [error["pointer"] for error in answer.json["errors"]]


def test_a_version_that_is_not_there_is_not_found(client):
    assert start(client, {"version": "0" * 64}).status_code == 404


@pytest.mark.parametrize(("by", "status"), [("sarah", 403), ("priya", 403), ("adam", 201)])
def test_only_who_may_write_rules_starts_one(client, version, by, status):
    assert start(client, {"version": version}, by=by).status_code == status


def test_an_integration_neither_starts_nor_reads(client, version):
    token = tokens.of_client("integration")
    assert tokens.post(client, token, "/rules/replays", {"version": version}, version=None).status_code == 403

    run = start(client, {"version": version}).json["id"]
    assert client.get(f"/api/v1/rules/replays/{run}", headers=tokens.headers(token)).status_code == 403


def test_it_is_documented(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]

    assert "post" in paths["/api/v1/rules/replays"]
    assert "get" in paths["/api/v1/rules/replays/{run_id}"]
