"""The outcome: a professional hears what, why and what next, the public is thanked, the anonymous hears nothing."""

import re
from datetime import timedelta

import pytest

from screening.db import db, now
from screening.errors import Invalid
from screening.messages.replies import links
from screening.models import Message, Referrer, ReplyLink
from tests.screening.decisions import given as decisions
from tests.screening.messages import given
from workers import receipts

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture(autouse=True)
def _tuesday_noon(context):
    decisions.clock_at(decisions.TUESDAY_NOON)


def refer(contact, referrer):
    db.session.add(Referrer(contact_id=contact.id, **referrer))
    db.session.flush()
    db.session.expire(contact, ["referrer"])


def decided(referrer, **changed):
    contact = decisions.contact()
    refer(contact, referrer)
    decisions.decide(contact, **changed)
    return contact


def letter_of(contact):
    outgoing = receipts.prepare_outcome(contact.id)
    return outgoing.letter.get_content() if outgoing else None


def outcome_of(contact):
    return db.session.query(Message).filter_by(contact_id=contact.id, kind="outcome").one_or_none()


def test_a_professional_hears_what_was_decided_why_and_how_to_disagree_and_no_name():
    contact = decided(given.SCHOOL, for_referrer="There was too little food over some weeks.")

    words = letter_of(contact)

    assert len(given.tasks_of(contact, "outcome")) == 1
    assert "a social worker assesses what is needed" in words
    assert "Why: There was too little food over some weeks." in words
    assert "If you disagree" in words
    assert "Marlow" not in words


def test_the_public_is_thanked_and_hears_nothing_of_the_family():
    neighbour = {"name": "Pat Lee", "source_code": "1D", "email": "pat@example.org", "safe_to_reply": "yes"}
    contact = decided(neighbour, for_referrer="There was too little food over some weeks.")

    words = letter_of(contact)

    assert "Thank you for telling us." in words
    assert "assess" not in words
    assert "food" not in words


def test_the_anonymous_hear_nothing():
    contact = decided({"source_code": "9"})

    assert (letter_of(contact), outcome_of(contact)) == (None, None)


def test_an_outcome_that_is_not_safe_to_write_is_a_persons_to_tell():
    contact = decided({**given.SCHOOL, "safe_to_reply": "no"})

    assert (letter_of(contact), outcome_of(contact).state) == (None, "withheld")


def test_a_professional_is_warned_where_telling_the_family_is_unsafe():
    contact = decided(given.SCHOOL, family_told={"unsafe_because": "He reads her messages."})

    assert "Please do not speak with the family" in letter_of(contact)


def test_nothing_leaves_before_every_child_is_decided():
    contact = decisions.contact("Ada Marlow", "Ben Marlow")
    refer(contact, given.SCHOOL)
    decisions.decide(contact)

    assert letter_of(contact) is None


def test_words_for_the_referrer_that_name_somebody_are_refused():
    with pytest.raises(Invalid) as refused:
        decided(given.SCHOOL, for_referrer="Ada had too little food.")

    assert set(refused.value.fields) == {"/for_referrer"}


def ended(told="assessment", ends="information_and_advice"):
    """A contact whose referrer was told one outcome, and that a team ended with another."""
    contact = decided(given.SCHOOL, outcome=told)
    receipts.prepare_outcome(contact.id)
    message = outcome_of(contact)
    message.state, message.sent_at = "sent", now()
    decisions.clock_at(decisions.TUESDAY_NOON + timedelta(days=1))
    decisions.referred(contact, "winchester", holder="winnie")
    decisions.agree(contact, by="winnie") if ends == told else None
    decisions.decide(contact, by="winnie") if ends == told else decisions.ends(contact, ends)
    decisions.placed(contact)
    return contact


def test_a_professional_hears_how_it_ended_where_that_is_not_what_they_were_told():
    contact = ended()

    words = letter_of(contact)

    assert len(given.tasks_of(contact, "outcome")) == 2
    assert "This is in place of anything that we told you before" in words
    assert "no service from us; advice was given" in words
    assert outcome_of(contact).state == "pending"


def test_an_outcome_in_place_of_another_has_a_link_and_a_date_of_its_own():
    contact = ended()
    first = db.session.query(ReplyLink).one()
    first.used_at = now()

    letters = [receipts.prepare_outcome(contact.id).letter for _ in range(2)]

    found = [re.search(r"/reply/(\S{43})", letter.get_content())[1] for letter in letters]
    again = links.opened(found[0])
    assert found[0] == found[1]
    assert again.works
    assert (again.link.id != first.id, again.link.expires_at > first.expires_at) == (True, True)
    assert letters[0]["Date"].datetime.date() == now().date()


def test_an_end_that_they_were_told_is_not_told_again():
    contact = ended()
    letter_of(contact)
    decisions.clock_at(decisions.TUESDAY_NOON + timedelta(days=1, minutes=1))
    message = outcome_of(contact)
    message.state, message.sent_at = "sent", now()

    assert letter_of(contact) is None


def test_who_heard_the_first_outcome_after_the_team_decided_hears_the_end_all_the_same():
    contact = ended()
    outcome_of(contact).sent_at = now()
    lead = decisions.items_of(contact)[0]
    lead.ended_at = now() + timedelta(hours=1)

    assert "advice was given" in letter_of(contact)


def test_the_end_for_a_child_whom_nobody_could_name_at_first_is_told():
    contact = ended()
    decisions.decisions_of(contact)[0].child_id = None
    db.session.flush()

    assert "What we decided: no service from us; advice was given." in " ".join(letter_of(contact).split())


def test_what_ended_as_they_were_told_is_not_told_twice():
    contact = ended(ends="assessment")

    assert (contact.state, letter_of(contact), outcome_of(contact).state) == ("closed", None, "sent")


def test_an_end_that_is_not_safe_to_write_any_more_is_a_persons_to_tell():
    contact = ended()
    contact.referrer.safe_to_reply = "no"

    assert (letter_of(contact), outcome_of(contact).state) == (None, "withheld")
