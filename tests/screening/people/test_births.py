"""A baby is born: their record stays theirs. Twins are two records, and the next pregnancy is another."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.errors import Conflict, Invalid, NotAllowed, Stale
from screening.models import PersonChange, PersonLink, PersonRelationship
from screening.people import births
from tests.screening.people import made
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")


@pytest.fixture
def sarah(context):
    with viewing(user_viewer(given.user("sarah"))):
        yield


@pytest.fixture
def baby(context):
    return made.unborn(now().date() + timedelta(days=10))


def day(days):
    return (now().date() + timedelta(days=days)).isoformat()


def confirm(person, *, born=None, names=(("given", "Noor"), ("family", "Marlow")), sex="F", **more):
    values = {"version": person.version, "born": born or day(-1), "names": list(names), "sex": sex}
    return births.confirm(person.id, **{**values, **more})


def test_the_record_of_the_unborn_baby_becomes_theirs(sarah, baby):
    due = baby.expected_delivery_date

    confirm(baby)

    assert (baby.full_name, baby.date_of_birth, baby.sex, baby.is_unborn) == ("Noor Marlow", day(-1), "F", False)
    assert baby.expected_delivery_date == due


def test_what_the_unborn_baby_was_called_stays_as_another_name(sarah):
    baby = made.unborn(now().date(), "Baby Marlow")

    confirm(baby)

    names = [(name.kind, name.name) for name in baby.names]
    assert names == [("given", "Noor"), ("family", "Marlow"), ("also_known_as", "Baby")]


def test_a_baby_without_a_name_yet_keeps_what_it_is_called(sarah):
    baby = made.unborn(now().date(), "Baby Marlow")

    confirm(baby, names=())

    assert baby.full_name == "Baby Marlow"


def test_a_birth_is_in_the_journal(sarah, baby):
    confirm(baby)

    change = db.session.scalars(select(PersonChange).where(PersonChange.kind == "birth")).one()
    assert (change.before["date_of_birth"], change.after["date_of_birth"]) == (None, day(-1))


def test_the_contact_that_spoke_of_the_unborn_baby_stays_linked(sarah, baby):
    said = given.person(given.contact(), "", expected_delivery_date=baby.expected_delivery_date)
    link = made.link(said, baby)

    confirm(baby)

    assert db.session.scalars(select(PersonLink.person_id).where(PersonLink.id == link.id)).one() == baby.id
    assert said.full_name == "Unborn baby"


def test_a_birth_is_confirmed_once(sarah, baby):
    confirm(baby)

    with pytest.raises(Conflict):
        confirm(baby)


@pytest.mark.parametrize(("days", "words"), [(1, "still to come"), (-300, "another pregnancy")])
def test_a_day_that_cannot_be_is_refused(sarah, baby, days, words):
    with pytest.raises(Invalid) as refused:
        confirm(baby, born=day(days))

    assert words in refused.value.fields["/date_of_birth"][0]


def test_a_birth_long_after_the_due_date_is_another_pregnancy(sarah):
    baby = made.unborn(now().date() - timedelta(days=200))

    with pytest.raises(Invalid):
        confirm(baby)


def test_a_birth_on_an_older_version_is_refused(sarah, baby):
    with pytest.raises(Stale):
        confirm(baby, version=baby.version - 1)


def test_who_may_not_write_confirms_no_birth(baby):
    with viewing(user_viewer(given.user("winnie"))), pytest.raises(NotAllowed):
        confirm(baby)


def test_a_second_baby_is_a_record_of_its_own_in_the_same_family(sarah, baby):
    mother = made.person("Mary Marlow")
    made.related(mother, baby)

    second = births.second_baby(baby.id, version=baby.version)

    assert second.expected_delivery_date == baby.expected_delivery_date
    question = select(PersonRelationship.kind).where(PersonRelationship.other_id == second.id)
    assert db.session.scalars(question).all() == ["parent"]
    question = select(PersonRelationship.kind).where(PersonRelationship.person_id == second.id)
    assert db.session.scalars(question).all() == ["sibling"]


def test_a_second_baby_may_turn_up_after_the_first_is_born(sarah, baby):
    confirm(baby)

    second = births.second_baby(baby.id, version=baby.version)

    assert second.is_unborn
    assert second.full_name == "Unborn baby"


def test_a_second_baby_of_a_restricted_one_is_restricted_alike(context, baby):
    made.restricted(baby, "grace")
    with viewing(user_viewer(given.user("grace"))):
        second = births.second_baby(baby.id, version=baby.version)

    with viewing(user_viewer(given.user("sarah"))):
        assert db.session.scalar(select(type(second)).where(type(second).id == second.id)) is None


def test_nobody_without_a_pregnancy_has_a_second_baby(sarah):
    with pytest.raises(Conflict):
        births.second_baby(made.person().id, version=1)
