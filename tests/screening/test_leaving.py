"""Promise 8: nobody is tipped off. What may leave, and why not."""

import pytest

from screening import leaving
from screening.leaving import may_leave
from screening.models import Contact
from tests.screening.messages import given
from tests.screening.queues import given as rows

pytestmark = pytest.mark.usefixtures("context")
NOT_ALERTED, ALLEGATION = {"must_do": ["do_not_alert_carer"]}, {"must_do": ["lado"]}


def from_(referrer, **changes):
    return {**referrer, **changes}


def test_a_school_that_said_it_is_safe_gets_its_receipt():
    assert may_leave(given.contact(), "receipt").allowed


def test_a_school_that_said_nothing_gets_its_receipt():
    contact = given.contact(from_(given.SCHOOL, safe_to_reply="unknown"))

    assert may_leave(contact, "receipt").allowed


def test_a_neighbour_who_said_it_is_safe_gets_a_receipt():
    contact = given.contact(from_(given.NEIGHBOUR, safe_to_reply="yes"))

    assert may_leave(contact, "receipt").allowed


@pytest.mark.parametrize("kind", ["receipt", "acknowledgement", "outcome"])
@pytest.mark.parametrize(
    ("referrer", "reason"),
    [
        (from_(given.SCHOOL, source_code="9"), leaving.ANONYMOUS),
        (from_(given.SCHOOL, safe_to_reply="no"), leaving.NOT_SAFE),
        (from_(given.SCHOOL, email=None), leaving.NO_ADDRESS),
        (from_(given.SCHOOL, email="  "), leaving.NO_ADDRESS),
        (from_(given.SCHOOL, email="by telephone please"), leaving.UNUSABLE),
        (given.NEIGHBOUR, leaving.NOT_KNOWN),
        (from_(given.NEIGHBOUR, source_code="1A"), leaving.NOT_KNOWN),
        (from_(given.NEIGHBOUR, source_code="10"), leaving.NOT_KNOWN),
        (from_(given.NEIGHBOUR, source_code=None), leaving.NOT_KNOWN),
    ],
)
def test_what_may_not_leave_says_why(referrer, reason, kind):
    permission = may_leave(given.contact(referrer), kind)

    assert (permission.allowed, permission.reason) == (False, reason)


def test_a_contact_without_a_referrer_has_nobody_to_tell():
    contact: Contact = rows.contact()

    assert may_leave(contact, "receipt").reason == leaving.ANONYMOUS


@pytest.mark.parametrize(
    "email",
    [
        "a@example.org\r\nBcc: b@example.org",
        "a@example.org\nSubject: x",
        "a@example.org,b@example.org",
        "A <a@example.org>",
        "a@example.org b@example.org",
        "a@localhost",
        "a..b@example.org",
        "a@example.org;b@example.org",
        "ä@example.org",
        "a" * 250 + "@example.org",
    ],
)
def test_an_address_that_could_carry_another_header_or_recipient_is_not_used(email):
    contact = given.contact(from_(given.SCHOOL, email=email))

    assert may_leave(contact, "receipt").reason == leaving.UNUSABLE


@pytest.mark.parametrize("email", ["gary.smyth@example.org", "gsmyth@example.org", "the-Smyths@example.org"])
def test_a_mailbox_named_after_the_alleged_adult_is_not_written_to(email):
    contact = given.contact(from_(given.NEIGHBOUR, email=email, safe_to_reply="yes"))
    given.alleged(contact)

    assert may_leave(contact, "receipt").reason == leaving.ALLEGED_OWNS


def test_a_referrer_with_the_alleged_adults_name_is_not_written_to():
    contact = given.contact(from_(given.SCHOOL, name="Mr Gary SMYTH"))
    given.alleged(contact)

    assert may_leave(contact, "receipt").reason == leaving.ALLEGED_OWNS


