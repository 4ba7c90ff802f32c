"""Two who decide at once, on real connections: one wins, the other is told who and when [F31]."""

import pytest

from screening.access import viewing, worker_viewer
from screening.db import db, transaction
from screening.decisions import service
from screening.models import Contact, Decision
from tests.screening.decisions import given
from tests.screening.queues.test_race import at_once

pytestmark = pytest.mark.commits


def committed(app, **more):
    with app.app_context(), viewing(worker_viewer("test")), transaction():
        return given.contact(**more).id


def decision_on(contact_id, *, lower=False):
    def act():
        contact = db.session.get_one(Contact, contact_id)
        changed = {"outcome": "early_help", "against_reason": "A nurse saw it happen."} if lower else {}
        service.decide(contact=contact, answer=given.answer(contact.children[0], **changed))

    return act


def second_view_of(contact_id, level):
    def act():
        decision = db.session.query(Decision).where(Decision.contact_id == contact_id).one()
        view = service.View(outcome="early_help", level=level, urgency="amber")
        service.confirm(decision=decision, view=view)

    return act


def test_of_two_decisions_at_once_one_is_on_file_and_the_other_is_told(own_app):
    contact_id = committed(own_app)

    answers = at_once(own_app, ("sarah", decision_on(contact_id)), ("Sarah", decision_on(contact_id)))

    assert sorted(answers.values())[-1] == "done"
    assert next(answer for answer in answers.values() if answer != "done").startswith("Sarah Okafor decided this at ")
    with own_app.app_context():
        assert db.session.query(Decision).where(Decision.contact_id == contact_id).count() == 1


def test_a_decision_and_its_taking_over_at_once_leave_one_decision(own_app):
    contact_id = committed(own_app)
    with own_app.app_context(), viewing(worker_viewer("test")):
        item = given.lead_of(db.session.get_one(Contact, contact_id))
        item_id, version = item.id, item.version

    def take_over():
        from screening.queues import service as queues

        queues.allocate(item_id, version=version, to_user="tom")

    answers = at_once(own_app, ("sarah", decision_on(contact_id)), ("grace", take_over))

    with own_app.app_context():
        made = db.session.query(Decision).where(Decision.contact_id == contact_id).count()
    assert (answers["sarah"] == "done") == (made == 1)
    assert "done" in answers.values()


def test_of_two_second_views_at_once_one_counts(own_app):
    contact_id = committed(own_app, level=4, urgency="red")
    at_once(own_app, ("sarah", decision_on(contact_id, lower=True)))

    answers = at_once(own_app, ("grace", second_view_of(contact_id, 3)), ("Grace", second_view_of(contact_id, 3)))

    assert sorted(answers.values())[-1] == "done"
    assert next(answer for answer in answers.values() if answer != "done").startswith("Grace Lindqvist agreed to this")
