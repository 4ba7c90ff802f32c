"""Marks on a person of the index: set and ended on their page, and they hold in every contact they are in."""

import pytest

from screening.db import db
from screening.models import DoNotAlert
from screening.sharing.marks import marks_about
from tests.screening.queues import given as rows
from tests.screening.sharing import given

pytestmark = pytest.mark.usefixtures("context")
MARK = {"organisation": "Oakbank School", "why": "He works there."}


@pytest.fixture
def person():
    found = given.person("Gary Smyth")
    db.session.commit()
    return found


def at(person, more=""):
    return f"/people/{person.id}/do-not-alert{more}"


def test_a_mark_on_a_person_holds_in_a_contact_in_which_they_are_confirmed(signed_in, person):
    contact = rows.contact()
    given.link(rows.person(contact, "Gary Smyth", role="adult"), person)
    db.session.commit()

    assert signed_in("sarah").post(at(person), data=MARK).status_code == 302

    assert [mark.organisation for mark in marks_about(contact)] == ["Oakbank School"]


def test_the_page_shows_it_and_it_is_ended_there(signed_in, person):
    sarah = signed_in("sarah")
    sarah.post(at(person), data=MARK)
    mark = db.session.scalars(db.select(DoNotAlert).where(DoNotAlert.person_id == person.id)).one()
    assert "Oakbank School" in sarah.get(at(person)).text

    sarah.post(at(person, f"/{mark.id}/end"), data={"ended_because.1": "He left."})

    assert "He left." in sarah.get(at(person)).text


def test_what_is_missing_is_said_and_what_was_typed_stays(signed_in, person):
    answer = signed_in("sarah").post(at(person), data={"why": "Kept words."})

    assert answer.status_code == 422
    assert "Name the organisation" in answer.text
    assert "Kept words." in answer.text


def test_the_page_of_the_person_leads_to_it(signed_in, person):
    assert at(person) in signed_in("sarah").get(f"/people/{person.id}").text


def test_a_social_worker_of_a_team_reads_and_does_not_set(signed_in, person):
    winnie = signed_in("winnie")

    assert 'name="organisation"' not in winnie.get(at(person)).text
    assert winnie.post(at(person), data=MARK).status_code == 403


def test_a_restricted_person_has_no_such_page_for_who_is_not_named(signed_in, person):
    person.restricted = True
    db.session.commit()

    assert signed_in("sarah").get(at(person)).status_code == 404
    assert signed_in("sarah").post(at(person), data=MARK).status_code == 404
