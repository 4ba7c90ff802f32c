"""How the caller may be reached is asked, kept, and obeyed by whatever leaves and whoever rings."""

import pytest

from screening import safe_contact
from screening.db import now
from screening.leaving import NOT_SAFE, NOT_SAFE_TO_RING, may_leave
from screening.models import Message, Referrer
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


def told(**safe):
    contact = given.contact()
    contact.referrer = Referrer(
        contact_id=contact.id, name="Ms Adeyemi", source_code="1A", email="a@example.org", phone="01632 960177",
        safe_to_reply="yes", safe_contact=safe or None,
    )  # fmt: skip
    return contact


def test_who_must_not_be_written_to_is_sent_nothing():
    assert may_leave(told(may_write="no"), "receipt").reason == NOT_SAFE


def test_who_must_not_be_rung_is_not_rung():
    assert may_leave(told(may_ring="no"), "callback").reason == NOT_SAFE_TO_RING


def test_a_safe_number_is_a_number():
    contact = told(may_ring="yes", number="07700 900123")
    contact.referrer.phone = None

    assert may_leave(contact, "callback").allowed


@pytest.mark.parametrize(
    ("safe", "said"),
    [
        (None, "leave no voicemail"),
        ({"may_ring": "yes"}, "Leave no voicemail: not asked."),
        ({"may_ring": "yes", "voicemail": "yes"}, "A voicemail may be left."),
        ({"may_ring": "no"}, "Must not be rung"),
        ({"may_say": "You are the dentist"}, "Say only: You are the dentist."),
        ({"number": "07700 900123"}, "Ring on 07700 900123 only."),
    ],
)
def test_whoever_rings_reads_what_they_may_do(safe, said):
    assert said in " ".join(safe_contact.words(safe))


def listed(signed_in, contact):
    message = Message(
        contact_id=contact.id, kind="receipt", message_id="<1@test>", state="withheld", reason="Ring.", created_at=now()
    )
    given.db.session.add(message)
    given.db.session.flush()
    return " ".join(signed_in("sarah").get("/messages/to-ring").text.split())


def test_the_list_of_whom_to_ring_gives_the_safe_number_and_what_may_be_said(signed_in):
    safe = {"may_ring": "yes", "number": "07700 900123", "may_say": "You are the dentist"}
    page = listed(signed_in, told(**safe))

    assert 'ring <span class="fd-strong">07700 900123</span>' in page
    assert "Say only: You are the dentist." in page
    assert "01632 960177" not in page


def test_the_list_gives_no_number_of_who_must_not_be_rung(signed_in):
    page = listed(signed_in, told(may_ring="no"))

    assert "01632 960177" not in page
    assert "Must not be rung" in page
