"""The pages: whom to ring, the acknowledgement, and the sample county's mail."""

from dataclasses import replace
from email.message import EmailMessage

import pytest

from screening import sink_store
from screening.db import db
from screening.messages import service
from screening.models import AuditEntry, County
from tests.screening.messages import given

pytestmark = pytest.mark.usefixtures("context")
UNSAFE = {**given.SCHOOL, "safe_to_reply": "no"}


@pytest.fixture
def mail(app, tmp_path, monkeypatch):
    """A folder with one message in it."""
    settings = replace(app.extensions["front_door"], data=tmp_path)
    monkeypatch.setitem(app.extensions, "front_door", settings)
    letter = EmailMessage()
    letter["From"], letter["To"] = "no-reply@example.org", given.SCHOOL["email"]
    letter["Subject"] = "We have received your contact FD-TEST"
    letter.set_content("Received <today>")
    return sink_store.keep(sink_store.folder_in(tmp_path), letter.as_bytes())


def unsafe(**more):
    contact = given.contact(UNSAFE, **more)
    service.prepare_receipt(contact)
    db.session.commit()
    return contact


def reads():
    return list(db.session.query(AuditEntry).where(AuditEntry.action == "message.read"))


def test_the_list_says_whom_to_ring_and_why(signed_in):
    contact = unsafe()

    page = signed_in("sarah").get("/messages/to-ring").text

    assert contact.reference in page
    assert given.SCHOOL["phone"] in page
    assert "not safe to write" in page


def test_reading_the_list_is_audited(signed_in):
    unsafe()

    signed_in("sarah").get("/messages/to-ring")

    assert {entry.detail["list"] for entry in reads()} == {"to_ring", "to_acknowledge"}


def test_nobody_to_ring_is_said(signed_in):
    assert "Nobody to ring" in signed_in("sarah").get("/messages/to-ring").text


def test_a_call_handler_is_not_asked_to_acknowledge(signed_in):
    unsafe(taken_by_id=given.user("priya").id)

    assert "Not acknowledged yet" not in signed_in("priya").get("/messages/to-ring").text


@pytest.mark.parametrize("user_name", ["owen", "aisha", "adam"])
def test_who_may_see_no_contact_may_not_see_the_list(signed_in, user_name):
    assert signed_in(user_name).get("/messages/to-ring").status_code == 403


def test_told_by_phone_takes_it_off_the_list(signed_in):
    contact = unsafe()
    client = signed_in("sarah")

    answer = client.post(f"/messages/{given.message_of(contact).id}/told-by-phone")

    assert answer.headers["Location"] == "/messages/to-ring"
    assert given.message_of(contact).told_by_phone_by_id == given.user("sarah").id


def test_a_message_that_came_back_is_said_so_under_messages_and_is_on_the_list(signed_in):
    contact = given.contact()
    service.record_sent(service.prepare_receipt(contact))
    db.session.commit()
    client = signed_in("sarah")
    assert "It came back undelivered" in client.get(f"/contacts/{contact.reference}?tab=messages").text

    client.post(f"/messages/{given.message_of(contact).id}/came-back")

    assert contact.reference in client.get("/messages/to-ring").text


def test_a_message_out_of_reach_is_not_found(signed_in):
    contact = unsafe(taken_by_id=given.user("callum").id)

    answer = signed_in("priya").post(f"/messages/{given.message_of(contact).id}/told-by-phone")

    assert answer.status_code == 404


def test_a_social_worker_acknowledges(signed_in):
    contact = given.contact()
    db.session.commit()

    answer = signed_in("sarah").post(f"/contacts/{contact.reference}/acknowledgement")

    assert answer.status_code == 302
    assert contact.reference in answer.headers["Location"]
    assert given.message_of(contact, "acknowledgement").written_by_id == given.user("sarah").id


def test_the_second_social_worker_is_told_who_was_first(signed_in):
    contact = given.contact()
    db.session.commit()
    signed_in("sarah").post(f"/contacts/{contact.reference}/acknowledgement")

    answer = signed_in("tom").post(f"/contacts/{contact.reference}/acknowledgement")

    assert answer.status_code == 409
    assert "Sarah Okafor" in answer.text


def test_a_contact_that_is_not_there_is_not_acknowledged(signed_in):
    assert signed_in("sarah").post("/contacts/FD-NONE/acknowledgement").status_code == 404


def test_a_call_handler_may_not_acknowledge(signed_in):
    assert signed_in("priya").post("/contacts/FD-NONE/acknowledgement").status_code == 403


def test_the_sink_lists_what_would_have_been_sent(signed_in, mail):
    page = signed_in("priya").get("/messages/sink").text

    assert "We have received your contact FD-TEST" in page
    assert f"/messages/sink/{mail.stem}" in page


def test_the_sink_shows_a_message_as_text(signed_in, mail):
    page = signed_in("priya").get(f"/messages/sink/{mail.stem}").text

    assert "Received &lt;today&gt;" in page


def test_a_mail_that_is_not_there_is_not_found(signed_in, mail):
    assert signed_in("priya").get(f"/messages/sink/{service.new_id()}").status_code == 404


def test_the_sink_asks_who_you_are(client, mail):
    assert client.get("/messages/sink").status_code == 302


def test_live_mode_has_no_sink(app, signed_in, mail, monkeypatch):
    client = signed_in("priya")
    monkeypatch.setitem(app.extensions, "front_door", replace(app.extensions["front_door"], mode="live"))

    assert [client.get(f"/messages/sink{rest}").status_code for rest in ("", f"/{mail.stem}")] == [404, 404]


def test_a_real_county_has_no_sink(signed_in, mail):
    client = signed_in("priya")
    db.session.get_one(County, 1).sample = False
    db.session.commit()

    assert client.get("/messages/sink").status_code == 404


def test_kept_mail_is_its_owners_only(mail):
    assert mail.stat().st_mode & 0o077 == 0
