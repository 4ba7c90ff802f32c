"""Somebody came into the index, or was changed: open contacts that may be about them are looked at again."""

import json
from datetime import date

import pytest
from sqlalchemy import select

from screening import tasks
from screening.access import user_viewer, viewing
from screening.checks import changed_people, said_who
from screening.db import db
from screening.models import BackgroundCheck, Person, Task
from screening.people import births
from screening.people.loading.load import Load
from screening.people.loading.reading import read_lines
from tests.screening.people import made
from tests.screening.people.indexed import person
from tests.screening.queues import given
from workers.checks import own_records

pytestmark = pytest.mark.usefixtures("context")
TODAY = date(2026, 11, 26)
BORN = date(2018, 5, 2)
ADA = {"id": "P1", "given_names": ["Ada"], "family_names": ["Marlow"], "date_of_birth": "2018-05-02"}


@pytest.fixture
def child(context):
    contact = given.contact()
    given.item(contact, "screening")
    return given.person(contact, "Ada Marlow", born=BORN)


def load(*rows):
    loading = Load("case system")
    loading.keep(read_lines(list(enumerate((json.dumps(row).encode() for row in rows), 1)), TODAY))
    return loading.end()


def waiting(kind=tasks.PEOPLE_CHANGED):
    return list(db.session.scalars(select(Task).where(Task.kind == kind).order_by(Task.seq)))


def worked():
    """Work what was promised; give whom of a contact it asks to look at again."""
    done = set()
    while keys := {task.key for task in waiting()} - done:
        for key in keys:
            changed_people.look_at_some(key)
        done |= keys
    return {task.subject_id for task in waiting(tasks.LOOK_AGAIN)}


def checks_of(child):
    question = select(BackgroundCheck).where(
        BackgroundCheck.participation_id == child.id, BackgroundCheck.kind == "own_records"
    )
    return list(db.session.scalars(question.order_by(BackgroundCheck.asked_at)))


def look_again(child):
    said_who.look_again(child.id)
    standing = [check for check in checks_of(child) if check.replaced_at is None]
    own_records.answer_check(standing[0].id)
    db.session.expire_all()


def test_a_load_that_brings_a_dangerous_open_case_raises_the_contact(child):
    own_records.answer_check(given.check(child).id)
    assert [check.outcome for check in checks_of(child)] == ["nothing_known"]
    before = given.lead_of(child.contact).priority

    load(ADA)
    loaded = db.session.scalars(select(Person).where(Person.source_id == "P1")).one()
    given.involvement("Somebody Renamed", kind="protection_plan", person_id=loaded.id)
    made.alert(loaded, "danger_to_child")
    assert worked() == {child.id}
    look_again(child)

    lead = given.lead_of(child.contact)
    assert [check.outcome for check in checks_of(child)] == ["nothing_known", "information_found"]
    assert (lead.priority < before, "A safety question is open" in lead.attention) == (True, True)


def test_a_load_of_many_promises_one_task(child):
    load(*({"id": f"P{number}", "given_names": ["Zuzanna"], "family_names": ["Okonkwo"]} for number in range(50)))

    assert len(waiting()) == 1
    assert worked() == set()


def test_a_load_that_changes_nobody_promises_nothing(child):
    load(ADA)
    before = len(waiting())

    load(ADA)

    assert len(waiting()) == before


def test_a_load_that_changes_a_confirmed_child_is_looked_at_though_nothing_is_alike_any_more(child):
    load(ADA)
    worked()
    db.session.query(Task).delete()
    loaded = db.session.scalars(select(Person).where(Person.source_id == "P1")).one()
    made.link(child, loaded)

    load(ADA | {"given_names": ["Zuzanna"], "family_names": ["Okonkwo"], "date_of_birth": "1990-01-01"})

    assert worked() == {child.id}


def test_a_brother_who_is_loaded_into_the_household_is_looked_at(child):
    load(ADA | {"household": "H1"})
    worked()
    db.session.query(Task).delete()
    made.link(child, db.session.scalars(select(Person).where(Person.source_id == "P1")).one())

    load({"id": "P2", "given_names": ["Leo"], "family_names": ["Okonkwo"], "household": "H1"})

    assert worked() == {child.id}


@pytest.mark.parametrize(("state", "looked_at"), [("taking", True), ("received", True), ("decided", False)])
def test_contacts_that_nobody_works_with_any_more_are_left_alone(context, state, looked_at):
    child = given.person(given.contact(state=state), "Ada Marlow", born=BORN)

    load(ADA)

    assert worked() == ({child.id} if looked_at else set())


def test_a_birth_that_is_confirmed_is_looked_at(child):
    baby = made.unborn(date(2018, 5, 10), "Baby Marlow")
    with viewing(user_viewer(given.user("sarah"))):
        births.confirm(baby.id, version=baby.version, born="2018-05-02", names=[("given", "Ada")], sex="F")

    assert worked() == {child.id}


def test_a_long_list_of_open_contacts_is_gone_through_in_parts(child, monkeypatch):
    others = [given.person(given.contact(), "Ada Marlow", born=BORN) for _ in range(4)]
    monkeypatch.setattr(changed_people, "AT_ONCE", 2)
    monkeypatch.setattr(changed_people, "SECONDS_AT_ONCE", -1.0)

    load(ADA)

    assert worked() == {child.id, *(other.id for other in others)}
    assert len(waiting()) > 1


def test_somebody_is_looked_at_once_for_one_change(child):
    made.link(child, person("Ada", "Marlow", born="2018-05-02", source="case system", source_id="P1"))

    load(ADA | {"phones": ["07700 900123"]})
    worked()
    changed_people.look_at_some(waiting()[0].key)

    assert len(waiting(tasks.LOOK_AGAIN)) == 1


def test_those_who_stay_are_looked_at_when_a_load_moves_somebody_out_of_their_household(child):
    load(
        ADA | {"household": "H1"}, {"id": "P2", "given_names": ["Leo"], "family_names": ["Okonkwo"], "household": "H1"}
    )
    worked()
    db.session.query(Task).delete()
    made.link(child, db.session.scalars(select(Person).where(Person.source_id == "P1")).one())

    load({"id": "P2", "given_names": ["Leo"], "family_names": ["Okonkwo"], "household": "H2"})

    assert worked() == {child.id}
