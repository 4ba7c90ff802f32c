"""The rules through the API: read, check, compare, draft, propose, and publish by a second person's token."""

import pytest

from screening.admin import queries
from screening.db import db
from tests.screening.admin import drafts
from tests.screening.queues import tokens

pytestmark = pytest.mark.usefixtures("context")
HERE = drafts.SAMPLE.hash[:12]


@pytest.fixture
def get(client):
    def read(path, who="grace"):
        return client.get(f"/api/v1{path}", headers=tokens.headers(tokens.of_user(who)))

    return read


@pytest.fixture
def post(client):
    def send(path, body, who="grace", version=None, key=None):
        return tokens.post(client, tokens.of_user(who), path, body, version=version, key=key)

    return send


def test_versions_and_drafts_are_listed(get):
    draft = drafts.begun()
    db.session.commit()

    found = get("/rules").json

    assert [(one["label"], one["sample"], one["counts_today"]) for one in found["versions"]] == [
        (drafts.SAMPLE.label, True, True)
    ]
    assert [one["id"] for one in found["drafts"]] == [str(draft.id)]


@pytest.mark.parametrize("name", [HERE, "in-force"])
def test_a_version_is_read_whole(get, name):
    assert get(f"/rules/{name}").json["yaml"] == drafts.TEXT


def test_a_text_is_checked(post):
    assert post("/rules/check", {"yaml": drafts.TEXT}).json == {
        "sound": True, "problems": [], "label": drafts.SAMPLE.label, "hash": drafts.SAMPLE.hash,
    }  # fmt: skip
    found = post("/rules/check", {"yaml": "rules: [\n"}).json
    assert found["sound"] is False
    assert "line" in found["problems"][0]


def test_two_rulesets_are_compared(post):
    found = post("/rules/compare", {"after": drafts.under_fourteen()}).json

    assert {"part": "rule", "id": "missing_under_13", "kind": "raises"}.items() <= found["changes"][0].items()
    assert post("/rules/compare", {"before": HERE, "after": "in-force"}).json == {"changes": []}


@pytest.mark.parametrize(
    ("path", "body", "status", "pointer"),
    [
        ("/rules/check", {}, 422, "/yaml"),
        ("/rules/check", {"yaml": "x" * 600_000}, 422, "/yaml"),
        ("/rules/check", {"yaml": 3}, 422, "/yaml"),
        ("/rules/compare", {"after": "rules: [\n"}, 422, "/after"),
        ("/rules/compare", {"after": "0123456789"}, 404, None),
        ("/rules/drafts", {"title": "x", "based_on": "0123456789"}, 404, None),
        ("/rules/drafts", {"title": ""}, 422, "/title"),
    ],
)
def test_what_is_wrong_is_told_by_pointer(post, path, body, status, pointer):
    answer = post(path, body)

    assert answer.status_code == status
    assert [one["pointer"] for one in answer.json.get("errors", [])][:1] == ([pointer] if pointer else [])


def test_from_a_draft_to_a_version(get, post):
    started = post("/rules/drafts", {"title": "Under 14"})
    assert started.status_code == 201
    draft = started.json
    place = f"/rules/drafts/{draft['id']}"
    changed = post(f"{place}/text", {"yaml": drafts.under_fourteen(draft["yaml"])}, version=draft["version"]).json
    assert changed["changes"][0]["words"].endswith("below 14, was below 13.")
    said = {"in_force_from": drafts.tomorrow().isoformat(), "why": "Agreed."}
    proposed = post(f"{place}/propose", said, version=changed["version"])
    assert (proposed.json["state"], proposed.json["proposed_by"]) == ("proposed", "Grace Lindqvist")
    seen = get(place, "adam").json["seen"]
    publishing = {"seen": seen, "without_shadow_run": True}
    assert post(f"{place}/publish", publishing, version=proposed.json["version"]).status_code == 403

    answer = post(f"{place}/publish", publishing, "adam", version=proposed.json["version"])

    assert answer.status_code == 201
    assert (answer.json["published_by"], answer.json["sample"]) == ("Adam Frost", True)
    assert get(f"/rules/{answer.json['hash'][:12]}").status_code == 200


