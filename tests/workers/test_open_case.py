"""What was decided to belong to an open case is work for the team that has the case, and never for nobody."""

from datetime import date

import pytest
from sqlalchemy import select

from screening.db import db
from screening.models import Task
from tests.screening.decisions import given
from tests.screening.queues import given as rows
from workers import open_case

pytestmark = pytest.mark.usefixtures("context")
BORN = date(2018, 5, 2)


@pytest.fixture(autouse=True)
def at_noon(context):
    given.clock_at(given.TUESDAY_NOON)


def linked(*names, **changed):
    """A contact all of whose children were linked to an open case; gives it with the work that followed."""
    contact = given.contact(*names)
    for child in contact.children:
        child.born_earliest = child.born_latest = BORN
        given.decide(contact, child=child, outcome="open_case", against_reason="It is the same worry.", **changed)
    handed_on(contact)
    return contact, [item for item in given.items_of(contact) if item.step == "open_case"]


def handed_on(contact):
    question = select(Task).where(Task.contact_id == contact.id, Task.kind == "open_case")
    for task in db.session.scalars(question):
        open_case.hand_on(task.subject_id)


def test_the_team_that_has_the_case_gets_it_with_a_clock_and_the_contact_ends():
    rows.involvement(born=BORN)

    contact, [item] = linked()

    assert contact.state == "closed"
    assert (item.team.slug, item.state, item.why) == ("havant", "waiting", open_case.LINKED)
    assert item.accept_due_at is not None
    assert item.is_beside


@pytest.mark.parametrize("known", [{}, {"kind": "early_help"}, {"untold_since": given.TUESDAY_NOON}])
def test_where_no_open_case_is_known_the_duty_manager_finds_whose_it_is(known):
    if known:
        rows.involvement(born=BORN, **known)

    _, [item] = linked()

    assert (item.team.kind, item.why) == ("duty_manager", open_case.NO_TEAM)


def test_two_children_of_one_team_are_one_piece_of_work_as_urgent_as_the_more_urgent():
    rows.involvement("Ada Marlow", born=BORN)
    rows.involvement("Ben Marlow", born=BORN)
    contact, [item] = linked("Ada Marlow", "Ben Marlow")
    assert item.urgency == "amber"
    made = given.decisions_of(contact)[1]
    made.urgency, made.level = "red", 4

    open_case.hand_on(made.id)

    assert [(one.urgency, one.level) for one in given.items_of(contact) if one.step == "open_case"] == [("red", 4)]
