"""A contact through the API: whole to an integration, its state alone to the partner who sent it."""

import pytest

from screening.db import db
from screening.models import AuditEntry, Contact
from tests.screening.contacts.bodies import body, bruised_baby
from tests.screening.contacts.test_api import give_token, post
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
PARTNER_SEES = {"reference", "your_reference", "received_at", "state", "acknowledged_at", "outcome_notice"}


@pytest.fixture
def partner():
    return give_token()


@pytest.fixture
def integration():
    return give_token("case system", "integration")


@pytest.fixture
def reference(client, partner):
    sent = body(referrer={"name": "Ms Adeyemi", "your_reference": "OAK-7", "source_code": "2A"})
    return post(client, partner, sent).json["reference"]


def searches():
    entries = db.select(AuditEntry).where(AuditEntry.action == "contact.list_read").order_by(AuditEntry.seq)
    return list(db.session.scalars(entries))


def read(client, headers, reference):
    return client.get(f"/api/v1/contacts/{reference}", headers=headers)


def test_a_partner_reads_the_state_of_their_own_and_no_more(client, partner, reference):
    found = read(client, partner, reference).json

    assert set(found) == PARTNER_SEES
    assert (found["your_reference"], found["state"]) == ("OAK-7", "received")


def test_another_partner_does_not_know_of_it(client, reference):
    assert read(client, give_token("police"), reference).status_code == 404


def test_an_integration_reads_it_whole(client, integration, reference):
    found = read(client, integration, reference).json

    assert found["contact"]["referrer"]["name"] == "Ms Adeyemi"
    assert found["contact"]["children"][0]["id"]
    assert {"screening", "checks", "routing", "decisions", "receipt", "holder"} <= set(found)


def test_a_call_that_goes_on_is_not_an_integrations_yet(client, integration, signed_in):
    taken = signed_in("priya").post("/contacts/", data={}).location.split("/")[2]

    assert read(client, integration, taken).status_code == 404


def test_its_version_is_its_etag(client, integration, reference):
    answer = read(client, integration, reference)

    assert answer.headers["ETag"] == f'"{answer.json["version"]}"'


def test_it_is_found_by_name_and_by_reference(client, integration, reference):
    for text in ("ada marlow", reference, "OAK-7"):
        answer = client.post("/api/v1/contacts/search", json={"text": text}, headers=integration)
        assert [entry["reference"] for entry in answer.json["contacts"]] == [reference]


def test_what_is_looked_for_is_not_written_down(client, integration, reference):
    client.post("/api/v1/contacts/search", json={"text": "ada marlow"}, headers=integration)

    assert all("marlow" not in str(entry.detail).lower() for entry in searches())


def test_that_the_same_was_looked_for_twice_can_be_told(client, integration, reference):
    for text in ("Ada Marlow", "ada  marlow", "ada"):
        client.post("/api/v1/contacts/search", json={"text": text}, headers=integration)

    first, same, other = (entry.detail["term"] for entry in searches())
    assert first == same != other


@pytest.mark.parametrize("text", ["---", "' '", "%", "_"])
def test_what_would_match_every_name_is_refused(client, integration, reference, text):
    answer = client.post("/api/v1/contacts/search", json={"text": text}, headers=integration)

    assert (answer.status_code, answer.json["errors"][0]["pointer"]) == (422, "/text")


def test_a_search_finds_nothing_restricted(client, integration, reference):
    db.session.execute(db.update(Contact).values(restricted=True))

    assert client.post("/api/v1/contacts/search", json={"text": "ada"}, headers=integration).json["contacts"] == []


def test_a_partner_may_not_search(client, partner):
    assert client.post("/api/v1/contacts/search", json={"text": "ada"}, headers=partner).status_code == 403


def test_the_board_shows_references_and_no_names(client, integration, reference):
    found = client.get("/api/v1/board", headers=integration)

    assert found.status_code == 200
    assert "Marlow" not in found.text


def test_a_person_of_a_team_reads_what_their_team_holds(client, reference):
    contact = db.session.scalars(db.select(Contact).where(Contact.reference == reference)).one()
    given.item(contact, "winchester")

    found = read(client, give_token("user:winnie", user_name="winnie"), reference).json

    assert found["contact"]["referrer"] is None
    assert found["holder"]["team"] == "winchester"


def test_a_handlers_token_reads_no_more_than_the_pages_show_a_handler(client, integration):
    reference = post(client, integration, bruised_baby()).json["reference"]
    contact = db.session.scalars(db.select(Contact).where(Contact.reference == reference)).one()
    given.item(contact, "winchester")
    contact.taken_by_id = given.user("priya").id

    found = read(client, give_token("user:priya", user_name="priya"), reference).json

    assert found["contact"]["narrative"]
    assert (found["screening"]["findings"], found["screening"]["children"]) == ([], [])
    assert (found["checks"], found["routing"], found["decisions"]) == ([], [], [])
    assert (found["receipt"], found["acknowledgement"], found["holder"]) == (None, None, None)


@pytest.mark.parametrize("who", [("case system", "integration"), ("user:sarah", "sarah")])
def test_no_program_is_told_a_protected_home_also_of_who_may_live_there(client, partner, who):
    ada = body()["children"][0] | {"address": {"line_1": "86 Surrey Drive", "postcode": "SO23 8UG"}}
    kit = {"given_name": "Kit", "address": {"line_1": "86 SURREY DR", "postcode": "SO23 8UG"}}
    away = {"given_name": "Bea", "address": {"line_1": "4 Winchester Road", "postcode": "SO23 1ZZ"}}
    reference = post(client, partner, body(children=[ada, kit, away])).json["reference"]
    contact = db.session.scalars(db.select(Contact).where(Contact.reference == reference)).one()
    given.item(contact, "screening")
    record = made.person("Ada Marlow")
    made.link(contact.children[0], record)
    made.alert(record, "protected_address")
    name, scope = who
    token = give_token(name, scope) if scope == "integration" else give_token(name, user_name=scope)

    found = read(client, token, reference)

    assert "surrey" not in found.text.lower()
    children = found.json["contact"]["children"]
    assert [child.get("address_withheld") for child in children] == ["Address withheld: protected"] * 2 + [None]
    assert children[2]["address"]["line_1"] == "4 Winchester Road"
