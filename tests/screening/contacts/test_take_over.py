"""A call is taken over by who says so, on record; who had it is told, and writes over nothing."""

import re

import pytest
from sqlalchemy import select

from screening.db import db
from screening.models import AuditEntry, Contact, DangerAlert
from tests.screening.contacts.bodies import form

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


@pytest.fixture
def callum(signed_in):
    return signed_in("callum")


@pytest.fixture
def reference(priya):
    answer = priya.post("/contacts/", data={"kind": "request_for_service"})
    found = re.search(r"FD-\w+", answer.location).group()
    save(priya, found, 0, "He shouts at her.")
    return found


def save(client, reference, version, narrative):
    data = {**form(narrative=narrative), "version": version}
    return client.post(f"/contacts/{reference}/autosave", data=data, headers={"Accept": "application/json"})


def test_whose_call_it_is_shows_and_nothing_of_what_was_said(callum, reference):
    page = callum.post("/contacts/take-over", data={"reference": f" {reference.lower()} "}).text

    assert "Priya Nair" in page
    assert "shouts" not in page


def test_a_colleague_who_takes_a_call_over_goes_on_with_its_words(callum, reference):
    taken = callum.post(f"/contacts/{reference}/take-over", follow_redirects=True)

    assert "He shouts at her." in taken.text


def test_who_had_the_call_is_told_who_has_it(priya, callum, reference):
    callum.post(f"/contacts/{reference}/take-over")

    told = save(priya, reference, 1, "He shouts at her. And")

    assert (told.status_code, told.json["title"]) == (409, "Taken over")
    assert re.match(r"Callum .+ took this call over at \d\d:\d\d:\d\d\.", told.json["detail"])


def test_a_call_that_was_taken_over_is_out_of_reach_of_who_had_it(priya, callum, reference):
    callum.post(f"/contacts/{reference}/take-over")

    assert priya.get(f"/contacts/{reference}/take").status_code == 404


def test_whoever_never_had_the_call_is_not_told_of_it(signed_in, callum, reference):
    callum.post(f"/contacts/{reference}/take-over")

    assert save(signed_in("tom"), reference, 1, "Mine").status_code == 404


def test_taking_over_is_on_record_with_whose_it_was(callum, reference):
    callum.post(f"/contacts/{reference}/take-over")

    whose = db.session.scalar(select(AuditEntry.detail).where(AuditEntry.action == "contact.taken_over"))
    assert set(whose) == {"from"}


def test_a_call_that_was_sent_cannot_be_taken_over(priya, callum, reference):
    priya.post(f"/contacts/{reference}/danger", data=form(narrative="He shouts at her."))

    assert callum.post(f"/contacts/{reference}/take-over").status_code == 404
    assert callum.post("/contacts/take-over", data={"reference": reference}).status_code == 422


def test_who_takes_no_calls_takes_none_over(signed_in, reference):
    assert signed_in("owen").post(f"/contacts/{reference}/take-over").status_code == 403


def in_danger(client, reference):
    data = {**form(narrative="He shouts at her. He has a knife."), "version": "1"}
    return client.post(f"/contacts/{reference}/danger", data=data, headers={"Accept": "application/json"})


def test_who_had_the_call_sends_it_as_red_and_it_stays_with_who_has_it(priya, callum, reference):
    callum.post(f"/contacts/{reference}/take-over")
    save(callum, reference, 1, "He shouts at her. She is in the bathroom.")

    told = in_danger(priya, reference)

    assert told.status_code == 200
    assert "Nobody has seen it yet" in priya.get(f"/contacts/{reference}/danger/seen").text
    contact = db.session.scalars(select(Contact).where(Contact.reference == reference)).one()
    assert (contact.state, contact.narrative) == ("received", "He shouts at her. She is in the bathroom.")
    assert save(callum, reference, 2, "He shouts at her. She is in the bathroom now.").status_code == 200
    assert priya.get(f"/contacts/{reference}/take").status_code == 404


def test_who_had_a_call_that_was_sent_raises_it_too(priya, callum, reference):
    callum.post(f"/contacts/{reference}/take-over")
    callum.post(f"/contacts/{reference}/send", data={"version": "1"})

    assert in_danger(priya, reference).status_code == 200
    assert db.session.scalars(select(DangerAlert)).one()


def test_who_never_had_a_call_raises_nothing_on_it(callum, reference):
    assert in_danger(callum, reference).status_code == 404


def test_danger_opens_a_call_again_that_ended_unsent(priya, reference):
    ended = {"outcome": "no_worry", "reason": "They rang about a parcel."}
    priya.post(f"/contacts/{reference}/end", data=ended)

    in_danger(priya, reference)

    contact = db.session.scalars(select(Contact).where(Contact.reference == reference)).one()
    assert (contact.state, contact.answers["immediate_danger"]) == ("received", "yes")
    assert db.session.scalars(select(DangerAlert)).one()
