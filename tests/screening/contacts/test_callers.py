"""A caller who rang before is known by their number before the first word, to each as far as they may know."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.db import db, now
from screening.models import AuditEntry, NamedReader, Referrer
from screening.telephones import e164
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
NUMBER = "01632 960123"


@pytest.fixture
def priya(signed_in):
    return signed_in("priya")


def from_number(number=NUMBER, **more):
    contact = given.contact(**more)
    db.session.add(Referrer(contact_id=contact.id, phone=number, safe_to_reply="unknown"))
    db.session.flush()
    return contact


def looked(client, number=NUMBER, **more):
    headers = {"X-Requested-With": "fetch"}
    return client.post("/contacts/earlier-calls", data={"number": number, **more}, headers=headers).text


@pytest.mark.parametrize("said", ["01632 960123", "+44 1632 960123", "(01632) 960-123", "0044 1632 960123"])
def test_a_number_is_the_same_however_it_is_said(priya, said):
    from_number(said)

    assert "1 earlier contact from this number" in looked(priya)


@pytest.mark.parametrize("said", ["", "0163", "ring the school", None])
def test_what_is_no_whole_number_has_no_such_form(said):
    assert e164(said) is None


def test_a_handler_learns_how_often_and_when_and_not_what_is_out_of_reach(priya):
    old = from_number(first_received_at=now() - timedelta(days=30))
    given.person(old, "Ada Marlow")
    own = from_number(taken_by_id=given.user("priya").id)

    words = looked(priya)

    assert "2 earlier contacts from this number" in words
    assert own.reference in words
    assert old.reference not in words
    assert "Ada" not in words


def test_names_stand_only_where_no_call_goes_on(priya):
    given.person(from_number(taken_by_id=given.user("priya").id), "Ada Marlow")

    assert "Ada Marlow" in looked(priya)
    assert "Ada Marlow" not in looked(priya, on_call="yes")


def test_a_restricted_contact_counts_for_its_named_readers_alone(priya, signed_in):
    hidden = from_number(restricted=True, taken_by_id=given.user("priya").id)
    db.session.add(NamedReader(contact_id=hidden.id, user_id=given.user("sarah").id))
    db.session.flush()

    assert "No earlier contact from this number that you may know of." in looked(priya)
    assert hidden.reference in looked(signed_in("sarah"))


def test_a_number_that_is_not_whole_is_not_said_to_be_new(priya):
    assert "Not looked for" in looked(priya, "0163")


def test_without_javascript_the_same_page_says_it(priya):
    from_number()

    page = priya.post("/contacts/earlier-calls", data={"number": NUMBER}).text

    assert "1 earlier contact from this number" in page
    assert f'value="{NUMBER}"' in page
    assert 'data-key="1"' in page


def test_the_number_goes_on_into_the_call(priya):
    answer = priya.post("/contacts/", data={"kind": "silent", "number": NUMBER})
    reference = re.search(r"FD-\w+", answer.location).group()

    assert NUMBER not in answer.location
    assert f'value="{NUMBER}"' in priya.get(f"/contacts/{reference}/take").text


def test_a_look_is_audited_as_a_search_without_the_number(priya):
    own = from_number(taken_by_id=given.user("priya").id)
    looked(priya)

    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "contact.searched_by_number")).one()
    assert (entry.detail["shown"], entry.detail["count"]) == ([str(own.id)], 1)
    assert "960123" not in str(entry.detail)
