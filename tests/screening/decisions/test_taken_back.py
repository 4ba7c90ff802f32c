"""Who decided takes it back before a second person saw it, and decides anew; both stay on file."""

import pytest

from screening.db import db, now
from screening.decisions import queries, second_person, service, taking_back, unsent
from screening.errors import Conflict, Invalid, NotAllowed
from screening.kept_back import hidden_by
from screening.models.queue_item import ATTENTION
from tests.screening.decisions import given
from tests.screening.queues import tokens

pytestmark = pytest.mark.usefixtures("context")
BECAUSE = "The nurse rang: it was not a fall."


@pytest.fixture(autouse=True)
def _noon(context):
    given.clock_at(given.TUESDAY_NOON)


def lowered():
    contact = given.contact(level=4, urgency="red")
    return contact, given.lower(contact)


def taken_back(because=BECAUSE, by="sarah"):
    contact, decision = lowered()
    with given.seen_as(by):
        return contact, taking_back.take_back(decision, because)


def test_nobody_is_asked_any_more_and_the_child_is_to_be_decided():
    contact, decision = taken_back()

    assert [item.state for item in given.asked_of(contact)] == ["done"]
    assert given.lead_of(contact).attention == f"Sarah Okafor{second_person.TAKEN_BACK}"
    with given.seen_as("sarah"):
        assert queries.to_decide(contact) == [contact.children[0].id]
        assert queries.second_words(decision).endswith(f"took it back at 12:00 on 24 November 2026: {BECAUSE}")


def test_what_is_decided_anew_takes_its_place_and_both_are_on_file():
    contact, first = taken_back()
    second = given.decide(contact, outcome="strategy_discussion", level=4, urgency="red")

    assert (first.corrected_by_id, second.stands, contact.state) == (second.id, True, "decided")
    assert given.lead_of(contact).attention is None
    with given.seen_as("sarah"):
        assert len(queries.decisions_of(contact)) == 2


def test_what_somebody_agreed_to_although_it_was_taken_back_is_said_to_be_in_effect(context):
    _, decision = taken_back()
    # As a web process of the version before does: it does not know that a decision may be taken back.
    decision.confirmed_by_id, decision.confirmed_at = given.user("grace").id, now()
    db.session.flush()
    db.session.refresh(decision)

    with given.seen_as("sarah"):
        assert queries.second_words(decision).startswith("Grace ")


def test_what_is_lower_needs_a_second_person_again():
    contact, _ = taken_back()
    second = given.lower(contact)

    assert (second.awaits_second_view, contact.state) == (True, "received")
    assert [item.state for item in given.asked_of(contact)] == ["done", "waiting"]


def test_who_had_accepted_to_give_a_view_is_told_that_none_is_wanted():
    contact, decision = lowered()
    asked, grace = given.asked_of(contact)[0], given.user("grace")
    asked.state, asked.holder_id, asked.accepted_at = "accepted", grace.id, now()
    with given.seen_as("sarah"):
        taking_back.take_back(decision, BECAUSE)

    told = [(one.holder_id, one.why) for one in given.items_of(contact) if one.step == ATTENTION]
    assert told == [(grace.id, f"Sarah Okafor{second_person.NOTHING_LEFT}")]
    with given.seen_as("grace"), pytest.raises(Conflict, match="Sarah Okafor took this back"):
        service.refuse_second_view(decision)


def two_lowered():
    """Two children, each decided lower; Grace has accepted to give a second view."""
    contact = given.contact("Ada Marlow", "Ben Marlow", level=4, urgency="red")
    decisions = [given.lower(contact, child=child) for child in contact.children]
    asked = given.asked_of(contact)[0]
    asked.state, asked.holder_id, asked.accepted_at = "accepted", given.user("grace").id, now()
    return contact, decisions


def test_who_gave_a_view_on_one_child_is_not_told_of_another_that_none_is_left():
    contact, (ada, ben) = two_lowered()
    with given.seen_as("sarah"):
        taking_back.take_back(ada, BECAUSE)
    given.confirm(ben)

    assert [one.state for one in given.asked_of(contact)] == ["done"]
    assert [one.why for one in given.items_of(contact) if one.step == ATTENTION] == []


def test_what_a_second_person_said_of_one_child_is_shown_beside_what_was_taken_back_of_another():
    contact, (ada, ben) = two_lowered()
    given.confirm(ben, level=2)
    with given.seen_as("sarah"):
        taking_back.take_back(ada, BECAUSE)

    assert given.lead_of(contact).attention == f"Sarah Okafor{second_person.TAKEN_BACK} {second_person.DIFFERS}"


def test_who_may_be_asked_next_does_not_read_it_before():
    contact, first = taken_back()
    with given.seen_as("grace"):
        assert hidden_by(first) is first
    given.decide(contact, outcome="strategy_discussion", level=4, urgency="red")
    with given.seen_as("grace"):
        assert hidden_by(first) is None


def test_the_form_has_the_words_again_but_not_what_is_to_be_judged_anew():
    contact, decision = taken_back()
    with given.seen_as("sarah"):
        words = unsent.found(contact, decision.child_id, "contact").words

    assert words["rationale"] == decision.rationale
    assert words.keys().isdisjoint({"outcome", "level", "urgency", "acknowledged_missing"})


def test_nobody_else_takes_it_back():
    with pytest.raises(NotAllowed):
        taken_back(by="tom")


def test_it_is_not_taken_back_without_a_reason():
    with pytest.raises(Invalid):
        taken_back(because=" ")


@pytest.mark.parametrize("level", [3, 2])
def test_once_a_second_person_said_it_is_too_late(level):
    _, decision = lowered()
    given.confirm(decision, level=level)
    with given.seen_as("sarah"), pytest.raises(Conflict, match="does not wait for a second person"):
        taking_back.take_back(decision, BECAUSE)


def test_what_needs_nobody_else_is_not_taken_back():
    contact = given.contact()
    decision = given.decide(contact)
    with given.seen_as("sarah"), pytest.raises(Conflict):
        taking_back.take_back(decision, BECAUSE)


def test_on_the_page_it_goes_on_to_the_form(signed_in):
    contact = given.contact(level=4, urgency="red")
    with given.seen_as("sarah"):
        service.keep_own_view(contact=contact, child_id=contact.children[0].id, level=4, urgency="red")
    decision = given.lower(contact)
    db.session.commit()
    page, place = signed_in("sarah"), f"/contacts/{contact.reference}/decisions/{decision.id}/take-back"
    assert "Take my decision back" in page.get(f"/contacts/{contact.reference}?tab=decision").text
    assert "Write why you take it back" in page.post(place, data={"because": ""}).text
    went = page.post(place, data={"because": BECAUSE}, follow_redirects=True)

    assert (went.status_code, "In a sentence." in went.text) == (200, True)


def test_by_program_it_is_taken_back_once(client):
    contact, decision = lowered()
    db.session.commit()
    token, path = tokens.of_user("sarah"), f"/contacts/{contact.reference}/decisions/{decision.id}/take-back"
    answers = [tokens.post(client, token, path, {"because": BECAUSE}, version=None, key="k1") for _ in range(2)]

    assert [one.status_code for one in answers] == [200, 200]
    assert answers[0].json["withdrawn_because"] == BECAUSE
