"""What a referral says: its main need, and whether the child was referred before within the year."""

from datetime import timedelta

import pytest

from screening.db import db
from screening.decisions import referrals
from screening.errors import NotAllowed
from screening.models import NamedReader
from tests.screening.decisions import given
from tests.screening.people import made

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def referred(person=None, *, days_ago=0):
    """A contact whose child was referred so many days ago, and is confirmed to be a person of the index."""
    given.clock_at(given.TUESDAY_NOON - timedelta(days=days_ago))
    contact = given.contact()
    if person is not None:
        made.link(contact.children[0], person)
    given.decide(contact)
    given.clock_at(given.TUESDAY_NOON)
    return contact


def before(contact, *, by="sarah"):
    with given.seen_as(by):
        found = referrals.referrals_of(contact)
        return referrals.referred_before(contact, found)[found[0].id]


@pytest.mark.parametrize(("days_ago", "state"), [(1, "yes"), (365, "yes"), (366, "no"), (0, "no")])
def test_a_child_referred_within_12_months_before_is_a_re_referral(days_ago, state):
    person = made.person("Ada Marlow")
    referred(person, days_ago=days_ago)

    assert before(referred(person)).state == state


def test_who_was_not_confirmed_was_perhaps_referred_before():
    referred(made.person("Ada Marlow"), days_ago=10)

    found = before(referred())

    assert found.state == "not_known"
    assert "nobody has confirmed who the child is" in found.words


def test_an_earlier_referral_of_a_restricted_contact_is_not_told():
    person = made.person("Ada Marlow")
    earlier = referred(person, days_ago=10)
    earlier.restricted = True
    db.session.add(NamedReader(contact_id=earlier.id, user_id=given.user("grace").id))

    contact = referred(person)

    assert (before(contact).state, before(contact, by="grace").state) == ("no", "yes")


def test_the_main_need_that_was_decided_is_the_referrals():
    contact = given.contact()

    given.decide(contact, primary_need="N3")

    assert [referral.primary_need for referral in given.referrals_of(contact)] == ["N3"]


def test_the_page_asks_for_the_main_need(signed_in):
    contact, client = given.contact(), signed_in("sarah")
    db.session.commit()
    place = f"/contacts/{contact.reference}/decide/{contact.children[0].id}"
    client.post(place, data={"action": "own_view", "own_level": "3", "own_urgency": "amber"})

    answer = client.post(place, data=given.form(contact) | {"primary_need": ""})

    assert answer.status_code == 422
    assert "Choose the main need." in answer.text


def test_a_need_that_nobody_said_is_shown_as_such_and_may_be_said(signed_in):
    contact, client = referred(), signed_in("sarah")
    [referral] = given.referrals_of(contact)
    db.session.commit()
    record, place = f"/contacts/{contact.reference}?tab=decision", f"/contacts/{contact.reference}/referral"

    unsaid = client.get(record).text
    refused = client.post(place, data={str(referral.id): ""})
    client.post(place, data={str(referral.id): "N1"})

    assert "not said yet" in unsaid
    assert refused.status_code == 422
    assert "Abuse, neglect or exploitation" in client.get(record).text
    assert [entry.detail["to"] for entry in given.audited(contact, "referral.need_said")] == ["N1"]


def test_who_decides_on_nothing_says_no_main_need():
    contact = referred()
    [referral] = given.referrals_of(contact)

    with given.seen_as("priya"), pytest.raises(NotAllowed):
        referrals.say_need(contact, {referral.id: "N1"})
