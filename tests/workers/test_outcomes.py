"""The outcome: a professional hears what, why and what next, the public is thanked, the anonymous hears nothing."""

import pytest

from screening.db import db
from screening.errors import Invalid
from screening.models import Message, Referrer
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
