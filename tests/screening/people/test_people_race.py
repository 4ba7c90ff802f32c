"""Two managers at once, on real connections: one merge is made, and the other manager is told who was first."""

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.models import Participation, PersonMerge
from screening.people import groups, links, merging
from screening.people.links import Shown
from screening.people.queries import person_of
from tests.screening.people import made
from tests.screening.queues import given
from tests.screening.queues.test_race import at_once

pytestmark = pytest.mark.commits


def committed(app, count):
    with app.app_context(), viewing(worker_viewer("test")), transaction():
        people = [made.person() for _ in range(count)]
        return [(person.id, person.version) for person in people]


def merge_of(kept, merged):
    def act():
        merging.merge(kept[0], merged[0], versions=(kept[1], merged[1]), choices={}, why="One.")

    return act


@pytest.mark.parametrize(
    ("first", "second"), [((0, 1), (1, 0)), ((0, 1), (0, 1)), ((0, 1), (0, 2)), ((0, 2), (1, 2)), ((0, 1), (1, 2))]
)
def test_of_two_merges_at_once_one_is_made(own_app, first, second):
    people = committed(own_app, 3)
    pairs = [[people[at] for at in pair] for pair in (first, second)]

    answers = at_once(own_app, ("grace", merge_of(*pairs[0])), ("ines", merge_of(*pairs[1])))

    assert sorted(answers.values())[-1] == "done"
    refused = next(answer for answer in answers.values() if answer != "done")
    assert "merged " in refused
    with own_app.app_context():
        sizes = [len(found) for found in groups.members_of([one for one, _ in people]).values()]
    assert sorted(sizes) == [1, 2, 2]


def test_a_merge_is_undone_by_one_of_two(own_app):
    kept, merged = committed(own_app, 2)
    at_once(own_app, ("grace", merge_of(kept, merged)))
    with own_app.app_context(), viewing(worker_viewer("test")):
        merge = db.session.query(PersonMerge).one().id

    answers = at_once(
        own_app,
        ("grace", lambda: merging.unmerge(merge, because="Two.")),
        ("ines", lambda: merging.unmerge(merge, because="Two.")),
    )

    assert list(answers.values()).count("done") == 1
    assert any("undid this merge" in answer for answer in answers.values())


def test_of_two_who_confirm_different_people_at_once_one_is_told(own_app):
    people = committed(own_app, 2)
    with own_app.app_context(), viewing(worker_viewer("test")), transaction():
        contact = given.contact()
        given.item(contact, "screening")
        participation_id = given.person(contact).id

    def confirm(person_id):
        def act():
            participation = db.session.get_one(Participation, participation_id)
            links.answer(participation, person_of(person_id), "confirmed", Shown())

        return act

    answers = at_once(own_app, ("sarah", confirm(people[0][0])), ("tom", confirm(people[1][0])))

    assert list(answers.values()).count("done") == 1
    assert any("confirmed somebody else" in answer for answer in answers.values())


def test_nobody_is_confirmed_to_be_a_record_that_is_merged_away_at_once(own_app):
    kept, merged = committed(own_app, 2)
    with own_app.app_context(), viewing(worker_viewer("test")), transaction():
        contact = given.contact()
        given.item(contact, "screening")
        participation_id = given.person(contact).id

    def confirm():
        participation = db.session.get_one(Participation, participation_id)
        links.answer(participation, person_of(merged[0]), "confirmed", Shown())

    answers = at_once(own_app, ("grace", merge_of(kept, merged)), ("sarah", confirm))

    assert answers["grace"] == "done"
    assert answers["sarah"] == "done" or "merged this record into another" in answers["sarah"]
