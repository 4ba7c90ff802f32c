"""A decided urgency moves the clock of the work: up at once, down once it stands; then what is waited for runs."""

from datetime import timedelta

import pytest

from routing_rules import clocks
from screening.db import db
from screening.queues import escalation
from tests.screening.decisions import given

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def as_sorted(contact):
    item = given.lead_of(contact)
    return item.urgency, item.level, item.priority


def test_a_higher_urgency_brings_the_work_forward_at_once_though_a_sibling_is_not_decided():
    contact = given.contact("Ada Marlow", "Ben Marlow")
    given.lead_of(contact).due_at = contact.first_received_at + timedelta(days=3)

    given.decide(contact, outcome="strategy_discussion", level=4, urgency="red")

    assert as_sorted(contact) == ("red", 4, 1)
    assert given.lead_of(contact).due_at == clocks.due_at("red", contact.first_received_at)


def test_a_lower_urgency_takes_effect_only_once_a_second_person_agrees():
    contact = given.contact(holder="winnie", team="winchester", step="referral", level=4, urgency="red")
    item = given.lead_of(contact)
    item.urgency, item.level, item.priority = "red", 4, 1

    lowered = given.lower(contact, by="winnie", outcome="assessment")
    before = as_sorted(contact)
    given.confirm(lowered)

    assert (before, as_sorted(contact)) == (("red", 4, 1), ("amber", 3, 4))


def test_what_was_scored_since_the_decision_keeps_the_work_where_it_is():
    contact = given.contact(holder="winnie", team="winchester", step="referral", level=4, urgency="red")
    item = given.lead_of(contact)
    item.urgency, item.level, item.priority = "red", 4, 1
    lowered = given.lower(contact, by="winnie", outcome="assessment")
    given.rules_say(contact, level=4, urgency="red")

    given.confirm(lowered)

    assert as_sorted(contact) == ("red", 4, 1)


def test_a_decided_contact_is_due_when_what_it_waits_for_is(signed_in):
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    given.decide(contact, by="winnie")
    db.session.commit()

    page = signed_in("winnie").get("/queues/winchester?tab=mine").text

    assert given.lead_of(contact).due_at == given.waits(contact, "agreement").due_at
    assert "The family agrees to the service" in page


def test_red_work_does_not_sink_while_the_family_is_asked():
    contact = given.contact(holder="winnie", team="winchester", step="referral")
    due_at = given.lead_of(contact).due_at

    given.decide(contact, by="winnie", level=4, urgency="red")

    assert given.lead_of(contact).due_at <= due_at


def test_nobody_is_told_that_a_decided_contact_is_not_decided():
    contact = given.contact()
    given.decide(contact, outcome="another_authority")
    given.lead_of(contact).due_at = given.TUESDAY_NOON - timedelta(hours=1)
    db.session.flush()

    assert escalation.promise_overdue() == 0


def test_the_queue_says_that_what_was_referred_is_only_held_until_the_team_has_it(signed_in):
    contact = given.contact()
    given.decide(contact)
    db.session.commit()

    page = signed_in("sarah").get("/queues/screening?tab=mine").text

    assert contact.reference in page
    assert "On its way to the team that acts" in page
