"""Who lives with somebody protected is not found by that home any more by who may not know it, whatever changed."""

import json
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from screening.access import user_viewer, viewing
from screening.db import db, now
from screening.models import Person, PersonCard, Task
from screening.people import alerts, relations, service
from screening.people.finding import households, search
from screening.people.finding.live_search import HOME
from screening.people.loading.load import Load
from screening.people.loading.reading import read_lines
from tests.screening.people import made
from tests.screening.people.indexed import home, person
from tests.screening.queues import given

pytestmark = pytest.mark.usefixtures("context")
QUAY = home("4 Harbour Quay", "PO9 9ZZ")
ASKED = {"addresses": [{"line_1": "4 Harbour Quay", "postcode": "PO9 9ZZ"}], "given_names": ["Ada"]}


@pytest.fixture
def mary(context):
    return person("Mary", "Marlow", homes=[QUAY], household_id=made.household().id)


@pytest.fixture
def ada(mary):
    return person("Ada", "Marlow", homes=[QUAY], household_id=mary.household_id)


def worked():
    for task in db.session.scalars(select(Task).where(Task.kind == "write_household")).all():
        households.write_some(task.key)
        db.session.delete(task)
    db.session.flush()


def found_by_home(who):
    """Say whether a call handler who asks for the home is told that it agrees."""
    with viewing(user_viewer(given.user("callum"))):
        found = {one.person_id: one for one in search.search(ASKED).candidates}
    return who.id in found and HOME in {reason.field for reason in found[who.id].reasons}


def alert(who):
    with viewing(user_viewer(given.user("sarah"))):
        review = now().date() + timedelta(days=30)
        return alerts.set_alert(who.id, kind="protected_address", words="Do not tell.", review_on=review)


def test_an_alert_on_the_mother_hides_the_home_on_the_childs_card(ada, mary):
    assert found_by_home(ada)

    alert(mary)
    worked()

    assert not found_by_home(ada)


def test_once_it_ends_the_home_finds_the_child_again(ada, mary):
    standing = alert(mary)
    worked()
    with viewing(user_viewer(given.user("sarah"))):
        alerts.end_alert(standing.id, because="It is over.")
    worked()

    assert found_by_home(ada)


def test_a_home_that_is_marked_in_the_form_is_hidden_too(ada, mary):
    with viewing(user_viewer(given.user("sarah"))):
        names = [{"id": row.id, "kind": row.kind, "name": row.name} for row in mary.names]
        homes = [
            {"id": row.id, "line_1": row.line_1, "postcode": row.postcode, "protected": True} for row in mary.addresses
        ]
        service.edit(mary.id, version=mary.version, written={"names": names, "addresses": homes}, why="Court order.")
    worked()

    assert not found_by_home(ada)


def test_who_comes_to_live_with_somebody_protected_is_hidden_with_those_who_live_there(mary):
    alert(mary)
    ada = person("Ada", "Marlow", homes=[QUAY])
    assert found_by_home(ada)
    with viewing(user_viewer(given.user("sarah"))):
        relations.live_together(mary.id, ada.id, version=mary.version, why="They share a room.")
    worked()

    assert not found_by_home(ada)


def test_a_child_who_is_loaded_into_the_household_of_somebody_protected_is_hidden():
    rows = [
        {"id": one, "given_names": [name], "addresses": ASKED["addresses"], "household": "H1"}
        for one, name in (("P1", "Mary"), ("P2", "Ada"))
    ]
    _load(rows[0])
    alert(db.session.scalars(select(Person).where(Person.source_id == "P1")).one())
    worked()

    _load(rows[1])
    worked()

    assert not found_by_home(db.session.scalars(select(Person).where(Person.source_id == "P2")).one())


def _load(row):
    loading = Load("cases")
    loading.keep(read_lines([(1, json.dumps(row).encode())], date(2026, 11, 26)))
    loading.end()


def test_a_large_household_is_written_in_parts(ada, mary, monkeypatch):
    monkeypatch.setattr(households, "AT_ONCE", 1)
    alert(mary)

    for _ in range(3):
        worked()

    assert not found_by_home(ada)


def test_nobody_in_a_household_of_their_own_is_written_anew(context):
    alert(person("Mary", "Marlow", homes=[QUAY]))

    assert not db.session.scalars(select(Task).where(Task.kind == "write_household")).all()


def test_a_card_that_somebody_is_saving_is_tried_again(ada, mary, monkeypatch):
    monkeypatch.setattr(households.rewriting, "_locked", lambda numbers: {})

    alert(mary)
    with pytest.raises(households.StillSaving):
        worked()
    assert db.session.get(PersonCard, ada.number).whole_card is None
