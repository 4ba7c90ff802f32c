"""The sample county's people: found as a caller would tell of them, and linked to their family's earlier contacts."""

import pytest
from sqlalchemy import func, select

from screening.access import viewing, worker_viewer
from screening.db import db
from screening.models import (
    Contact,
    Involvement,
    Participation,
    Person,
    PersonCard,
    PersonLink,
    PersonRelationship,
)
from screening.people.finding import search
from screening.sample.seed_families import seed_sample_families
from tests.conftest import make_app, settings_for

ABOUT_SEVEN = {"given_names": ["Kathryn"], "family_names": ["Smyth"], "age_years_estimated": 7}


@pytest.fixture(scope="module")
def seeded_app(postgres, template):
    postgres.create_database("with_people", template=template)
    app = make_app(settings_for(postgres, "with_people"))
    with app.app_context():
        assert seed_sample_families()
        db.session.remove()
    yield app
    with app.app_context():
        db.engine.dispose()


@pytest.fixture(autouse=True)
def seeded(seeded_app):
    with seeded_app.app_context(), viewing(worker_viewer("test")):
        yield
        db.session.rollback()
        db.session.remove()


def catherine():
    return db.session.scalars(select(Person).where(Person.date_of_birth == "2018-09-14").order_by(Person.number)).one()


def relatives(person, kind):
    either = (PersonRelationship.person_id == person.id) | (PersonRelationship.other_id == person.id)
    found = db.session.scalars(select(PersonRelationship).where(either, PersonRelationship.kind == kind))
    ids = [one.other_id if one.person_id == person.id else one.person_id for one in found]
    return list(db.session.scalars(select(Person).where(Person.id.in_(ids))))


def test_a_name_that_was_misheard_an_age_and_a_street_left_long_ago_find_the_child():
    found = search.search(ABOUT_SEVEN | {"addresses": [{"line_1": "Winchester Road"}]})

    place = [candidate.person_id for candidate in found.candidates].index(catherine().id)
    assert place < 3
    words = [reason.words for reason in found.candidates[place].reasons]
    assert [word for word in words if word.startswith("Street the same: lived there until")]


def test_her_brother_has_two_earlier_contacts_and_both_are_open_to_a_team_in_winchester():
    [daniel] = relatives(catherine(), "sibling")

    links = select(PersonLink.participation_id).where(
        PersonLink.person_id == daniel.id, PersonLink.answer == "confirmed"
    )
    earlier = select(Participation.contact_id).where(Participation.id.in_(links)).distinct()
    open_to = db.session.scalars(select(Involvement.team_slug).where(Involvement.name_key == "daniel smith"))
    assert len(db.session.scalars(earlier).all()) == 2
    assert list(open_to) == ["winchester"]


def test_everybody_of_a_family_is_there_once_with_a_card():
    people = db.session.scalar(select(func.count(Person.id)))

    assert people == db.session.scalar(select(func.count(PersonCard.person_number)))
    assert 150 <= people <= 300


def test_parents_and_partners_are_known():
    [mother] = relatives(catherine(), "parent")

    assert mother.full_name == "Joanne Smith"
    assert mother.household_id == catherine().household_id
    assert db.session.scalar(select(func.count()).where(PersonRelationship.kind == "partner")) > 10


def test_everybody_in_an_earlier_contact_is_confirmed_and_nobody_in_todays():
    confirmed = select(PersonLink.participation_id).where(PersonLink.answer == "confirmed")
    not_linked = select(Participation.contact_id).where(Participation.id.not_in(confirmed)).distinct()
    waiting = set(db.session.scalars(not_linked))

    states = db.session.scalars(select(Contact.state).where(Contact.id.in_(waiting))).all()
    assert "closed" not in states
    assert set(db.session.scalars(select(Contact.state).where(Contact.id.not_in(waiting)))) == {"closed"}


def test_who_is_confirmed_has_the_name_or_the_age_of_who_it_is():
    linked = select(Participation, Person).join(PersonLink, PersonLink.participation_id == Participation.id).join(
        Person, Person.id == PersonLink.person_id
    )  # fmt: skip

    for participation, person in db.session.execute(linked):
        names = set(participation.full_name.split()) & set(person.full_name.split())
        assert names or participation.born_earliest == person.born_earliest or participation.age_years_estimated
