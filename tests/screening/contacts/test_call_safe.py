"""While the wrong person may be on the line nothing of others is shown at a glance, and nothing is written back."""

import re

import pytest
from sqlalchemy import select

from screening.db import db
from screening.leaving import CALL_SAFE, may_leave
from screening.models import CallSafety, Contact
from tests.screening.contacts.bodies import form

pytestmark = pytest.mark.usefixtures("context")
JSON = {"Accept": "application/json"}
SAID = form(
    narrative="I have done nothing.",
    children__0__given_name="Ada",
    referrer__name="Gary Smyth",
    referrer__email="caller@example.org",
    referrer__safe_to_reply="yes",
)
SCHOOL = {"referrer.source_code": "2A"}
ALLEGED = form(adults__0__given_name="Gary", adults__0__family_name="Smyth", adults__0__alleged_harm_to="0")


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def reference(priya):
    return re.search(r"FD-\w+", priya.post("/contacts/", data={"kind": "request_for_service"}).location).group()


def saved(client, reference, version, **fields):
    data = {**SAID, **fields, "version": version}
    return client.post(f"/contacts/{reference}/autosave", data=data, headers=JSON).json["call_safe"]


def turned(client, reference, action, reason=""):
    data = {**SAID, "action": action, "call_safe_reason": reason}
    return client.post(f"/contacts/{reference}/call-safe", data=data, headers=JSON)


def contact(reference):
    return db.session.scalars(select(Contact).where(Contact.reference == reference)).one()


def test_a_call_is_call_safe_until_it_is_known_who_the_caller_is(priya, reference):
    assert "caller not known" in priya.get(f"/contacts/{reference}/take").text

    assert saved(priya, reference, 0) == "caller not known"
    assert saved(priya, reference, 1, **SCHOOL) == ""


def test_a_caller_with_the_name_of_an_alleged_adult_makes_it_call_safe(priya, reference):
    assert "may be the alleged adult" in saved(priya, reference, 0, **SCHOOL, **ALLEGED)


def test_it_is_turned_on_by_hand_and_stays(priya, reference):
    saved(priya, reference, 0, **SCHOOL)

    assert turned(priya, reference, "call_safe_on").json == {"call_safe": "turned on by you"}
    assert saved(priya, reference, 1, **SCHOOL, narrative="More.") == "turned on by you"


def test_it_is_turned_off_for_a_reason_only(priya, reference):
    saved(priya, reference, 0)

    assert turned(priya, reference, "call_safe_off").status_code == 422
    assert turned(priya, reference, "call_safe_off", "Her teacher: rang the school back.").json == {"call_safe": ""}
    newest = db.session.scalars(select(CallSafety).order_by(CallSafety.seq.desc())).first()
    assert newest.reason == "Her teacher: rang the school back."


def test_a_reason_holds_for_the_cause_that_it_was_given_for(priya, reference):
    saved(priya, reference, 0)
    turned(priya, reference, "call_safe_off", "Her teacher.")

    assert saved(priya, reference, 1, narrative="More.") == ""
    assert "may be the alleged adult" in saved(priya, reference, 2, **ALLEGED)


def test_nothing_is_written_to_the_caller_of_a_call_safe_call(priya, reference):
    saved(priya, reference, 0)
    priya.post(f"/contacts/{reference}/send", data={"version": "1"})

    assert may_leave(contact(reference), "receipt").reason == CALL_SAFE


def test_the_last_look_of_a_call_safe_call_promises_no_letter(priya, reference):
    saved(priya, reference, 0)

    page = priya.get(f"/contacts/{reference}/check").text

    assert "This call is taken call-safe, so nothing is sent." in page
    assert "fd-letter" not in page


def test_once_it_was_turned_off_the_caller_may_be_written_to(priya, reference):
    saved(priya, reference, 0, **SCHOOL)
    turned(priya, reference, "call_safe_on")
    turned(priya, reference, "call_safe_off", "Her teacher.")
    priya.post(f"/contacts/{reference}/send", data={"version": "1"})

    assert may_leave(contact(reference), "receipt").reason != CALL_SAFE


def test_a_child_in_danger_is_sent_call_safe_too(priya, reference):
    priya.post(f"/contacts/{reference}/danger", data={**SAID, "version": "0"})

    assert may_leave(contact(reference), "receipt").reason == CALL_SAFE


def test_what_is_typed_after_sending_makes_it_call_safe_too(priya, reference):
    priya.post(f"/contacts/{reference}/danger", data={**SAID, **SCHOOL, "version": "0"})

    assert "may be the alleged adult" in saved(priya, reference, 1, **SCHOOL, **ALLEGED)


def test_nobody_else_turns_it_off(signed_in, reference):
    assert turned(signed_in("sarah"), reference, "call_safe_off", "I say so.").status_code == 404


def test_how_to_reach_the_caller_and_the_other_parent_is_kept_with_the_contact(priya, reference):
    safe = {
        "referrer.safe_contact.may_ring": "yes",
        "referrer.safe_contact.number": "07700 900123",
        "adults.0.given_name": "Mary",
        "adults.0.safe_contact.may_write": "no",
    }
    saved(priya, reference, 0, **safe)
    priya.post(f"/contacts/{reference}/send", data={"version": "1"})

    sent = contact(reference)
    assert sent.referrer.safe_contact == {"may_ring": "yes", "number": "07700 900123"}
    assert sent.adults[0].safe_contact == {"may_write": "no"}
