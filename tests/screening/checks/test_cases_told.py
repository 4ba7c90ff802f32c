"""The case system tells something new: open contacts that may be about it are answered anew, others left alone."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from screening import tasks
from screening.access import viewing, worker_viewer
from screening.cases import involvements
from screening.cases.involvements import Told
from screening.checks import cases_told, changed_people, said_who
from screening.db import db
from screening.models import BackgroundCheck, Task
from tests.screening.people import made
from tests.screening.queues import given
from workers.checks import follow_up, own_records

pytestmark = pytest.mark.usefixtures("context")
NOW = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
BORN = date(2018, 5, 2)
EARLIER = NOW - timedelta(minutes=5)
ROW = {
    "id": "1",
    "given_names": ["Ada"],
    "family_names": ["Marlow"],
    "date_of_birth": "2018-05-02",
    "kind": "protection_plan",
    "team": "havant",
    "from": "2026-01-01",
}
NOBODY = ROW | {"id": "9", "given_names": ["Zuzanna"], "family_names": ["Okonkwo"], "date_of_birth": "2001-01-01"}


@pytest.fixture(autouse=True)
def at_noon(context):
    given.clock_at(NOW)
    with viewing(worker_viewer("test")):
        load(NOBODY, as_at=EARLIER)
        db.session.query(Task).delete()
        yield


@pytest.fixture
def child(at_noon):
    contact = given.contact()
    given.item(contact, "screening")
    child = given.person(contact, "Ada Marlow", born=BORN)
    own_records.answer_check(given.check(child).id)
    return child


def load(*rows, as_at=NOW, **more):
    return involvements.load(Told(source="cases", as_at=as_at, **more), rows)


def promised():
    return list(db.session.scalars(select(Task).where(Task.kind == tasks.CASES_TOLD).order_by(Task.seq)))


def looked_at():
    done = set()
    while keys := {task.key for task in promised()} - done:
        for key in keys:
            cases_told.look_at_some(key)
        done |= keys
    return {task.subject_id for task in db.session.scalars(select(Task).where(Task.kind == tasks.LOOK_AGAIN))}


def outcomes(child):
    question = select(BackgroundCheck).where(BackgroundCheck.participation_id == child.id)
    return list(db.session.scalars(question.order_by(BackgroundCheck.asked_at)))


def test_a_child_of_whom_nothing_was_known_is_answered_anew_and_the_contact_raised(child):
    assert [check.outcome for check in outcomes(child)] == ["nothing_known"]

    load(ROW)
    assert looked_at() == {child.id}
    said_who.look_again(child.id)
    standing = next(check for check in outcomes(child) if check.replaced_at is None)
    own_records.answer_check(standing.id)
    follow_up.after_answer_to(standing.id)
    db.session.expire_all()

    lead = given.lead_of(child.contact)
    assert [check.outcome for check in outcomes(child)] == ["nothing_known", "information_found"]
    assert "Raised from level 2 to 4" in lead.attention


def test_a_list_promises_one_task_and_its_work_done_twice_is_one_look(child):
    load(ROW, *(NOBODY | {"id": f"N{number}"} for number in range(20)))
    looked_at()
    cases_told.look_at_some(promised()[0].key)

    assert len(promised()) == 1
    assert len(db.session.scalars(select(Task).where(Task.kind == tasks.LOOK_AGAIN)).all()) == 1


def test_what_is_told_again_word_for_word_is_no_news(child):
    load(ROW)
    db.session.query(Task).delete()

    load(ROW, as_at=NOW + timedelta(minutes=1))

    assert promised() == []


def test_what_is_about_nobody_of_an_open_contact_is_looked_at_for_nobody(child):
    load(NOBODY | {"id": "10"})

    assert (len(promised()), looked_at()) == (1, set())


@pytest.mark.parametrize("change", [{"kind": "child_in_need"}, {"to": "2026-11-01"}, {"team": "fareham"}])
def test_what_is_told_otherwise_is_looked_at(child, change):
    load(ROW)
    db.session.query(Task).delete()

    load(ROW | change, as_at=NOW + timedelta(minutes=1))

    assert looked_at() == {child.id}


def test_what_a_whole_list_tells_no_more_is_looked_at(child):
    load(ROW)
    db.session.query(Task).delete()

    load(NOBODY, as_at=NOW + timedelta(minutes=1), whole=True)

    assert looked_at() == {child.id}


def test_a_case_of_a_record_that_somebody_confirmed_is_looked_at_whatever_its_name(child):
    made.link(child, made.person("Ada Marlow", born="2018-05-02", source="cases", source_id="P7"))

    load(NOBODY | {"id": "11", "person": "P7"})

    assert looked_at() == {child.id}


def test_a_case_is_looked_at_by_the_name_that_a_confirmed_record_has(child):
    made.link(child, made.person("Kit Varley", born="2011-03-03"))

    load(ROW | {"id": "12", "given_names": ["Kit"], "family_names": ["Varley"], "date_of_birth": "2011-03-03"})

    assert looked_at() == {child.id}


def test_once_lists_are_fresh_again_whoever_was_not_checked_is_looked_at(child):
    given.clock_at(NOW + timedelta(days=30))
    said_who.look_again(child.id)
    own_records.answer_check(next(check for check in outcomes(child) if check.replaced_at is None).id)
    assert [check.outcome for check in outcomes(child)] == ["nothing_known", "failed"]

    load(NOBODY, as_at=NOW + timedelta(days=30))

    assert looked_at() == {child.id}


def test_an_allegation_is_looked_at_for_nobody(child):
    load(ROW | {"kind": "allegation"})

    assert looked_at() == set()


def test_many_open_contacts_are_gone_through_in_parts(child, monkeypatch):
    others = {given.person(given.contact(), "Ada Marlow", born=BORN).id for _ in range(3)}
    monkeypatch.setattr(changed_people, "AT_ONCE", 2)
    monkeypatch.setattr(changed_people, "SECONDS_AT_ONCE", -1.0)

    load(ROW)

    assert looked_at() == {child.id, *others}
    assert len(promised()) > 1
