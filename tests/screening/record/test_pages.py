"""One contact as a whole: shown to whoever may see it, as much as they may see, and every reading audited."""

import pytest
from sqlalchemy import func, select

from screening import validation
from screening.contacts import service
from screening.contacts.schemas import ContactSchema
from screening.db import db
from screening.models import AuditEntry, Message, NamedReader
from tests.screening.contacts.bodies import body, child
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
REFERRER = {"name": "Ms Adeyemi", "agency": "Oakbank School", "source_code": "2A", "safe_to_reply": "yes"}
TABS = ("summary", "people", "decision", "checks", "messages", "history")


@pytest.fixture
def contact():
    sent = body(
        referrer=REFERRER,
        children=[child(answers={"injury_seen": "yes"}, where_now={"place": "At school", "with_whom": "her teacher"})],
        adults=[{"given_name": "Gary", "relationship": "stepfather", "in_household": True, "alleged_harm_to": [0]}],
        views={"child": "I want it to stop."},
    )
    contact = service.receive_sent(body=validation.load(ContactSchema(), sent))
    given.item(contact, "screening")
    return contact


def page(client, contact, tab="summary"):
    return client.get(f"/contacts/{contact.reference}?tab={tab}")


@pytest.mark.parametrize("tab", TABS)
def test_a_screening_social_worker_opens_every_part(signed_in, contact, tab):
    assert page(signed_in("sarah"), contact, tab).status_code == 200


def test_it_says_who_what_and_who_holds_it(signed_in, contact):
    text = page(signed_in("sarah"), contact).text

    assert "Ada Marlow" in text
    assert "Came to school hungry." in text
    assert "Ms Adeyemi, Oakbank School" in text
    assert "Screening team" in text


def test_views_that_nobody_asked_for_show_as_missing(signed_in, contact):
    text = page(signed_in("sarah"), contact).text

    assert "I want it to stop." in text
    assert '<span class="fd-missing">Not said</span>' in text


def test_people_are_shown_as_they_were_said_then(signed_in, contact):
    text = page(signed_in("sarah"), contact, "people").text

    assert "Said to have harmed a child" in text
    assert "At school, with her teacher" in text


@pytest.fixture
def protected(contact):
    for name, line in (("Bea Marlow", "86 Surrey Drive"), ("Kit Marlow", "86 SURREY DR")):
        bea = given.person(contact, name, address_line_1=line, postcode="SO23 8UG")
    person = made.person("Kit Marlow")
    made.link(bea, person)
    made.alert(person, "protected_address")
    db.session.commit()
    return contact


def test_a_protected_home_is_withheld_of_all_who_live_there(signed_in, protected):
    text = page(signed_in("sarah"), protected, "people").text

    assert "surrey" not in text.lower()
    assert "Address withheld: protected" in text


def test_a_withheld_address_is_shown_once_for_a_reason_and_that_is_audited(signed_in, protected):
    sarah = signed_in("sarah")
    place = f"/contacts/{protected.reference}/addresses"
    refused, shown = sarah.post(place), sarah.post(place, data={"reason": "visit"})

    assert (refused.status_code, "surrey" in refused.text.lower()) == (422, False)
    assert (shown.status_code, "86 Surrey Drive" in shown.text) == (200, True)
    assert [one.detail for one in given.audited(protected, "person.address_read")] == [{"reason": "visit"}]
    assert "surrey" not in page(sarah, protected, "people").text.lower()


def test_a_handler_reveals_no_withheld_address(signed_in, protected):
    assert (
        signed_in("priya").post(f"/contacts/{protected.reference}/addresses", data={"reason": "visit"}).status_code
        == 403
    )


def test_the_history_tells_what_was_done(signed_in, contact):
    assert "Sent" in page(signed_in("sarah"), contact, "history").text


