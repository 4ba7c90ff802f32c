"""Was the threshold right, ticked beside a decision: after the own view, kept with the decision, never in its way."""

import pytest
from sqlalchemy import select

from screening.db import db
from screening.models import AcceptanceView
from tests.screening.decisions import given

pytestmark = pytest.mark.usefixtures("context")
QUESTION = "Was the threshold right?"


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


@pytest.fixture
def referral():
    return given.contact(holder="winnie", team="winchester", step="referral", level=3)


@pytest.fixture
def winnie(signed_in):
    return signed_in("winnie")


def address(contact):
    return f"/contacts/{contact.reference}/decide/{contact.children[0].id}"


def keep_own_view(client, contact):
    form = {"action": "own_view", "own_level": "3", "own_urgency": "amber"}
    assert client.post(address(contact), data=form).status_code == 302


def decide(client, contact, **more):
    score = given.newest(contact).id
    return client.post(address(contact), data={**given.form(contact), "threshold_screening": score, **more})


def kept(contact):
    question = select(AcceptanceView.answer).where(AcceptanceView.contact_id == contact.id)
    return list(db.session.scalars(question))


def test_it_is_asked_beside_the_proposal_and_not_before_the_own_view(winnie, referral):
    before = winnie.get(address(referral)).text
    keep_own_view(winnie, referral)

    assert QUESTION not in before
    assert QUESTION in winnie.get(address(referral)).text


def test_it_is_kept_with_the_decision(winnie, referral):
    keep_own_view(winnie, referral)

    answer = decide(winnie, referral, threshold_view="too_low")

    assert (answer.status_code, kept(referral)) == (302, ["too_low"])


def test_a_decision_needs_no_answer(winnie, referral):
    keep_own_view(winnie, referral)

    assert (decide(winnie, referral).status_code, kept(referral)) == (302, [])


def test_what_was_ticked_stays_where_the_decision_is_not_complete(winnie, referral):
    keep_own_view(winnie, referral)

    page = decide(winnie, referral, threshold_view="too_low", outcome="")

    assert (page.status_code, kept(referral)) == (422, [])
    assert 'value="too_low" checked' in page.text


def test_an_answer_about_an_older_score_is_not_kept_and_nothing_is_decided(winnie, referral):
    keep_own_view(winnie, referral)
    older = given.newest(referral).id
    given.rules_say(referral, level=4)

    page = decide(winnie, referral, threshold_view="right", threshold_screening=older)

    assert (page.status_code, kept(referral)) == (412, [])
    assert "newer score" in page.text


def test_it_is_not_asked_at_screenings_own_decision(signed_in):
    contact = given.contact()
    sarah = signed_in("sarah")
    keep_own_view(sarah, contact)

    assert QUESTION not in sarah.get(address(contact)).text
