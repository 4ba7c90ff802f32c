"""Who is this, and one person of two records: by keyboard alone, with axe on each page, and on a narrow screen."""

import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import viewing, worker_viewer
from screening.db import db, now, transaction
from screening.models import PersonLink
from screening.people.finding import index
from tests.screening.people import made
from tests.screening.queues import given

HOME = {"line_1": "86 Surrey Drive", "town": "Havant", "postcode": "PO9 9ZZ"}
NUMBER = "9990000018"


@pytest.fixture
def family(county):
    """A child in a contact of the screening team, twice in the index; their mother, and an unborn baby."""
    with county.app.app_context(), viewing(worker_viewer("test")), transaction():
        home = made.household()
        child = made.person("Ada Quillon", born="2018-05-02", home=HOME, nhs_number=NUMBER, household_id=home.id)
        twice = made.person("Adah Quillon", born="2018-05", home=HOME, phone="01632 960001")
        mother = made.person("Mary Quillon", home=HOME | {"protected": True}, household_id=home.id)
        baby = made.unborn(now().date() + timedelta(days=9), "Baby Quillon", household_id=home.id)
        made.related(mother, child)
        made.alert(child, review_on=now().date() - timedelta(days=1))
        for person in (child, twice, mother, baby):
            index.put(person)
        contact = given.contact()
        given.item(contact, "screening")
        said = given.person(contact, "Ada Quillon", date_of_birth="2018-05-02", address_line_1="86 Surrey Drive")
        people = {"child": child, "twice": twice, "mother": mother, "baby": baby}
        made_ids = {name: person.id for name, person in people.items()}
        found = made_ids | {"said": said.id, "reference": contact.reference}
    with county.app.app_context():
        db.session.remove()
    return found


def test_who_somebody_is_is_said_by_keyboard(person, county, family):
    screener = person("sarah").open(f"/contacts/{family['reference']}?tab=people")
    assert screener.sees("Who is this?")

    screener.tab_to("form[action$='/links'] button")
    screener.enter()

    assert screener.sees("Confirmed by Sarah Okafor")
    with county.app.app_context(), viewing(worker_viewer("test")):
        question = select(PersonLink.answer).where(PersonLink.participation_id == family["said"])
        assert db.session.scalars(question).all() == ["confirmed"]
        db.session.remove()
    screener.press("Ada Quillon")
    assert screener.sees(family["reference"])
    assert screener.sees("Review is overdue")


def test_two_records_are_merged_and_that_is_undone_by_keyboard(person, family):
    manager = person("grace").open(f"/people/{family['child']}")
    manager.press("Same as another person").press("Compare with Adah Quillon")

    manager.type_into("#why", "Her mother says that both are her.")
    manager.tab_to("main form button")
    manager.enter()

    assert manager.sees("Records that were merged into this one")
    assert manager.sees("01632 960001")
    manager.press("Undo the merge with Adah Quillon")
    manager.type_into("#why", "They are cousins.")
    manager.tab_to("main form button")
    manager.enter()
    assert manager.sees("Nothing is left to be moved.")


def test_a_protected_address_is_shown_for_a_reason_by_keyboard(person, family):
    screener = person("sarah").open(f"/people/{family['mother']}")
    assert not screener.sees("86 Surrey Drive")

    screener.tab_to("details:has(form[action$='/addresses']) summary")
    screener.page.keyboard.press("Enter")
    screener.tab_to("[name=reason]")
    screener.page.keyboard.press("Space")
    screener.tab_to("form[action$='/addresses'] button")
    screener.enter()

    assert screener.sees("86 Surrey Drive")


@pytest.mark.parametrize("width", [320, 1280])
def test_every_page_of_a_person_fits_and_says_what_is_wrong(person, family, width):
    manager = person("grace", width)
    child, twice, baby = (family[name] for name in ("child", "twice", "baby"))
    for path in (
        f"/contacts/{family['reference']}?tab=people",
        f"/people/{child}",
        f"/people/{child}/merge",
        f"/people/{child}/merge/{twice}",
        f"/people/{baby}/second-baby",
    ):
        manager.open(path)
    for path, button in (
        (f"/people/{child}/edit", "Keep it"),
        (f"/people/{child}/alerts", "Set the alert"),
        (f"/people/{baby}/birth", "Confirm the birth"),
        (f"/people/{child}/restrict", "Restrict"),
    ):
        manager.open(path)
        manager.page.get_by_role("main").get_by_role("button", name=button, exact=True).click()
        manager.look()
        assert manager.sees("There is a problem")
        # The browser writes down every answer that refuses; these were to be refused.
        manager.problems = [found for found in manager.problems if not re.search("422", found)]