def test_a_draft_may_begin_with_a_text_that_is_not_sound(post):
    draft = post("/rules/drafts", {"title": "Half", "yaml": "rules: [\n"}).json

    assert draft["yaml"] == "rules: [\n"
    assert draft["changes"] is None
    assert len(draft["problems"]) == 1


def test_a_request_that_comes_twice_begins_one_draft(post):
    first = post("/rules/drafts", {"title": "Once"}, key="once")
    second = post("/rules/drafts", {"title": "Once"}, key="once")

    assert first.json["id"] == second.json["id"]
    assert len(queries.open_drafts()) == 1


def test_a_version_that_was_not_sent_or_is_old_is_refused(post):
    draft = post("/rules/drafts", {"title": "x"}).json

    assert post(f"/rules/drafts/{draft['id']}/text", {"yaml": "x"}).status_code == 428
    assert post(f"/rules/drafts/{draft['id']}/text", {"yaml": "x"}, version=99).status_code == 412


@pytest.mark.parametrize("who", ["priya", "marcus", "owen"])
def test_who_may_not_read_the_rules_may_not_through_the_api(get, who):
    assert get("/rules", who).status_code == 403


@pytest.mark.parametrize("who", ["sarah", "aisha", "priya"])
def test_who_may_not_draft_may_not_through_the_api(post, who):
    assert post("/rules/drafts", {"title": "x"}, who).status_code == 403


@pytest.mark.parametrize("scope", ["partner", "integration"])
def test_no_client_reads_or_drafts_rules(client, scope):
    token = tokens.of_client(scope)

    assert client.get("/api/v1/rules", headers=tokens.headers(token)).status_code == 403
    assert tokens.post(client, token, "/rules/drafts", {"title": "x"}, version=None).status_code == 403


def test_the_document_names_the_rules(client):
    paths = client.get("/api/v1/openapi.json").json["paths"]

    assert {"/api/v1/rules", "/api/v1/rules/check", "/api/v1/rules/drafts/{draft_id}/publish"} <= set(paths)


def test_damaged_rules_are_said_and_not_compared(get, post):
    row = queries.version(HERE)
    row.yaml = "rules: ["
    db.session.commit()

    assert get(f"/rules/{HERE}").json["damaged"] is True
    assert post("/rules/compare", {"before": HERE, "after": drafts.TEXT}).status_code == 409


def test_a_version_is_withdrawn_before_its_day_by_who_may_publish(post):
    row = drafts.published()
    db.session.commit()

    assert post(f"/rules/{row.hash}/withdraw", {"because": "A wrong age."}).status_code == 403
    answer = post(f"/rules/{row.hash}/withdraw", {"because": "A wrong age."}, who="adam")
    assert (answer.status_code, bool(answer.json["withdrawn_at"])) == (200, True)


def test_an_adoption_is_written_down_once(post):
    said = {"names": ["A. Chair", "B. Director"], "adopted_on": "2026-01-05", "review_on": "2090-01-05"}

    answer = post(f"/rules/{HERE}/adopt", said, who="adam")
    assert (answer.status_code, answer.json["sample"], answer.json["adopted_by"]) == (200, False, said["names"])
    assert post(f"/rules/{HERE}/adopt", said, who="adam").status_code == 409
    assert post(f"/rules/{HERE}/adopt", said | {"names": []}, who="grace").status_code == 403


def test_a_draft_is_discarded_with_its_reason(post):
    draft = drafts.begun()
    db.session.commit()

    assert post(f"/rules/drafts/{draft.id}/discard", {"because": " "}, version=draft.version).status_code == 422
    answer = post(f"/rules/drafts/{draft.id}/discard", {"because": "Not wanted."}, version=draft.version)
    assert (answer.status_code, answer.json["state"]) == (200, "discarded")


def test_what_is_not_proposed_is_not_taken_back(post):
    draft = drafts.begun()
    db.session.commit()

    assert post(f"/rules/drafts/{draft.id}/take-back", None, version=draft.version).status_code == 409
