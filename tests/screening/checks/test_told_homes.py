"""A protected home is told to no partner, however it is known that it is one (hazard H6)."""

import pytest

from screening.checks import sharing
from screening.db import db, now
from screening.models import PersonAddress
from tests.screening.checks import given
from tests.screening.people import made
from tests.screening.queues import given as rows

pytestmark = pytest.mark.usefixtures("context")
SAID = {"address_line_1": "86 Surrey Drive", "postcode": "SO23 8UG"}
HOME = {"line_1": "86 Surrey Drive", "postcode": "SO23 8UG"}
SHARES = ["names", "address"]


@pytest.fixture
def contact(context):
    return rows.contact(level=4)


@pytest.fixture
def ada(contact):
    return rows.person(contact, "Ada Marlow", **SAID)


def told(person, record):
    db.session.flush()
    db.session.expire_all()
    return sharing.identity(person, record, given.partner(shares=SHARES))


def test_where_nothing_is_protected_the_address_is_told(ada):
    assert told(ada, given.confirm(ada))["address"] == HOME


def test_an_alert_withholds_the_address(ada):
    record = given.confirm(ada)
    made.alert(record, "protected_address")

    assert "address" not in told(ada, record)


def test_an_alert_that_ended_withholds_nothing(ada):
    record = given.confirm(ada)
    made.alert(
        record, "protected_address", ended_at=now(), ended_because="They moved.", ended_by_id=rows.user("sarah").id
    )

    assert told(ada, record)["address"] == HOME


@pytest.mark.parametrize("protect", ["flag", "alert"])
def test_another_record_of_the_same_person_withholds_it(ada, protect):
    record = given.confirm(ada)
    other = made.person("Ada Marlow", home=HOME | {"protected": protect == "flag"})
    if protect == "alert":
        made.alert(other, "protected_address")
    other.merged_into_id = record.id

    assert "address" not in told(ada, record)


def test_a_record_that_was_merged_after_it_was_asked_withholds_it(ada):
    record, kept = given.confirm(ada), made.person("Ada Marlow", home=HOME | {"protected": True})
    record.merged_into_id = kept.id

    assert "address" not in told(ada, record)


@pytest.mark.parametrize("said", [SAID, {"address_line_1": "86 SURREY DR.", "postcode": "so238ug"}, {}])
def test_a_protected_parent_at_the_same_home_withholds_the_childs(contact, ada, said):
    mother = rows.person(contact, "Mia Marlow", role="adult", in_household=None if said else True, **said)
    made.alert(given.confirm(mother), "protected_address")

    assert "address" not in told(ada, given.confirm(ada))


def test_a_protected_sibling_at_the_same_home_withholds_it(contact, ada):
    given.confirm(rows.person(contact, "Bea Marlow", **SAID), protected=True)

    assert "address" not in told(ada, given.confirm(ada))


def test_a_home_that_the_index_protects_for_another_of_the_contact_withholds_it(contact, ada):
    mother = given.confirm(rows.person(contact, "Mia Marlow", role="adult", in_household=False))
    mother.addresses = [PersonAddress(position=0, protected=True, **HOME)]

    assert "address" not in told(ada, given.confirm(ada))


def test_a_protected_adult_who_lives_elsewhere_withholds_nothing(contact, ada):
    elsewhere = {"address_line_1": "2 Mill Lane", "postcode": "PO12 9ZZ"}
    father = rows.person(contact, "Sam Marlow", role="adult", in_household=False, **elsewhere)
    made.alert(given.confirm(father), "protected_address")

    assert told(ada, given.confirm(ada))["address"] == HOME


def test_an_alert_on_somebody_of_the_household_withholds_it(ada):
    home = made.household()
    record, mother = given.confirm(ada), made.person("Mia Marlow", household_id=home.id)
    record.household_id = home.id
    made.alert(mother, "protected_address")

    assert "address" not in told(ada, record)
