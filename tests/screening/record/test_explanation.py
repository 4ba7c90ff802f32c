"""Why a contact came out as it did: for those who may see the rules, never before a decider's own view."""

import pytest

from screening import validation
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import db, now
from screening.models import OwnView
from screening.scoring.newest_score import newest_score
from tests.screening.contacts.bodies import body, child
from tests.screening.decisions import given as decided
from tests.screening.queues import given, tokens

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def contact():
    sent = body(children=[child(answers={"injury_seen": "yes", "independently_mobile": "no"})])
    contact = service.receive_sent(body=validation.load(ContactSchema(), sent))
    given.item(contact, "screening")
    return contact


def page(client, contact):
    return client.get(f"/contacts/{contact.reference}/explanation")


def test_it_says_what_was_established_known_not_known_and_what_would_change_it(signed_in, contact):
    text = page(signed_in("sarah"), contact).text

    assert "Ada Marlow: level 4, red" in text
    assert "A bruise or injury in a child who cannot move by themselves" in text
    assert "(read in the source)" in text
    assert "A core safety question that nobody has answered" in text
    assert "Down: Has anyone seen a bruise, burn, bite or other mark? No." in text
    assert "sample rules, adopted by no partnership" in text


def test_what_is_not_settled_yet_is_explained_with_its_range(signed_in):
    sent = body(children=[child(answers={"low_mood": "yes"})])
    unsettled = service.receive_sent(body=validation.load(ContactSchema(), sent))
    given.item(unsettled, "screening")

    assert "Could still be level 4" in page(signed_in("sarah"), unsettled).text


def test_the_record_leads_to_it(signed_in, contact):
    assert f"/contacts/{contact.reference}/explanation" in signed_in("sarah").get(f"/contacts/{contact.reference}").text


def test_a_handler_may_not_read_it(signed_in, contact):
    assert page(signed_in("priya"), contact).status_code == 403


def test_it_does_not_exist_out_of_reach(signed_in, contact):
    assert page(signed_in("henry"), contact).status_code == 404


def test_reading_it_is_audited(signed_in, contact):
    page(signed_in("sarah"), contact)

    assert given.audited(contact, "contact.read")[-1].detail == {"part": "explanation"}


def test_whoever_is_about_to_decide_keeps_their_own_view_first(signed_in, contact):
    sarah = signed_in("sarah")
    item = given.lead_of(contact)
    item.state, item.holder, item.accepted_at = "accepted", given.user("sarah"), item.queued_at
    db.session.flush()

    assert "Opens once your own view is kept" in page(sarah, contact).text
    assert "level 4" not in page(sarah, contact).text


def test_whoever_is_about_to_decide_reads_what_the_handler_thought(signed_in, contact):
    sarah = signed_in("sarah")
    item = given.lead_of(contact)
    item.state, item.holder, item.accepted_at = "accepted", given.user("sarah"), item.queued_at
    view = {"stage": "call", "user_id": given.user("priya").id, "level": 3, "urgency": "amber", "kept_at": now()}
    db.session.add(OwnView(contact_id=contact.id, **view))
    db.session.flush()

    text = sarah.get(f"/contacts/{contact.reference}").text

    assert "Opens once your own view is kept" in text
    assert "Level 3, targeted early help. Amber, 1 working day<" in text


def test_who_may_be_the_second_person_keeps_their_own_view_first(signed_in, contact):
    decision = given.decision(contact.children[0])
    decision.needs_second_person = True
    db.session.flush()

    assert "Opens once your own view is kept" in page(signed_in("grace"), contact).text


def test_what_was_not_scored_is_said_to_be_red_for_a_person(signed_in, contact):
    screening = newest_score(contact.id)
    screening.output, screening.urgency_at_least = None, "red"
    db.session.flush()

    assert "It could not be scored" in page(signed_in("sarah"), contact).text


def test_what_an_earlier_program_scored_otherwise_says_so(signed_in, contact):
    screening = newest_score(contact.id)
    screening.output = screening.output | {"hard_open": not screening.output["hard_open"]}
    db.session.flush()

    assert "what was kept then is what counted" in page(signed_in("sarah"), contact).text


def test_the_api_gives_the_screening_after_the_own_view_too(client, contact):
    def screening():
        headers = tokens.headers(tokens.of_user("sarah"))
        return client.get(f"/api/v1/contacts/{contact.reference}", headers=headers).json["screening"]

    before = screening()
    item = given.lead_of(contact)
    item.state, item.holder, item.accepted_at = "accepted", given.user("sarah"), item.queued_at
    db.session.flush()

    assert before["level"]["at_least"] == 4
    assert screening() is None


def test_a_view_of_one_child_does_not_unfold_what_the_rules_say_of_another(signed_in):
    contact = decided.contact("Ada Marlow", "Ben Marlow", step="referral", holder="henry", team="winchester")
    ada, ben = contact.children
    henry = given.user("henry")

    def kept(child, stage):
        row = OwnView(contact_id=contact.id, child_id=child.id, stage=stage, user_id=henry.id)
        row.level, row.urgency, row.kept_at = 2, "green", now()
        db.session.add(row)
        db.session.flush()
        return "Opens once your own view is kept" in page(signed_in("henry"), contact).text

    # Nor does what they thought at the first decision speak for the team's.
    assert [kept(ada, "contact"), kept(ben, "contact"), kept(ada, "team"), kept(ben, "team")] == [
        True, True, True, False,
    ]  # fmt: skip


def test_a_child_who_is_decided_keeps_nobody_waiting(signed_in):
    contact = decided.contact("Ada Marlow")
    given.decision(contact.children[0])

    assert "Opens once your own view is kept" not in page(signed_in("sarah"), contact).text


def test_the_api_asks_for_the_own_view_first_too(client, contact):
    item = given.lead_of(contact)
    item.state, item.holder, item.accepted_at = "accepted", given.user("sarah"), item.queued_at
    db.session.flush()

    told = client.get(
        f"/api/v1/contacts/{contact.reference}/explanation", headers=tokens.headers(tokens.of_user("sarah"))
    )

    assert told.status_code == 409
    assert "own view" in told.json["detail"]
    assert "established" not in told.text


def test_the_api_gives_it_to_who_may_see_the_rules(client, contact):
    def read(who):
        headers = tokens.headers(tokens.of_user(who))
        return client.get(f"/api/v1/contacts/{contact.reference}/explanation", headers=headers)

    told = read("sarah")

    assert told.status_code == 200
    assert told.json["children"][0]["established"][0]["urgency"] == "red"
    assert told.json["as_kept"] is True
    assert read("priya").status_code == 403