@pytest.mark.parametrize(
    ("alleged", "email"),
    [
        ("Gary Smyth", "gary77@example.org"),
        ("Gary Smyth", "77.gary_x@example.org"),
        ("Wei Li", "li.wei@example.org"),
        ("Wei Li", "wli@example.org"),
        ("Bo Ek", "bo77@example.org"),
        ("Robert Smyth", "bob77@example.org"),
        ("Gary Smyth", "gaz77@example.org"),
        ("Sharon Smyth", "shaz@example.org"),
        ("Gary O'Hara", "g_ohara@example.org"),
    ],
)
def test_a_given_or_a_short_name_in_the_mailbox_is_enough(alleged, email):
    contact = given.contact(from_(given.NEIGHBOUR, email=email, safe_to_reply="yes"))
    given.alleged(contact, alleged)

    assert may_leave(contact, "receipt").reason == leaving.ALLEGED_OWNS


@pytest.mark.parametrize(
    ("alleged", "referrer"),
    [
        ("Gary Smyth", "Gaz Smyth"),
        ("Gary Smyth", "Mr G Smyth"),
        ("Gary Smyth", "Mr Smyth"),
        ("Gary Smyth", "Gary"),
        ("Robert Smyth", "Bob Smyth"),
        ("Robert", "Bob Brook"),
        ("Wei Li", "Li Wei"),
    ],
)
def test_a_referrer_who_may_be_the_alleged_adult_is_not_written_to(alleged, referrer):
    contact = given.contact(from_(given.SCHOOL, name=referrer))
    given.alleged(contact, alleged)

    assert may_leave(contact, "receipt").reason == leaving.ALLEGED_OWNS


@pytest.mark.parametrize(
    ("alleged", "name", "email"),
    [
        ("Gary Smyth", "Ann Smyth", "ann@example.org"),
        ("Wei Li", "Ann Brook", "office.alison@example.org"),
        ("Gary Smyth", "Greta Brook", "greta@example.org"),
    ],
)
def test_somebody_else_is_still_written_to(alleged, name, email):
    contact = given.contact(from_(given.SCHOOL, name=name, email=email))
    given.alleged(contact, alleged)

    assert may_leave(contact, "receipt").allowed


def test_an_adult_who_harmed_nobody_does_not_hold_a_message_back():
    contact = given.contact(
        from_(given.NEIGHBOUR, name="Ann Smyth", email="ann.smyth@example.org", safe_to_reply="yes")
    )
    rows.person(contact, "Ann Smyth", role="adult")

    assert may_leave(contact, "receipt").allowed


def test_an_agency_where_the_alleged_adult_may_work_is_not_written_to():
    contact = given.contact()
    given.alleged(contact, works_with_children="yes")

    assert may_leave(contact, "receipt").reason == leaving.ALLEGED_WORKS_THERE


def test_a_relative_is_not_written_to_while_the_carer_must_not_know():
    contact = given.contact(from_(given.NEIGHBOUR, source_code="1A", safe_to_reply="yes"), output=NOT_ALERTED)

    assert may_leave(contact, "receipt").reason == leaving.CARER_NOT_ALERTED


@pytest.mark.parametrize("output", [NOT_ALERTED, ALLEGATION])
def test_where_a_word_is_dangerous_not_known_is_not_safe_even_for_a_school(output):
    contact = given.contact(from_(given.SCHOOL, safe_to_reply="unknown"), output=output)

    assert may_leave(contact, "receipt").reason == leaving.NOT_KNOWN_DANGEROUS


@pytest.mark.parametrize("output", [NOT_ALERTED, ALLEGATION])
def test_where_a_word_is_dangerous_a_school_that_said_it_is_safe_is_written_to(output):
    assert may_leave(given.contact(output=output), "receipt").allowed


def test_a_contact_that_was_not_scored_may_be_a_dangerous_one():
    contact = given.contact(from_(given.SCHOOL, safe_to_reply="unknown"), urgency=None)

    assert may_leave(contact, "receipt").reason == leaving.NOT_KNOWN_DANGEROUS


def test_the_newest_score_counts():
    contact = given.contact(from_(given.SCHOOL, safe_to_reply="unknown"))
    rows.screening(contact, urgency="red", output=NOT_ALERTED)

    assert not may_leave(contact, "receipt").allowed


def test_a_kind_that_does_not_exist_is_a_fault_of_ours():
    with pytest.raises(ValueError, match="no kind of message"):
        may_leave(given.contact(), "advert")
