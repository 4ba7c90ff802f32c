"""What is looked up about a child includes brothers, sisters, the home and the alleged adult; unknown stays unknown."""

import pytest

from screening.checks import looking_up
from screening.db import now
from screening.scoring import family_history
from tests.screening.checks.given import confirm
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
COUNTS = {"contacts_3_months": 1, "contacts_6_months": 2, "contacts_12_months": 3}


def answered(person, outcome, **facts):
    check = given.check(person)
    check.outcome, check.answered_at = outcome, now()
    check.found = {"facts": facts} if outcome == "information_found" else None
    check.about = looking_up.about(person)
    return check


def of(child, contact):
    return family_history.looked_up(contact)[child.id]


def test_what_happened_to_a_sister_is_known_of_the_child():
    contact = given.contact()
    ada = given.person(contact, position=0, address_line_1="86 Surrey Drive", postcode="SO23 8UG")
    ben = given.person(contact, "Ben Marlow", position=1)
    answered(ada, "nothing_known")
    answered(ben, "information_found", **COUNTS)

    found = of(ada, contact)

    assert [found[f"sibling_contacts_{months}_months"] for months in (3, 6, 12)] == [1, 2, 3]
    assert found["contacts_12_months"] == 0


def test_a_sister_who_was_not_checked_leaves_it_unknown():
    contact = given.contact()
    ada, _ = given.person(contact, position=0), given.person(contact, "Ben Marlow", position=1)
    answered(ada, "nothing_known")

    assert "sibling_contacts_12_months" not in of(ada, contact)


def test_a_sister_who_was_not_checked_leaves_what_is_known_of_another_as_the_least():
    contact = given.contact()
    ada, ben = given.person(contact, position=0), given.person(contact, "Ben Marlow", position=1)
    given.person(contact, "Cora Marlow", position=2)
    answered(ada, "nothing_known")
    answered(ben, "information_found", contacts_3_months=0, contacts_6_months=1, contacts_12_months={"at_least": 2})

    found = of(ada, contact)
    assert "sibling_contacts_3_months" not in found
    assert found["sibling_contacts_6_months"] == {"at_least": 1}
    assert found["sibling_contacts_12_months"] == {"at_least": 2}


def test_an_alleged_adult_in_other_families_is_known_of_the_child_they_may_have_harmed():
    contact = given.contact()
    ada, ben = given.person(contact, position=0), given.person(contact, "Ben Marlow", position=1)
    gary = given.person(contact, "Gary Cole", role="adult", position=0, alleged_harm_to=[1])
    answered(gary, "information_found", **COUNTS)

    assert of(ben, contact)["alleged_adult_contacts_12_months"] == 3
    assert "alleged_adult_contacts_12_months" not in of(ada, contact)


def test_an_adult_who_was_not_checked_is_not_no_history():
    contact = given.contact()
    ada = given.person(contact, position=0)
    answered(given.person(contact, "Gary Cole", role="adult", position=0, alleged_harm_to=[0]), "failed")

    assert of(ada, contact) == {}


def test_nothing_known_says_that_nothing_happened_at_a_home_that_is_known():
    contact = given.contact()
    ada = given.person(contact, position=0, address_line_1="86 Surrey Drive", postcode="SO23 8UG")
    answered(ada, "nothing_known")

    assert of(ada, contact)["address_contacts_12_months"] == of(ada, contact)["sibling_contacts_12_months"] == 0


def test_nothing_known_says_nothing_of_a_home_that_is_not_known():
    contact = given.contact()
    ada = given.person(contact, position=0, address_line_1=None, postcode=None)
    answered(ada, "nothing_known")

    assert "address_contacts_12_months" not in of(ada, contact)


def test_a_no_about_whom_they_are_not_is_no_answer_once_it_is_said_who_they_are():
    contact = given.contact()
    ada = given.person(contact, position=0)
    answered(ada, "nothing_known")
    assert of(ada, contact)["open_to_social_care"] == "no"

    confirm(ada)

    assert of(ada, contact) == {}


def test_what_was_found_stays_a_worry_until_there_is_a_new_answer():
    contact = given.contact()
    ada = given.person(contact, position=0)
    possible = {"possible": "yes"}
    open_cases = {"open_to_social_care": "yes", "protection_plan": possible, "looked_after": "no"}
    answered(ada, "information_found", contacts_3_months=0, contacts_6_months=2, **open_cases)

    confirm(ada)

    assert of(ada, contact) == {
        "open_to_social_care": "yes",
        "protection_plan": possible,
        "contacts_6_months": {"at_least": 2},
    }
