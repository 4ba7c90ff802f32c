"""The chronology on screens: read, reviewed entry by entry, beside brothers and sisters, copied for somebody."""

import pytest

from screening.db import db
from tests.screening.chronology import made as chronology
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
TO = {"recipient": "Jo Hart", "organisation": "County Court", "purpose": "The hearing on 3 December."}


@pytest.fixture
def part():
    found = chronology.child()
    given.decision(found)
    db.session.commit()
    return found


def place(part, more=""):
    return f"/chronology/child/{part.id}{more}"


def test_a_chronology_shows_each_entry_with_what_is_missing(signed_in, part):
    page = signed_in("sarah").get(place(part))

    assert page.status_code == 200
    for words in ("Chronology of Ada Marlow", "She came to school hungry.", "Nobody has confirmed who this child is",
                  "Not ready to close or transfer", "3 new entries"):  # fmt: skip
        assert words in page.text


def test_once_it_is_confirmed_who_the_child_is_their_page_leads_to_the_persons(signed_in, part):
    person = chronology.known(part)
    db.session.commit()

    assert signed_in("sarah").get(place(part)).location == f"/chronology/person/{person.id}"


def test_an_entry_is_dropped_from_its_own_form_and_can_be_brought_back(signed_in, part):
    client, key = signed_in("sarah"), chronology.one(part, "decision").key
    assert client.get(place(part, f"/entry?key={key}")).status_code == 200

    answer = client.post(place(part, "/entry"), data={"key": key, "seen": "", "state": "dropped", "reason": "Twice."})

    assert answer.status_code == 302
    assert "Dropped by Sarah Okafor" in client.get(place(part)).text


def test_what_an_entry_of_ones_own_lacks_is_said_and_what_was_typed_stays(signed_in, part):
    client = signed_in("sarah")
    answer = client.post(place(part, "/add"), data={"words": "Began to speak.", "happened": "soon"})

    assert answer.status_code == 422
    assert "Began to speak." in answer.text
    assert "Write when it was" in answer.text


def test_it_is_reviewed_on_its_page(signed_in, part):
    client = signed_in("sarah")
    shown = [entry.key for entry in chronology.entries(part)]

    refused = client.post(place(part, "/reviewed"), data={"shown": shown, "words": ""})
    assert refused.status_code == 422

    client.post(place(part, "/reviewed"), data={"shown": shown, "words": "Awaited."})
    assert "Ready to close or transfer" in client.get(place(part)).text


def test_brothers_and_sisters_stand_beside_each_other(signed_in, part):
    given.person(part.contact, "Bo Marlow", born=chronology.BORN)
    db.session.commit()

    page = signed_in("sarah").get(place(part, "/siblings"))

    assert page.status_code == 200
    assert "Bo Marlow" in page.text


def test_a_copy_says_that_something_is_left_out(signed_in, part):
    client = signed_in("sarah")
    keys = [entry.key for entry in chronology.entries(part)]
    assert client.get(place(part, "/copy")).status_code == 200

    sent = {**TO, "key": keys, "entries.1.shown": "left_out", "left_out_because": "It is about others."}
    answer = client.post(place(part, "/copy"), data=sent)
    copy = client.get(answer.location)

    assert "1 entry is left out" in copy.text
    assert "She came to school hungry." not in copy.text


def test_the_contact_says_whether_it_is_ready_and_a_manager_lets_it_go_on(signed_in, part):
    reference = part.contact.reference
    assert "Let it go on" not in signed_in("sarah").get(f"/contacts/{reference}/chronology").text
    grace = signed_in("grace")
    assert "Not ready to close or transfer" in grace.get(f"/contacts/{reference}/chronology").text

    grace.post(f"/contacts/{reference}/chronology/let-pass", data={"reason": "The court sits tomorrow."})

    page = grace.get(f"/contacts/{reference}/chronology").text
    assert "The court sits tomorrow." in page
    assert "Ready to close or transfer" in page


def test_the_contact_says_that_it_is_ready_once_nothing_is_missing(signed_in, part):
    chronology.review(part, by="sarah")
    db.session.commit()

    page = signed_in("grace").get(f"/contacts/{part.contact.reference}/chronology")

    assert page.status_code == 200
    assert "Ready." in page.text


@pytest.mark.parametrize(("user_name", "status"), [("priya", 403), ("owen", 403), ("nadia", 404)])
def test_who_may_not_read_it_is_shown_nothing(signed_in, part, user_name, status):
    answer = signed_in(user_name).get(place(part))

    assert answer.status_code == status
    assert "Marlow" not in answer.text


def test_a_person_is_not_shown_by_the_chronology_where_they_are_restricted(signed_in, part):
    person = made.restricted(chronology.known(part), "tom")
    db.session.commit()

    assert signed_in("sarah").get(f"/chronology/person/{person.id}").status_code == 404