def test_who_read_it_is_for_the_manager(signed_in, contact):
    page(signed_in("sarah"), contact)

    assert "Read <span" not in page(signed_in("sarah"), contact, "history").text
    assert "Read <span" in page(signed_in("grace"), contact, "history").text


def test_every_reading_is_audited(signed_in, contact):
    page(signed_in("sarah"), contact, "checks")

    assert given.audited(contact, "contact.read")[-1].detail == {"part": "checks"}


def test_a_team_that_does_not_hold_it_does_not_know_of_it(signed_in, contact):
    assert page(signed_in("winnie"), contact).status_code == 404


def test_a_team_that_holds_it_reads_it_without_the_referrers_name(signed_in, contact):
    given.item(contact, "winchester", leads=False)

    text = page(signed_in("winnie"), contact).text

    assert "School, telephone" in text
    assert "Ms Adeyemi" not in text


def test_a_team_sees_the_band_and_not_the_rules(signed_in, contact):
    given.item(contact, "winchester", leads=False)

    text = page(signed_in("winnie"), contact).text

    assert "No rule has fired yet." in text
    assert "Still open" not in text


def test_operations_and_administrators_never_read_a_contact(signed_in, contact):
    assert {page(signed_in(name), contact).status_code for name in ("owen", "adam", "aisha")} == {403}


def test_a_restricted_contact_does_not_exist_for_who_is_not_named(signed_in, contact):
    contact.restricted = True
    db.session.flush()

    assert page(signed_in("sarah"), contact).status_code == 404


def test_a_restricted_contact_is_read_by_who_is_named(signed_in, contact):
    contact.restricted = True
    db.session.add(NamedReader(contact_id=contact.id, user_id=given.user("sarah").id))
    db.session.flush()

    assert page(signed_in("sarah"), contact).status_code == 200


def test_a_refused_reading_leaves_no_reading(signed_in, contact):
    page(signed_in("winnie"), contact)

    reads = select(func.count()).where(AuditEntry.contact_id == contact.id, AuditEntry.action == "contact.read")
    assert db.session.scalar(reads) == 0


def test_a_part_that_the_viewer_may_not_open_is_the_summary(signed_in):
    sent = validation.load(ContactSchema(), body())
    contact = service.receive_sent(body=sent)
    contact.taken_by_id = given.user("priya").id
    db.session.flush()

    text = page(signed_in("priya"), contact, "checks").text

    assert "tab=checks" not in text
    assert "What is the worry" in text


def test_it_can_be_accepted_from_its_own_page(signed_in, contact):
    text = page(signed_in("sarah"), contact).text

    assert f"/queues/items/{given.lead_of(contact).id}/accept" in text


def test_who_holds_it_can_decide_and_return_it(signed_in, contact):
    sarah = signed_in("sarah")
    item = given.lead_of(contact)
    sarah.post(f"/queues/items/{item.id}/accept", data={"version": item.version})

    text = page(sarah, contact).text

    assert f"/contacts/{contact.reference}/decide/{contact.children[0].id}" in text
    assert f"/queues/items/{item.id}/return" in text


def test_an_acknowledgement_that_waits_can_be_written_here(signed_in, contact):
    message = Message(
        contact_id=contact.id,
        kind="acknowledgement",
        message_id="<a@b>",
        state="pending",
        created_at=contact.received_at,
    )
    db.session.add(message)
    db.session.flush()

    assert "Acknowledge in my name" in page(signed_in("sarah"), contact, "messages").text


def test_the_briefing_holds_everything_on_one_page(signed_in, contact):
    text = signed_in("sarah").get(f"/contacts/{contact.reference}/briefing").text

    for words in ("Came to school hungry.", "Gary", "What is known", "What is not known", "Earlier contacts"):
        assert words in text


def test_a_reference_that_does_not_exist_is_a_plain_404(signed_in):
    answer = signed_in("sarah").get("/contacts/FD-NOTTHERE0")

    assert answer.status_code == 404
    assert "There is no such contact" in answer.text
