"""The Sharing part of a contact, on its page and through the API."""

import pytest

from screening import sharing
from screening.db import db
from screening.models import Contact
from screening.sharing import marks, permission
from tests.screening.queues import given as rows
from tests.screening.queues import tokens
from tests.screening.sharing import given

pytestmark = pytest.mark.usefixtures("context")
BASIS = {"lawful_basis": "s17", "agreement": "refused", "reason_code": "prejudicial"}
WAITS = "Sharing without the family's agreement waits for a manager's answer: open Sharing."


@pytest.fixture
def contact() -> Contact:
    found = rows.contact(information_sharing={"agreement": "not_sought", "reason": "He was in the room."})
    rows.person(found, "Ada Marlow")
    rows.item(found, "screening")
    return found


def page(client, contact):
    return client.get(f"/contacts/{contact.reference}?tab=sharing").text


def send(client, contact, body, to="sharing"):
    return client.post(f"/contacts/{contact.reference}/{to}", data=body)


def test_before_anybody_recorded_it_the_page_says_so_and_what_the_handler_wrote(signed_in, contact):
    text = page(signed_in("sarah"), contact)

    assert "Not recorded yet." in text
    assert "He was in the room." in text


def test_a_duty_that_has_not_begun_cannot_be_chosen_and_says_why(signed_in, contact):
    text = page(signed_in("sarah"), contact)

    assert "Cannot be chosen: Duty to share" in text
    assert 'value="duty_to_share"' not in text


def test_what_a_social_worker_records_counts(signed_in, contact):
    answer = send(signed_in("sarah"), contact, BASIS | {"lawful_basis": "s47"})

    assert answer.status_code == 302
    assert sharing.allows(contact, "police").allowed


def test_what_is_missing_is_said_by_field_and_what_was_typed_stays(signed_in, contact):
    answer = send(signed_in("sarah"), contact, {"agreement": "given", "reason": "Kept words."})

    assert answer.status_code == 422
    assert "Choose the lawful basis" in answer.text
    assert "Write who agreed." in answer.text
    assert "Kept words." in answer.text


def test_where_nobody_agreed_a_manager_sees_that_it_waits_and_answers(signed_in, contact):
    send(signed_in("sarah"), contact, BASIS)
    assert rows.lead_of(contact).attention == WAITS
    assert 'name="override"' not in page(signed_in("sarah"), contact)
    assert 'name="override"' in page(signed_in("grace"), contact)

    asked = permission.newest(contact)
    send(signed_in("grace"), contact, {"answers": asked.id, "override": "approved", "override_reason": "Yes."},
         "sharing/answer")  # fmt: skip

    assert sharing.allows(contact, "health").allowed
    assert rows.lead_of(contact).attention is None


def test_an_answer_without_its_reason_is_asked_for_it(signed_in, contact):
    send(signed_in("sarah"), contact, BASIS)
    asked = permission.newest(contact)

    answer = send(signed_in("grace"), contact, {"answers": asked.id, "override": "approved"}, "sharing/answer")

    assert (answer.status_code, "Write why." in answer.text) == (422, True)


def test_somebody_is_marked_and_the_mark_is_ended(signed_in, contact):
    sarah, about = signed_in("sarah"), contact.children[0].id
    send(sarah, contact, {"about": about, "organisation": "Oakbank School", "why": "He works there."}, "do-not-alert")
    assert "Oakbank School" in page(sarah, contact)

    (mark,) = marks.marks_about(contact)
    send(sarah, contact, {"ended_because.1": "He left."}, f"do-not-alert/{mark.id}/end")

    assert "He left." in page(sarah, contact)
    assert marks.marks_about(contact) == []


def test_a_mark_without_an_organisation_is_asked_for_one(signed_in, contact):
    answer = send(signed_in("sarah"), contact, {"about": contact.children[0].id, "why": "x"}, "do-not-alert")

    assert (answer.status_code, "Name the organisation" in answer.text) == (422, True)


@pytest.mark.parametrize("domain", ["example", "@example.org", "a b.org", "-a.org"])
def test_what_is_no_domain_is_refused(signed_in, contact, domain):
    body = {"about": contact.children[0].id, "email_domain": domain, "why": "x"}

    assert send(signed_in("sarah"), contact, body, "do-not-alert").status_code == 422


@pytest.mark.parametrize(("name", "status"), [("priya", 403), ("owen", 403), ("aisha", 403)])
def test_who_works_no_queue_records_nothing(signed_in, contact, name, status):
    assert send(signed_in(name), contact, BASIS).status_code == status


def test_a_contact_out_of_reach_does_not_exist(signed_in, contact):
    contact.restricted = True
    db.session.commit()

    assert send(signed_in("sarah"), contact, BASIS).status_code == 404


def test_an_integration_reads_what_may_be_asked(client, contact):
    given.record(contact, "s47")
    token = tokens.of_client("integration")

    found = client.get(f"/api/v1/contacts/{contact.reference}/sharing", headers=tokens.headers(token)).json

    assert found["registers"]["police"] == {"allowed": True, "basis": "s47", "reason": None}
    assert found["record"]["agreed_by"] == "Her mother"


def test_a_partner_reads_nothing_of_it(client, contact):
    token = tokens.of_client("partner")

    answer = client.get(f"/api/v1/contacts/{contact.reference}/sharing", headers=tokens.headers(token))

    assert answer.status_code == 403


def test_a_persons_token_records_marks_and_ends(client, contact):
    token, at = tokens.of_user("sarah"), f"/contacts/{contact.reference}"
    tokens.post(client, token, f"{at}/sharing", BASIS | {"lawful_basis": "s47"}, version=None)
    body = {"about": str(contact.children[0].id), "email_domain": "oakbank.example.org", "why": "He works there."}
    marked = tokens.post(client, token, f"{at}/do-not-alert", body, version=None).json

    ending = f"{at}/do-not-alert/{marked['do_not_alert'][0]['id']}/end"
    ended = tokens.post(client, token, ending, {"ended_because": "He left."}, version=None).json

    assert marked["registers"]["police"]["allowed"]
    assert ended["do_not_alert"][0]["ended_because"] == "He left."


def test_a_second_person_answers_through_the_api(client, contact):
    at = f"/contacts/{contact.reference}/sharing"
    asked = tokens.post(client, tokens.of_user("sarah"), at, BASIS, version=None).json
    body = {"answers": asked["record"]["id"], "override": "refused", "override_reason": "Ask her mother first."}

    found = tokens.post(client, tokens.of_user("grace"), f"{at}/answer", body, version=None).json

    assert (asked["waits_for_approval"], found["waits_for_approval"]) == (True, False)
    assert not found["registers"]["health"]["allowed"]


def test_an_integrations_token_records_nothing(client, contact):
    answer = tokens.post(client, tokens.of_client("integration"), f"/contacts/{contact.reference}/sharing", BASIS,
                         version=None)  # fmt: skip

    assert answer.status_code == 403
